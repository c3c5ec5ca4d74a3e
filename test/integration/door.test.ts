/** The door of a process: what each role serves, who a client is, and what a start reports. */
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLogger } from "../../src/logger.ts";
import { freePort } from "../support/free-port.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { startServeProcess } from "../support/serve-process.ts";

const CLI = join(import.meta.dirname, "../../bin/callboard.cjs");

const onPostgres = async () => environmentOfSeveral(await newPostgresUrl());

test("a worker serves health and metrics, and nothing else", async () => {
  const worker = await startTestHost({ ...(await onPostgres()), CALLBOARD_ROLE: "worker" });
  try {
    for (const path of ["/healthz", "/readyz", "/metrics"]) {
      expect((await worker.call("GET", path)).status).toBe(200);
    }
    const paths = [
      "/",
      "/admin",
      "/admin/login",
      "/api/v1/sites",
      "/api/openapi.json",
      "/keys/x",
      "/assets/callboard.css",
    ];
    for (const path of paths) {
      const { status, body } = await worker.call("GET", path);
      expect([path, status, body?.code]).toEqual([path, 404, "NOT_FOUND"]);
      expect(body.detail).toContain("worker");
    }
    const event = { event: "jira:issue_created", payload: {} };
    expect((await worker.call("POST", "/api/v1/sites/jira/events", event)).status).toBe(404);
    expect((await worker.call("POST", `/jira/ingest/${worker.token}`, {})).status).toBe(404);
    expect((await worker.call("GET", "/jira/rest/plugins/1.0/")).status).toBe(404);
  } finally {
    await worker.stop();
  }
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);
test.runIf(hasIpv6).each(["::1", "[::1]"])("CALLBOARD_HOST=%s listens on the IPv6 loopback", async (name) => {
  const host = await startTestHost({ CALLBOARD_HOST: name });
  expect(host.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await host.call("GET", "/api/v1/sites")).status).toBe(200);
  await host.stop();
});

test("a role of api or all serves everything", async () => {
  for (const role of ["api", "all"]) {
    const host = await startTestHost({ ...(await onPostgres()), CALLBOARD_ROLE: role });
    expect((await host.call("GET", "/api/v1/sites")).status).toBe(200);
    expect((await host.call("GET", "/admin/login")).status).toBe(200);
    await host.stop();
  }
});

test("serve reports unknown keys with the closest setting, and prod over plain http, each once", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "callboard-roles-"));
  const served = await startServeProcess({
    command: process.execPath,
    args: [CLI, "serve", "--port", "0"],
    cwd,
    env: {
      CALLBOARD_PROFILE: "prod",
      CALLBOARD_RETENTON: "3d",
      CALLBOARD_BASE_URL: "http://callboard.example.com",
    },
  });
  served.send("SIGTERM");
  await served.ended;
  rmSync(cwd, { recursive: true });
  const lines = served.output().split("\n");
  expect(lines.filter((line) => line.includes("CALLBOARD_RETENTON"))).toEqual([
    expect.stringMatching(/not a setting.*CALLBOARD_RETENTION$/),
  ]);
  expect(lines.filter((line) => line.includes("plain http"))).toEqual([
    expect.stringContaining("callboard.example.com"),
  ]);
});

test("the pages of a prod server over plain http say so, to those who can change it", async () => {
  const port = await freePort();
  const host = await startTestHost({
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_PORT: String(port),
    CALLBOARD_BASE_URL: "http://callboard.example.com",
  });
  const url = `http://127.0.0.1:${port}`;
  const { get } = await logIn({ url, token: host.token });
  expect(await (await get("/admin")).text()).toMatch(
    /class="banner">[^<]*plain http at callboard\.example\.com/,
  );
  expect(await (await fetch(`${url}/admin/login`)).text()).not.toContain("plain http");
  await host.stop();
});

test("the first request from a proxy that is not declared is logged once, with the setting", async () => {
  const lines: string[] = [];
  const host = await startTestHost(
    {},
    createLogger("warn", (line) => void lines.push(line)),
  );
  const undeclared = () => lines.filter((line) => line.includes("proxy.undeclared"));
  await host.call("GET", "/healthz");
  expect(undeclared()).toEqual([]);
  const forwarded = { "x-forwarded-for": "203.0.113.9", authorization: "" };
  for (let round = 0; round < 3; round += 1) {
    // Not from this machine itself, as far as can be told: names of sites are in there.
    expect((await host.call("GET", "/metrics", undefined, forwarded)).status).toBe(401);
  }
  expect((await host.call("GET", "/metrics", undefined, { authorization: "" })).status).toBe(200);
  expect(undeclared()).toEqual([expect.stringContaining("CALLBOARD_TRUSTED_PROXIES")]);
  await host.stop();
});

test("behind a declared proxy on this machine, a client counts by its own address", async () => {
  const host = await startTestHost({ CALLBOARD_PROFILE: "prod", CALLBOARD_TRUSTED_PROXIES: "127.0.0.1" });
  for (const forwardedFor of ["203.0.113.9", "127.0.0.1", "[::1]:80", "127.evil", "unknown"]) {
    // In prod no address of a client opens the metrics.
    const headers = { "x-forwarded-for": forwardedFor, authorization: "" };
    expect((await host.call("GET", "/metrics", undefined, headers)).status).toBe(401);
  }
  const login = async (forwardedFor: string) => {
    const response = await fetch(`${host.url}/admin/login`, {
      method: "POST",
      headers: {
        origin: host.url,
        "x-forwarded-for": forwardedFor,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "token=wrong",
    });
    return response.status;
  };
  // One client: another port each time, then other addresses of one /64.
  const v4 = [];
  for (let port = 1; port <= 6; port += 1) v4.push(await login(`203.0.113.9:${50_000 + port}`));
  expect(v4).toEqual([401, 401, 401, 401, 401, 429]);
  const v6 = [];
  for (let part = 1; part <= 6; part += 1) v6.push(await login(`[2001:db8:0:1::${part}]:4711`));
  expect(v6).toEqual([401, 401, 401, 401, 401, 429]);
  expect(await login("2001:db8:0:2::1")).toBe(401);
  await host.stop();
});
