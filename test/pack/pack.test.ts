/** What somebody gets who installs the package: packed, installed into an empty folder, and used without configuration. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { OTHER_MAJORS, installNode } from "../support/node-versions.ts";
import { STORY_COMMANDS, createStory } from "../support/own-product-story.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { CLONE, installWithSqlite } from "./installed.ts";

const run = promisify(execFile);

const { tarball, paths } = inject("packages").callboard;
let folder: string;
const processes: ServeProcess[] = [];

async function start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const started = await startServeProcess({ command, args, cwd: folder, env });
  processes.push(started);
  return started;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-pack-"));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "empty", private: true, type: "module" }),
  );
  await installWithSqlite(folder, tarball);
  copyFileSync(join(CLONE, "examples/first-addon.mjs"), join(folder, "first-addon.mjs"));
});
afterAll(async () => {
  for (const { send, ended } of processes) {
    send("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test("the package holds what runs and what is shown, and no sources or tests", () => {
  for (const path of [
    "atlassian-connect.json",
    "bin/callboard.cjs",
    "dist/main.js",
    "dist/addon/index.js",
    "dist/addon/index.d.ts",
    "dist/testing/index.js",
    "dist/testing/index.cjs",
    "dist/testing/index.d.ts",
    "views/host/login.eta",
    "views/inspector/received.eta",
    "views/assets/callboard.css",
    "LICENSE",
    "CHANGELOG.md",
    "docs/production.md",
    "dist/docs/site.json",
    "deploy/systemd/callboard.service",
    "examples/first-addon.mjs",
  ]) {
    expect(paths).toContain(path);
  }
  const EXPECTED =
    /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|docs\/[\w-]+\.md|docs\/images\/[\w-]+\.png|dist\/docs\/site\.json|deploy\/(?!npm\/|docs\/).+|examples\/(?!.*\/(?:node_modules|target|__pycache__)\/).+\.(?:mjs|json|yaml|sql|go|mod|sum|py|txt|xml|java|properties)|atlassian-connect\.json|bin\/callboard\.cjs|dist\/.+\.(?:js|d\.ts|d\.cts)|dist\/(?:addon|client|embed|testing)\/index\.cjs|views\/.+\.(?:eta|css|js|svg))$/;
  expect(paths.filter((path) => !EXPECTED.test(path))).toEqual([]);
});

test("the story of an own product runs from an empty folder", async () => {
  const empty = mkdtempSync(join(tmpdir(), "callboard-story-"));
  const story = await createStory(empty, async () => {
    expect(STORY_COMMANDS[0]).toBe("npm install callboard express");
    await installWithSqlite(empty, tarball, "express");
  });
  try {
    await story.run();
    expect(story.processes[1]?.output()).toContain("verified: crane 4 has stopped");
  } finally {
    await story.stop();
    rmSync(empty, { recursive: true, force: true });
  }
});

test("it serves, installs an add-on from its descriptor, fires an event, and the add-on verifies it", async () => {
  // Any free port, where the usual one may be taken; everything else is as it comes.
  const host = await start("npx", ["callboard", "serve", "--port", "0"]);
  const env = { ...process.env, CALLBOARD_URL: host.url };
  const callboard = (...args: string[]) => run("npx", ["callboard", ...args], { cwd: folder, env });

  for (const path of ["/admin/login", "/assets/callboard.css", "/api/openapi.json", "/docs/delivery"]) {
    expect([path, (await fetch(host.url + path)).status]).toEqual([path, 200]);
  }
  const addon = await start(process.execPath, ["first-addon.mjs"], {
    CALLBOARD_URL: host.url,
    PORT: String(await freePort()),
  });

  expect((await callboard("install", addon.url)).stdout).toContain("first-addon");
  const fired = await callboard(
    ..."trigger jira:issue_created --site jira --set issue.key=DEMO-7 --wait".split(" "),
  );
  expect(fired.stdout).toContain("delivered");
  await waitFor(() => expect(addon.output()).toContain("DEMO-7 was created"));
});

test.each(OTHER_MAJORS)("on Node %s it serves, delivers an event, and stops in order", async (major) => {
  const node = installNode(major);
  const program = "node_modules/callboard/bin/callboard.cjs";
  const env = { CALLBOARD_DATA_DIR: join(folder, `data-${major}`) };
  const host = await start(node, [program, "serve", "--port", "0"], env);
  const callboard = (...args: string[]) => run(node, [program, ...args], { cwd: folder, env });
  const receiver = await startReceiver();

  await callboard("webhooks", "add", "--site", "jira", "--name", "Board", receiver.url);
  const fired = await callboard("trigger", "jira:issue_created", "--site", "jira", "--wait");
  expect([fired.stdout, receiver.received.length]).toEqual([expect.stringContaining("delivered"), 1]);
  host.send("SIGTERM");
  expect(await host.ended).toBe(0);
  await receiver.close();
});

test("callboard/testing runs from the package, imported and required", async () => {
  const use = "createTestHost().then(async (host) => { console.log(host.site); await host.close(); })";
  const module = `import { createTestHost } from "callboard/testing"; await ${use}`;
  const common = `const { createTestHost } = require("callboard/testing"); ${use}`;
  for (const args of [
    ["--input-type=module", "-e", module],
    ["--input-type=commonjs", "-e", common],
  ]) {
    expect((await run(process.execPath, args, { cwd: folder })).stdout).toBe("jira\n");
  }
});

test("the program of docs/embedding.md has a host, with its types, and delivers", async () => {
  const page = readFileSync(join(CLONE, "docs/embedding.md"), "utf8");
  const [, program = ""] = /```js\n([^]*?)```/.exec(page) ?? [];
  writeFileSync(join(folder, "program.mjs"), program);
  const started = await start(process.execPath, ["program.mjs"], { PORT: String(await freePort()) });
  const token = readFileSync(join(folder, "callboard-data/token"), "utf8").trim();
  const receiver = await startReceiver();
  const webhook = await fetch(`${started.url}/callboard/api/v1/sites/quay/webhooks`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Board", url: receiver.url }),
  });
  expect(webhook.status).toBe(201);
  const stopped = await fetch(`${started.url}/cranes/4/stop`, { method: "POST" });
  expect(await stopped.json()).toMatchObject({ event: "crane.stopped", deliveries: [{ url: receiver.url }] });
  await waitFor(() => expect(receiver.received.map(({ body }) => body.toString())).toEqual(['{"crane":4}']));
  await receiver.close();

  writeFileSync(
    join(folder, "typed.mts"),
    `import { CallboardError, createHost } from "callboard";
     import type { EmbeddedHost, PublishedEvent } from "callboard";
     const host: EmbeddedHost = await createHost({ databaseUrl: "sqlite::memory:", allowNetworks: ["10.0.0.0/8"] });
     const published: PublishedEvent = await host.publish("quay", "crane.stopped", { crane: 4 }, { id: "x" });
     export const ids: readonly string[] = published.deliveries.map(({ id }) => id);
     export const isRefused = (error: unknown): boolean => error instanceof CallboardError && error.code === "CONFLICT";
     // @ts-expect-error There is no such setting.
     await createHost({ databaseURL: "" });`,
  );
  const compile = [
    "--strict",
    "--noEmit",
    "--module",
    "node16",
    "--target",
    "es2022",
    "--skipLibCheck",
    "false",
  ];
  const { stdout } = await run(
    join(CLONE, "node_modules/.bin/tsc"),
    [...compile, "--typeRoots", join(CLONE, "node_modules/@types"), "--types", "node", "typed.mts"],
    {
      cwd: folder,
    },
  ).catch((error: unknown) => error as { stdout: string });
  expect(stdout).toBe("");
});
