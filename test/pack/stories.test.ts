/** The stories of the README: each runs from an empty folder, with the package as it is published. */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { CLONE, installWithSqlite } from "./installed.ts";

const README = readFileSync(join(CLONE, "README.md"), "utf8");
const MAX_LINES = 10;
const KEEPS_RUNNING = / # keeps running$/;

/** The commands of each story by its heading. */
const STORIES: ReadonlyMap<string, readonly string[]> = new Map(
  [...README.matchAll(/^### (.+)\n(?:(?!^#)[^])*?^```sh\nnpm install callboard\n([^]*?)^```/gm)].map(
    ([, heading = "", commands = ""]) => [heading, commands.trimEnd().split("\n")],
  ),
);

/** Where the package is installed, once for all stories. */
let packed: string;
let folder = "";
const processes: ServeProcess[] = [];
beforeAll(async () => {
  packed = mkdtempSync(join(tmpdir(), "callboard-pack-"));
  writeFileSync(join(packed, "package.json"), '{ "private": true, "scripts": { "start": "node app.mjs" } }');
  await installWithSqlite(packed, inject("packages").callboard.tarball, "express");
});
afterAll(() => rmSync(packed, { recursive: true, force: true }));
afterEach(async () => {
  for (const { send, ended } of processes.splice(0).toReversed()) {
    send("SIGTERM");
    await ended;
  }
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
});

interface Places {
  /** Of the reader's own app, `http://localhost:3000` in the README. */
  readonly appUrl: string;
  readonly inspectorPort: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Free ports, since other programs can have the usual ones. */
async function choosePlaces(): Promise<Places> {
  const [host, app, inspectorPort] = [await freePort(), await freePort(), await freePort()];
  const env = { CALLBOARD_PORT: String(host), CALLBOARD_URL: `http://127.0.0.1:${host}`, PORT: String(app) };
  return { appUrl: `http://127.0.0.1:${app}`, inspectorPort, env };
}

/** The Inspector is ready once it is installed on the story's site. */
const INSPECTOR_READY = /^Inspector {2}(\S+)[^]*^ {2}harbor {2}/m;

async function keepRunning(command: string, { env }: Places): Promise<void> {
  const options = { command: "sh", args: ["-c", command], cwd: folder, env };
  const ready = command.includes("inspect") ? { ready: INSPECTOR_READY } : {};
  processes.push(await startServeProcess({ ...options, ...ready }));
}

/** Runs the commands of a story one after another, and returns what the last one printed. */
async function follow(heading: string, places: Places): Promise<string> {
  let printed = "";
  for (const line of STORIES.get(heading) ?? []) {
    const command = line
      .replace(KEEPS_RUNNING, "")
      .replaceAll("http://localhost:3000", places.appUrl)
      .replace("inspect --install", `inspect --install --port ${places.inspectorPort}`);
    if (KEEPS_RUNNING.test(line)) await keepRunning(command, places);
    else printed = await runToEnd(command, places.env);
  }
  return printed;
}

async function runToEnd(command: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn("sh", ["-c", command], { cwd: folder, env: { PATH, HOME, ...env } });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect([command, code, printed]).toEqual([command, 0, printed]);
  return printed;
}

function prepare(): void {
  folder = mkdtempSync(join(tmpdir(), "callboard-story-"));
  copyFileSync(join(packed, "package.json"), join(folder, "package.json"));
  symlinkSync(join(packed, "node_modules"), join(folder, "node_modules"));
}

/** The app of the stories: an add-on that takes its port and the host from its environment. */
const copyApp = () => copyFileSync(join(CLONE, "examples/first-addon.mjs"), join(folder, "app.mjs"));

describe("stories of the README", { timeout: 120_000 }, () => {
  test("are four, of at most 10 lines", () => {
    expect(STORIES.size).toBe(4);
    for (const [heading, commands] of STORIES) {
      expect([heading, commands.length + 1]).toEqual([
        heading,
        expect.toSatisfy((lines: number) => lines <= MAX_LINES),
      ]);
    }
  });

  test("a local Jira for your add-on", async () => {
    const places = await choosePlaces();
    prepare();
    copyApp();
    await keepRunning("npm start", places);
    expect(await follow("A local Jira for your add-on", places)).toMatch(/jira:issue_created .*delivered/);
  });

  test("add-ons for your own product", async () => {
    const places = await choosePlaces();
    prepare();
    expect(await follow("Add-ons for your own product", places)).toMatch(/delivered/);
    expect(processes[1]?.output()).toContain("crane.stopped");
  });

  test("a Connect app after Atlassian", async () => {
    const places = await choosePlaces();
    prepare();
    copyApp();
    expect(await follow("A Connect app after Atlassian", places)).toMatch(/delivered/);
  });

  test("a webhook for a project", async () => {
    const receiver = await startReceiver();
    const places = { ...(await choosePlaces()), appUrl: new URL(receiver.url).origin };
    prepare();
    expect(await follow("A webhook for a project", places)).toMatch(/issue_created .*delivered/);
    expect(receiver.received).toHaveLength(1);
    await receiver.close();
  });
});
