/**
 * Somebody who has read the documentation of atlassian-connect-express and the lines that Callboard's start prints, and
 * nothing else: two commands after `npm install`, and a webhook arrives and verifies.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { startAceSample } from "./ace-sample.ts";
import type { AceSample } from "./ace-sample.ts";

const CLONE = join(import.meta.dirname, "../..");
const CALLBOARD = join(CLONE, "bin/callboard.cjs");

let folder: string;
let host: ServeProcess;
let addon: AceSample | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-stranger-"));
  // The first command. Without the build before it: tests run on what is built.
  host = await startServeProcess({
    command: "npm",
    args: ["start", "--ignore-scripts", "--prefix", CLONE],
    cwd: folder,
    env: { CALLBOARD_PORT: "0", CALLBOARD_DATA_DIR: join(folder, ".callboard") },
  });
});
afterEach(async () => {
  await addon?.stop();
  addon = undefined;
  host.send("SIGTERM");
  await host.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** The two lines that the start prints. */
function printed(): { readonly hosts: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const hosts = /^ *("hosts": \[.*\])$/m.exec(host.results())?.[1] ?? "";
  const [, key = "", value = ""] = /^ *(CONNECT_KEYS_CDN_URL)=(\S+)$/m.exec(host.results()) ?? [];
  return { ...(JSON.parse(`{${hosts}}`) as { hosts: readonly string[] }), env: { [key]: value } };
}

const callboard = (...args: string[]) =>
  promisify(execFile)(process.execPath, [CALLBOARD, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], CALLBOARD_URL: host.url },
  });

const outputs = (text: string | RegExp) =>
  waitFor(() => expect(addon?.output()).toMatch(typeof text === "string" ? new RegExp(text) : text), 30_000);

const logged = (event: string) =>
  host
    .output()
    .split("\n")
    .filter((line) => line.includes(`"event":"${event}"`))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

test("an app from the documentation registers itself, and gets a webhook that verifies", async () => {
  const { hosts, env } = printed();
  // The second command.
  addon = await startAceSample(hosts, env);
  await outputs("Registered with host at");
  expect(addon.output()).toContain(`http://${hostname()}:`);

  const { stdout } = await callboard(
    ..."trigger jira:issue_created --site jira --set issue.key=DEMO-7 --wait".split(" "),
  );
  expect(stdout).toContain("delivered");
  await outputs("RECEIVED jira:issue_created DEMO-7");
  expect(logged("addon.install-refused")).toEqual([]);

  await addon.stop();
  expect(addon.output()).toContain("Unregistered on host");
});

const withHost = (change: (url: URL) => void) => {
  const url = new URL(printed().hosts[0] ?? "");
  change(url);
  return [url.href.replace(/\/$/, "")];
};

test.each([
  [
    "a wrong token",
    (url: URL) => void (url.password = "wrong"),
    "AUTH_INVALID",
    "Unknown or revoked API token (used as the password",
  ],
  ["a wrong site", (url: URL) => void (url.pathname = "/jria"), "SITE_NOT_FOUND", "No site jria"],
  ["no site", (url: URL) => void (url.pathname = ""), "SITE_NOT_FOUND", "The URL names no site"],
  [
    "no token",
    (url: URL) => {
      url.username = "";
      url.password = "";
    },
    "AUTH_MISSING",
    "No API token. Put one into the URL",
  ],
])("with %s the library prints what to change, and the server logs it", async (_what, change, code, words) => {
  addon = await startAceSample(withHost(change), printed().env);
  await outputs("no compatible hosts detected");

  expect(addon.output()).toContain(words);
  expect(logged("request.refused")).toMatchObject([{ code, method: "GET" }]);
});

test("without its key server the library prints what to set, and the refusal is on record", async () => {
  addon = await startAceSample(printed().hosts, { CONNECT_KEYS_CDN_URL: `${host.url}/nowhere` });
  await outputs("no compatible hosts detected");

  expect(addon.output()).toContain(`CONNECT_KEYS_CDN_URL=${host.url}/keys`);
  expect(logged("addon.install-refused")).toMatchObject([{ code: "LIFECYCLE_INSTALLED", addon: addon.key }]);
});

test("with an address that is not allowed the library prints both cures", async () => {
  addon = await startAceSample(printed().hosts, { ...printed().env, AC_LOCAL_BASE_URL: "http://files:3000" });
  await outputs("no compatible hosts detected");

  expect(addon.output()).toContain("AC_LOCAL_BASE_URL=http://localhost:3000");
  expect(addon.output()).toContain("CALLBOARD_ALLOW_NETWORKS=files");
  expect(logged("addon.install-refused")).toMatchObject([
    { code: "HOST_DENIED", url: "http://files:3000/atlassian-connect.json" },
  ]);
});
