/** Secrets that are kept, shown and replaced, on real hosts: the master key, metrics, login links, files of the data directory. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLogger } from "../../src/logger.ts";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");
let folder: string;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-withdrawal-"));
});
afterEach(async () => {
  for (const { send, ended } of started.splice(0)) {
    send("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function serve(env: Readonly<Record<string, string>>): Promise<ServeProcess> {
  const args = [CALLBOARD, "serve", "--port", "0"];
  const server = await startServeProcess({ command: process.execPath, args, cwd: folder, env });
  started.push(server);
  return server;
}
const callboard = (...args: string[]) =>
  promisify(execFile)(process.execPath, [CALLBOARD, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] },
  });

test("the master key is replaced while the server runs, whatever ends it meanwhile", async () => {
  const [before, next] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")];
  const receiver = await startReceiver();
  let server = await serve({ CALLBOARD_MASTER_KEY: before });
  const add = (name: string) =>
    callboard(
      "webhooks",
      "add",
      `${receiver.url}/${name}`,
      "--name",
      name,
      "--generate-secret",
      "--site",
      "jira",
    );
  for (let number = 0; number < 5; number += 1) await add(`w${number}`);

  await expect(callboard("keys", "rekey")).rejects.toMatchObject({
    stderr: expect.stringContaining("error[REKEY_NO_KEY]"),
  });
  server.send("SIGTERM");
  await server.ended;
  server = await serve({ CALLBOARD_MASTER_KEY: before, CALLBOARD_MASTER_KEY_NEXT: next });
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();
  const begun = await fetch(`${server.url}/api/v1/master-key/rekey`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  expect(begun.status).toBe(200);
  server.send("SIGKILL");
  await server.ended;

  server = await serve({ CALLBOARD_MASTER_KEY: before, CALLBOARD_MASTER_KEY_NEXT: next });
  await add("after-the-kill");
  const { stdout } = await callboard("keys", "rekey");
  expect(stdout).toContain("All secrets are encrypted with the master key");
  server.send("SIGTERM");
  await server.ended;

  await expect(serve({ CALLBOARD_MASTER_KEY: before })).rejects.toThrow(/not ready/);
  await serve({ CALLBOARD_MASTER_KEY: next });
  await callboard("trigger", "jira:issue_created", "--site", "jira", "--wait");
  await waitFor(() => expect(receiver.received).toHaveLength(6));
  expect(
    receiver.received.every(
      ({ headers }) => (headers["x-hub-signature"] ?? headers["webhook-signature"]) !== undefined,
    ),
  ).toBe(true);
  await receiver.close();
}, 120_000);

describe("metrics in prod", () => {
  const PROD = { CALLBOARD_PROFILE: "prod", CALLBOARD_ADMIN_TOKEN: "a-token-of-the-test-alone" };

  test("need a token with the scope metrics, or one that includes it", async () => {
    const host = await startTestHost(PROD);
    const statusFor = async (token: string) =>
      (await host.call("GET", "/metrics", undefined, { authorization: token })).status;
    const tokenWith = async (scope: string) =>
      `Bearer ${(await host.call("POST", "/api/v1/tokens", { name: scope, scopes: [scope] })).body.token as string}`;
    expect(await statusFor("")).toBe(401);
    for (const [scope, status] of [
      ["metrics", 200],
      ["read", 200],
      ["admin", 200],
      ["ingest", 403],
      ["events:write", 403],
    ] as const) {
      expect([scope, await statusFor(await tokenWith(scope))]).toEqual([scope, status]);
    }
    const metrics = await tokenWith("metrics");
    const elsewhere = await host.call("GET", "/api/v1/deliveries", undefined, { authorization: metrics });
    expect(elsewhere.status).toBe(403);
    await host.stop();
  });

  test("are open at an address of their own, which serves nothing else", async () => {
    const port = await freePort();
    const host = await startTestHost({ ...PROD, CALLBOARD_METRICS_LISTEN: `127.0.0.1:${port}` });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get("/metrics")).status).toBe(200);
    expect((await get("/healthz")).status).toBe(200);
    expect((await get("/admin")).status).toBe(404);
    expect((await get("/api/v1/sites")).status).toBe(404);
    expect((await host.call("GET", "/metrics", undefined, { authorization: "" })).status).toBe(401);
    await host.stop();
    await expect(get("/metrics")).rejects.toThrow();
  });
});

test("prod prints where the token is, and neither the token nor how an add-on would use it", async () => {
  const server = await serve({ CALLBOARD_PROFILE: "prod" });
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();
  expect(server.output()).not.toContain(token);
  expect(server.output()).not.toContain("admin:");
  expect(server.results()).toContain(`Token     in ${join(folder, ".callboard/token")}`);
});

test("prod shows no shared secret, not even to an administrator", async () => {
  const host = await startTestHost({
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_ADMIN_TOKEN: "a-token-of-the-test-alone",
  });
  await host.call("POST", "/api/v1/sites", { key: "jira", product: "jira", name: "Jira" });
  const login = await fetch(`${host.url}/admin/login`, {
    method: "POST",
    body: new URLSearchParams({ token: host.token }),
    headers: { origin: host.url },
    redirect: "manual",
  });
  const cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect(cookie).not.toBe("");
  const page = await (await fetch(`${host.url}/admin/addons`, { headers: { cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const revealed = await fetch(`${host.url}/admin/addons/jira/any/secret`, {
    method: "POST",
    body: new URLSearchParams({ csrf }),
    headers: { cookie, origin: host.url },
    redirect: "manual",
  });
  expect(revealed.status).toBe(403);
  expect(await revealed.text()).toContain("Rotate the secret");
  await host.stop();
});

test("a login link survives a look at it with HEAD", async () => {
  const host = await startTestHost();
  const { body } = await host.call("POST", "/api/v1/login-links");
  const head = await fetch(body.url as string, { method: "HEAD", redirect: "manual" });
  expect([head.status, head.headers.get("set-cookie")]).toEqual([204, null]);
  const get = await fetch(body.url as string, { redirect: "manual" });
  expect(get.headers.get("set-cookie")).not.toBeNull();
  await host.stop();
});

test.skipIf(process.platform === "win32")(
  "files of secrets that others can read are reported at start",
  async () => {
    const lines: string[] = [];
    const first = await startTestHost({ CALLBOARD_DATA_DIR: folder });
    await first.host.stop();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "master.key"), 0o644);
    const host = await startTestHost(
      { CALLBOARD_DATA_DIR: folder },
      createLogger("warn", (line) => void lines.push(line)),
    );
    await host.host.stop();
    const reported = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(reported.filter(({ event }) => event === "file.open-to-others")).toMatchObject([
      { path: folder, mode: "755" },
      { path: join(folder, "master.key"), mode: "644" },
    ]);
  },
);

test.each([
  "http://{issue.key}:8080/x",
  "https://${issue.key}.example.com/x",
  "https://user{issue.key}@example.com/",
  "https://example.com:{issue.id}/",
])("the host of a webhook's URL has no variable: %s", async (url) => {
  const host = await startTestHost();
  const { status, body } = await host.call("POST", "/api/v1/sites/jira/webhooks", { name: "w", url });
  expect([status, body.code]).toEqual([422, "URL_INVALID"]);
  const inPath = await host.call("POST", "/api/v1/sites/jira/webhooks", {
    name: "w",
    url: "https://example.com/{issue.key}?q={issue.id}",
  });
  expect(inPath.status).toBe(201);
  await host.stop();
});
