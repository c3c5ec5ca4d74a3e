/** The programs of docs/quickstarts.md, unchanged: each verifies what a host sends, and refuses what nobody signed. */
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";
import { isInstalled } from "./languages.ts";
import type { Command, Language } from "./languages.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples/quickstarts");
const PREPARE_MS = 600_000;
const START_MS = 60_000;
const run = promisify(execFile);

interface Quickstart {
  readonly language: Language;
  readonly folder: string;
  readonly prepare: readonly Command[];
  readonly start: Command;
}

const VENV: readonly Command[] = [
  ["python3", "-m", "venv", ".venv"],
  [".venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"],
];

/** Verify an outgoing webhook's signature with WEBHOOK_SECRET. */
const RECEIVERS: Readonly<Record<string, Quickstart>> = {
  Express: {
    language: "javascript",
    folder: "express",
    prepare: [["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
    start: ["node", "receiver.mjs"],
  },
  Python: { language: "python", folder: "python", prepare: VENV, start: [".venv/bin/python", "receiver.py"] },
  Go: {
    language: "go",
    folder: "go",
    prepare: [["go", "build", "-mod=readonly", "-o", "target/receiver", "."]],
    start: ["target/receiver"],
  },
};

/** Are installed, and verify the JWT of a webhook. */
const ADDONS: Readonly<Record<string, Quickstart>> = {
  Flask: { language: "python", folder: "python", prepare: VENV, start: [".venv/bin/python", "addon.py"] },
  "Spring Boot": {
    language: "java",
    folder: "spring-boot",
    prepare: [["mvn", "--quiet", "--batch-mode", "package"]],
    start: ["java", "-jar", "target/spring-addon-1.0.0.jar"],
  },
};

let host: TestHost;
let folder: string;
let child: ChildProcess | undefined;
beforeAll(async () => {
  host = await startTestHost();
  folder = mkdtempSync(join(tmpdir(), "callboard-quickstarts-"));
});
afterEach(async () => {
  if (child === undefined) return;
  const ended = new Promise((resolve) => child?.once("close", resolve));
  child.kill();
  await ended;
  child = undefined;
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Copies an example into a folder of its own, so that nothing is installed beside the original, and prepares it there. */
async function prepare({ folder: name, prepare: commands }: Quickstart): Promise<string> {
  const cwd = join(folder, name);
  cpSync(join(EXAMPLES, name), cwd, { recursive: true });
  for (const [program, ...args] of commands) await run(program, args, { cwd });
  return cwd;
}

/** Starts a prepared example, and resolves to its output so far once it responds at its port. */
async function start(
  { start: [program, ...args] }: Quickstart,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<() => string> {
  const { PATH = "", HOME = "" } = process.env;
  const started = spawn(program, args, { cwd, env: { PATH, HOME, ...env } });
  child = started;
  let printed = "";
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  await waitFor(async () => {
    await fetch(`http://127.0.0.1:${env["PORT"]}/`).catch(() => {
      throw new Error(`It doesn't respond:\n${printed}`);
    });
  }, START_MS);
  return () => printed;
}

const post = async (url: string) =>
  (await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).status;

const isSkipped = ([name, { language }]: readonly [string, Quickstart]) =>
  !isInstalled(language, `the quickstart for ${name}`);

describe.each(Object.entries(RECEIVERS))("the receiver in %s", (name, quickstart) => {
  test.skipIf(isSkipped([name, quickstart]))(
    "verifies the signature of an outgoing webhook",
    async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/hook`;
      const { body: webhook } = await host.call("POST", "/api/v1/sites/jira/webhooks", {
        name,
        url,
        events: ["jira:issue_created"],
        signature: "standard",
        generateSecret: true,
      });
      const cwd = await prepare(quickstart);
      const output = await start(quickstart, cwd, { PORT: String(port), WEBHOOK_SECRET: webhook.secret });
      const { body: sent } = await host.call("POST", `/api/v1/sites/jira/webhooks/${webhook.id}/execute`, {
        event: "jira:issue_created",
      });
      expect(sent).toMatchObject({ state: "delivered" });
      await waitFor(() => expect(output()).toMatch(/^verified: dlv_/m));
      expect(await post(url)).toBe(401);
      await host.call("DELETE", `/api/v1/sites/jira/webhooks/${webhook.id}`);
    },
    PREPARE_MS,
  );
});

describe.each(Object.entries(ADDONS))("the add-on in %s", (name, quickstart) => {
  test.skipIf(isSkipped([name, quickstart]))(
    "is installed, and verifies the token of a webhook",
    async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const cwd = await prepare(quickstart);
      const output = await start(quickstart, cwd, {
        PORT: String(port),
        KEY_SERVER: `${host.url}/keys`,
        // The same settings for Spring, whose configuration has no place for a port alone.
        SERVER_PORT: String(port),
        ADDON_BASE_URL: url,
        ATLASSIAN_CONNECT_PUBLIC_KEY_BASE_URL: `${host.url}/keys`,
      });
      const descriptorUrl = `${url}/atlassian-connect.json`;
      const { status, body: addon } = await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl });
      expect([status, addon]).toEqual([201, addon]);
      const { body: event } = await host.call("POST", "/api/v1/sites/jira/events", {
        event: "jira:issue_created",
        payload: { issue: { key: "DEMO-7" } },
      });
      await waitFor(async () => {
        const { body: delivery } = await host.call("GET", `/api/v1/deliveries/${event.deliveries[0].id}`);
        expect(delivery).toMatchObject({ state: "delivered" });
      }, START_MS);
      await waitFor(() => expect(output()).toMatch(/^verified: DEMO-7 from \S+/m));
      expect(await post(`${url}/issue-created`)).toBe(401);
      await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);
    },
    PREPARE_MS,
  );
});

test("docs/quickstarts.md has the programs as they are", () => {
  const page = readFileSync(join(EXAMPLES, "../../docs/quickstarts.md"), "utf8");
  for (const path of [
    "express/receiver.mjs",
    "python/receiver.py",
    "python/addon.py",
    "go/main.go",
    "spring-boot/src/main/java/example/Addon.java",
    "spring-boot/src/main/resources/application.properties",
    "spring-boot/src/main/resources/atlassian-connect.json",
  ]) {
    const text = readFileSync(join(EXAMPLES, path), "utf8").trimEnd();
    expect([path, page.includes(`\n${text}\n`)]).toEqual([path, true]);
  }
});
