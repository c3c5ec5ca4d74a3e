/** Commands whose server is reached through a proxy only: its name resolves on the proxy's side alone. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../src/cli/index.ts";
import { httpProxyTo, socksProxyTo } from "../../support/forward-proxy.ts";
import type { ForwardProxy } from "../../support/forward-proxy.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";

const NAME = "board.invalid";
let host: TestHost;
let folder: string;
let proxy: ForwardProxy | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-cli-proxy-"));
  host = await startTestHost({ CALLBOARD_PROFILE: "prod", CALLBOARD_ALLOWED_HOSTS: NAME });
  await host.call("POST", "/api/v1/sites", { key: "jira", product: "jira", name: "Jira" });
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => proxy?.close());

const hostPort = () => Number(new URL(host.url).port);

async function callboard(args: readonly string[], env: Readonly<Record<string, string>>) {
  let [out, notes] = ["", ""];
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: `http://${NAME}`, CALLBOARD_TOKEN: host.token, ...env },
    readInput: () => Promise.resolve(""),
  });
  return { code, out, notes };
}

describe("through the proxy of the environment", () => {
  test("a command reaches the server by its name", async () => {
    proxy = await httpProxyTo(hostPort(), { authorization: `Basic ${btoa("me:secret")}` });
    const env = { HTTP_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` };
    expect(await callboard(["sites", "list"], env)).toMatchObject({
      code: 0,
      out: expect.stringContaining("jira") as string,
    });
    expect(new Set(proxy.targets)).toEqual(new Set([`${NAME}:80`]));
  });

  test("a command reaches the server over SOCKS5", async () => {
    proxy = await socksProxyTo(hostPort());
    expect(
      (await callboard(["sites", "list"], { ALL_PROXY: `socks5h://127.0.0.1:${proxy.port}` })).code,
    ).toBe(0);
    // RFC 1928, section 4: address type 3 is a name.
    expect(new Set(proxy.targets)).toEqual(new Set(["type 3:80"]));
  });

  test("a download and an export are streamed", async () => {
    proxy = await httpProxyTo(hostPort());
    const env = { http_proxy: `http://127.0.0.1:${proxy.port}` };
    expect((await callboard(["trigger", "jira:issue_created"], env)).code).toBe(0);
    const exported = await callboard(["export", "events"], env);
    expect(JSON.parse(exported.out)).toMatchObject({ event: "jira:issue_created" });
    const file = join(folder, "backup.sqlite");
    expect((await callboard(["backup", file], env)).code).toBe(0);
    expect(readFileSync(file, "latin1")).toMatch(/^SQLite format 3/);
  });

  test("doctor checks the server", async () => {
    proxy = await httpProxyTo(hostPort());
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    const { out } = await callboard(["doctor"], env);
    expect(out).toMatch(/✓ server /);
    expect(out).toMatch(/✓ readiness /);
  });
});

describe("without it", () => {
  test("a server in NO_PROXY is reached directly", async () => {
    proxy = await httpProxyTo(hostPort());
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "invalid" };
    const failed = await callboard(["sites", "list"], env);
    expect([failed.code, proxy.targets]).toEqual([3, []]);
  });

  test("a server on this machine is reached directly", async () => {
    proxy = await httpProxyTo(hostPort());
    const env = { CALLBOARD_URL: host.url, HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect([(await callboard(["sites", "list"], env)).code, proxy.targets]).toEqual([0, []]);
  });
});

describe("a failure of the proxy", () => {
  test("names the proxy's refusal", async () => {
    proxy = await httpProxyTo(hostPort(), { authorization: "Basic none" });
    const { code, notes } = await callboard(["sites", "list"], {
      HTTP_PROXY: `http://me:canary-password@127.0.0.1:${proxy.port}`,
    });
    expect([code, notes]).toEqual([
      3,
      expect.stringMatching(/Cannot reach http:\/\/board\.invalid .*proxy.*407/),
    ]);
    expect(notes).toContain("NO_PROXY");
    expect(notes).not.toContain("canary-password");
  });

  test("in the variable is a usage error without its value", async () => {
    const { code, notes } = await callboard(["sites", "list"], { HTTP_PROXY: "ftp://me:canary-password@x" });
    expect([code, notes]).toEqual([2, expect.stringContaining("HTTP_PROXY can't be used")]);
    expect(notes).not.toContain("canary-password");
  });

  test.each([["export", "events"]])("of a stream ends %s %s as unreachable", async (...args) => {
    proxy = await httpProxyTo(hostPort(), { behave: () => 502 });
    const { code, notes } = await callboard(args, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    expect([code, notes]).toEqual([3, expect.stringMatching(/^error\[UNREACHABLE\]: Cannot reach/)]);
  });
});
