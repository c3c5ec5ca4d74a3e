/** The small packages, and the import paths of the whole one, as they are published. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startPostgres } from "../support/postgres.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { CLONE, install } from "./installed.ts";

const BIN = join(CLONE, "node_modules/.bin");
const run = promisify(execFile);

const MAX_BYTES = 5_000_000;
const MAX_PACKAGES = 15;

const packages = inject("packages");
let folder: string;

const getTarball = (name: keyof typeof packages): string => packages[name].tarball;

async function newProject(...names: readonly string[]): Promise<string> {
  const project = mkdtempSync(join(folder, "project-"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
  await install(project, ...names);
  return project;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-packages-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["callboard", "@callboard/addon", "@callboard/client"] as const)("%s", (name) => {
  test("publint finds nothing", async () => {
    const { stdout } = await run(join(BIN, "publint"), ["run", getTarball(name), "--strict"]);
    expect(stdout).toContain("All good!");
  });

  test("its types resolve from ESM, from CommonJS and in bundlers", async () => {
    const { stdout } = await run(join(BIN, "attw"), [getTarball(name), "--profile", "node16", "--no-color"]);
    // It fails for any other problem. Two of its layouts.
    expect(stdout).toMatch(/node16 \(from CJS\)[^]*🟢 \(CJS\)/);
    expect(stdout).toMatch(/node16 \(from ESM\)[^]*🟢 \(ESM\)/);
  });
});

interface Installed {
  readonly packages: readonly string[];
  readonly bytes: number;
  readonly native: readonly string[];
}

function readInstalled(project: string): Installed {
  const modules = join(project, "node_modules");
  const paths = readdirSync(modules, { recursive: true, encoding: "utf8" });
  const files = paths.filter(
    (path) => statSync(join(modules, path)).isFile() && path !== ".package-lock.json",
  );
  return {
    packages: Object.keys(readLock(modules)).map((path) => path.replace(/^.*node_modules\//, "")),
    bytes: files.reduce((sum, path) => sum + statSync(join(modules, path)).size, 0),
    native: files.filter((path) => /\.(node|gyp)$/.test(path)),
  };
}

function readLock(modules: string): Readonly<Record<string, unknown>> {
  const lock = readFileSync(join(modules, ".package-lock.json"), "utf8");
  return (JSON.parse(lock) as { readonly packages: Record<string, unknown> }).packages;
}

test("the toolkit is small, has no native module and none of the server's clients", async () => {
  const project = await newProject("--omit=peer", getTarball("@callboard/addon"));
  const { packages, bytes, native } = readInstalled(project);
  expect(packages.toSorted()).toEqual(["@callboard/addon", "atlassian-jwt", "jsuri", "lodash"]);
  expect(packages.length).toBeLessThanOrEqual(MAX_PACKAGES);
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  expect(native).toEqual([]);
});

describe.each([
  ["Express 5", "express@5"],
  ["Express 4", "express@4"],
])("with %s", (_name, express) => {
  test.each([
    ["import", "first-addon.mjs", (text: string) => text],
    [
      "require",
      "first-addon.cjs",
      (text: string) => text.replace(/^import (.+) from ("[^"]+");$/gm, "const $1 = require($2);"),
    ],
  ])("an add-on that uses %s verifies a webhook", async (_way, file, adapt) => {
    const project = await newProject(getTarball("@callboard/addon"), express);
    const example = readFileSync(join(CLONE, "examples/first-addon.mjs"), "utf8");
    writeFileSync(join(project, file), adapt(example.replace("callboard/addon", "@callboard/addon")));
    const host = await startServeProcess({
      command: process.execPath,
      args: [join(CLONE, "bin/callboard.cjs"), "serve", "--port", "0"],
      cwd: project,
    });
    const addon = await startServeProcess({
      command: process.execPath,
      args: [file],
      cwd: project,
      env: { CALLBOARD_URL: host.url, PORT: String(await freePort()) },
    });
    const env = { ...process.env, CALLBOARD_URL: host.url };
    const callboard = (...args: string[]) =>
      run(process.execPath, [join(CLONE, "bin/callboard.cjs"), ...args], {
        cwd: project,
        env,
      });
    try {
      await callboard("install", addon.url);
      await callboard(..."trigger jira:issue_created --site jira --set issue.key=DEMO-7 --wait".split(" "));
      await waitFor(() => expect(addon.output()).toContain("DEMO-7 was created"));
    } finally {
      for (const { send, ended } of [addon, host]) {
        send("SIGTERM");
        await ended;
      }
    }
  });
});

describe("where sqlite3 is not built", () => {
  let project: string;
  const serve = (env: Readonly<Record<string, string>>) => ({
    command: process.execPath,
    args: ["node_modules/callboard/bin/callboard.cjs", "serve", "--port", "0"],
    cwd: project,
    env,
  });
  beforeAll(async () => {
    project = await newProject(getTarball("callboard"));
  });

  test("one sentence says what to do", async () => {
    const { command, args, cwd } = serve({});
    const { code, stderr } = await run(command, args, { cwd }).then(
      () => expect.fail("the server started"),
      (error: unknown) => error as { readonly code: number; readonly stderr: string },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error\[DRIVER_MISSING\]: [^\n]+`npm rebuild sqlite3`[^\n]+\n$/);
  });

  test("PostgreSQL works", async () => {
    const postgres = await startPostgres();
    try {
      const env = {
        CALLBOARD_DATABASE_URL: await postgres.newUrl(),
        CALLBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
      };
      const host = await startServeProcess(serve(env));
      expect((await fetch(`${host.url}/readyz`)).status).toBe(200);
      host.send("SIGTERM");
      await host.ended;
    } finally {
      await postgres.stop();
    }
  });
});

const PROGRAM = `import { createAddon, createMemoryTenants } from "@callboard/addon";
import type { Addon, JiraEvents, JiraUser, WebhookEvent } from "@callboard/addon";
import { createHost } from "callboard";
import type { EmbeddedHost } from "callboard";
import { createClient } from "@callboard/client";
import type { Schemas } from "@callboard/client";
const addon: Addon = createAddon({
  descriptor: { key: "a", baseUrl: "https://a.example", authentication: { type: "jwt" } },
  baseUrl: "https://a.example",
  tenants: createMemoryTenants(),
});
addon.on("jira:issue_created", (event) => {
  const key: string | undefined = event.body?.issue?.key;
  console.log(key);
});
const jira: Addon<JiraEvents> = createAddon<JiraEvents>({
  descriptor: { key: "b", baseUrl: "https://b.example", authentication: { type: "jwt" } },
  baseUrl: "https://b.example",
});
const nameUser = ({ displayName, avatarUrls }: JiraUser): string => displayName + avatarUrls["48x48"];
jira.on("comment_created", ({ body }) => {
  if (body === undefined) return;
  const texts: readonly string[] = [body.comment.body, nameUser(body.comment.author)];
  const status: string | undefined = body.issue?.fields.status.statusCategory.name;
  console.log(texts, status);
});
jira.on("jira:issue_updated", ({ body }) => {
  const { assignee, labels, timespent, summary } = body!.issue.fields;
  const changed = body!.changelog?.items.map(({ field, fromString }) => field + (fromString ?? ""));
  const sum: number = (timespent ?? 0) + labels.length;
  console.log(assignee?.displayName.length, sum, summary.trim(), changed);
  // @ts-expect-error Issues have no such member.
  console.log(body!.issue.fields.status.category);
});
jira.on("worklog_created", ({ body }) => console.log(body!.worklog.timeSpentSeconds / 60, nameUser(body!.worklog.author)));
jira.on("sprint_closed", ({ body }) => console.log(body!.sprint.completeDate?.slice(0, 10), body!.sprint.originBoardId));
addon.on("page_created", ({ body }) => console.log(body!.page.title.length, body!.page.version + 1, body!.userAccountId));
// @ts-expect-error There is no such event type.
addon.on("jira:issue_creatd", () => undefined);
export const host: Promise<EmbeddedHost> = createHost({ databaseUrl: "sqlite::memory:" });
export type Event = WebhookEvent;
const client = createClient({ url: "https://hooks.example", token: "cb_x" });
export const getName = (site: Schemas["Site"]): string => site.name;
export const use = typeof client;
`;

describe("the types compile in a strict project, as ESM and as CommonJS,", () => {
  const VERSIONS = ["5.2", "5.9", "6.0"] as const;
  const FLAGS = "--strict --noEmit --module node16 --target es2022 --skipLibCheck false".split(" ");
  let project: string;
  beforeAll(async () => {
    const compilers = VERSIONS.map((version) => `typescript-${version}@npm:typescript@${version}`);
    const types = ["@types/node@20", "@types/express@5"];
    project = await newProject(
      getTarball("@callboard/addon"),
      getTarball("@callboard/client"),
      getTarball("callboard"),
      ...types,
      ...compilers,
    );
    writeFileSync(join(project, "esm.mts"), PROGRAM);
    writeFileSync(join(project, "commonjs.cts"), PROGRAM);
  });

  test.each(VERSIONS)("with TypeScript %s", async (version) => {
    const compiler = join(project, `node_modules/typescript-${version}/bin/tsc`);
    const compiled = run(process.execPath, [compiler, ...FLAGS, "esm.mts", "commonjs.cts"], { cwd: project });
    const { stdout } = await compiled.catch((error: unknown) => error as { readonly stdout: string });
    expect(stdout).toBe("");
  });
});
