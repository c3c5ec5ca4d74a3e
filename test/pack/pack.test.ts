/** What somebody gets who installs the package: packed, installed into an empty folder, and used without configuration. */
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { STORY_COMMANDS, createStory } from "../support/own-product-story.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CLONE = join(import.meta.dirname, "../..");
const run = promisify(execFile);

let folder: string;
let tarball: string;
let packed: readonly string[];
const processes: ServeProcess[] = [];

async function start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const started = await startServeProcess({ command, args, cwd: folder, env });
  processes.push(started);
  return started;
}

/** Building SQLite takes minutes; the clone has the same version built already. */
function copyBuiltSqlite(to: string): void {
  const built = join(to, "node_modules/sqlite3/build");
  mkdirSync(built, { recursive: true });
  cpSync(join(CLONE, "node_modules/sqlite3/build"), built, { recursive: true, dereference: true });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-pack-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: CLONE });
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as readonly [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  packed = files.map(({ path }) => path);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "empty", private: true, type: "module" }),
  );
  tarball = join(folder, filename);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", tarball], { cwd: folder });
  copyBuiltSqlite(folder);
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
    "views/host/login.eta",
    "views/inspector/received.eta",
    "views/assets/callboard.css",
  ]) {
    expect(packed).toContain(path);
  }
  const EXPECTED =
    /^(?:package\.json|README\.md|LICENSE|atlassian-connect\.json|bin\/callboard\.cjs|dist\/.+\.(?:js|d\.ts)|views\/.+\.(?:eta|css|js|svg))$/;
  expect(packed.filter((path) => !EXPECTED.test(path))).toEqual([]);
});

test("the story of an own product runs from an empty folder", async () => {
  const empty = mkdtempSync(join(tmpdir(), "callboard-story-"));
  const story = await createStory(empty, async () => {
    expect(STORY_COMMANDS[0]).toBe("npm install callboard express");
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
    await run("npm", ["install", ...flags, tarball, "express"], { cwd: empty });
    copyBuiltSqlite(empty);
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

  for (const path of ["/admin/login", "/assets/callboard.css", "/api/openapi.json"]) {
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
