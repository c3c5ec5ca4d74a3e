/** Callboard behind the nginx and the Caddy of deploy/: requests over TLS arrive as the client sent them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { rawRequest } from "../support/raw-request.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { NAME, startCaddy, startNginx } from "./proxy.ts";
import type { Ask, Proxy } from "./proxy.ts";
import { ROOT, describeWith, runProgram } from "./programs.ts";

const MIB = 1024 ** 2;

describeWith(["nginx"], "nginx", () => describeProxy(startNginx));
describeWith(["caddy"], "Caddy", () => {
  test("takes the file as it is", () => {
    const { status, errors } = runProgram("caddy", [
      "validate",
      "--adapter",
      "caddyfile",
      "--config",
      "deploy/caddy/Caddyfile",
    ]);
    expect([status, errors]).toEqual([
      0,
      expect.not.stringMatching(/"level":"(?:warn|error)"|not formatted/),
    ]);
  });
  describeProxy(startCaddy);
});

function describeProxy(startProxy: (upstreams: readonly number[]) => Promise<Proxy>): void {
  let folder: string;
  let server: ServeProcess;
  let proxy: Proxy;
  let receiver: Receiver;
  let token: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "callboard-proxied-"));
    const port = await freePort();
    server = await startServeProcess({
      command: process.execPath,
      args: [join(ROOT, "bin/callboard.cjs"), "serve"],
      cwd: folder,
      env: {
        CALLBOARD_PROFILE: "prod",
        CALLBOARD_PORT: String(port),
        CALLBOARD_BASE_URL: `https://${NAME}`,
        CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
        CALLBOARD_ALLOW_NETWORKS: "127.0.0.1",
      },
    });
    token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();
    receiver = await startReceiver();
    proxy = await startProxy([port]);
    await call("POST", "/api/v1/sites", { key: "tracker", product: "jira", name: "Tracker" });
    await call("POST", "/api/v1/sites/tracker/webhooks", {
      name: "Board",
      url: receiver.url,
      events: ["jira:issue_created"],
    });
  });
  afterAll(async () => {
    await proxy.stop();
    server.send("SIGTERM");
    await server.ended;
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (path: string, { headers, ...sent }: Ask = {}) =>
    proxy.ask(path, { ...sent, headers: { authorization: `Bearer ${token}`, ...headers } });
  const call = async (method: string, path: string, body: unknown) => {
    const reply = await ask(path, {
      method,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    expect([path, reply.status, reply.status < 300 ? "" : reply.text]).toEqual([
      path,
      expect.any(Number),
      "",
    ]);
    return JSON.parse(reply.text) as Readonly<Record<string, unknown>>;
  };
  const publish = (fill: number) => {
    const head = '{"event":"jira:issue_created","payload":{"issue":{"key":"';
    const tail = '"}}}';
    const body = head + "a".repeat(fill - head.length - tail.length) + tail;
    return ask("/api/v1/sites/tracker/events", {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
  };

  test("an event arrives, and its delivery", async () => {
    const before = receiver.received.length;
    expect((await publish(200)).status).toBe(202);
    await waitFor(() => expect(receiver.received.length).toBe(before + 1));
  });

  test("requests count as https, and come from the client, whatever it says of itself", async () => {
    const page = await proxy.ask("/admin/login");
    expect([page.status, page.headers["strict-transport-security"]]).toEqual([
      200,
      expect.stringContaining("max-age"),
    ]);
    const created = await ask("/api/v1/login-links", {
      method: "POST",
      headers: { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "http" },
    });
    expect(created.status).toBe(201);
    const { items } = JSON.parse((await ask("/api/v1/audit?limit=1")).text) as {
      readonly items: readonly unknown[];
    };
    expect(items).toMatchObject([{ action: "login-link.created", address: "127.0.0.9" }]);
  });

  test("the largest body that Callboard takes passes, and a larger one doesn't", async () => {
    expect((await publish(25 * MIB)).status).toBe(202);
    // A proxy can hang up while the body is still being sent.
    const larger = await publish(25 * MIB + 1).then(
      ({ status }) => status,
      () => 413,
    );
    expect(larger).toBe(413);
  });

  test("http is redirected to https", async () => {
    const { plainPort } = proxy;
    const { status, headers } = await rawRequest(plainPort, "GET", "/admin?a=1", { host: NAME });
    expect(status).toBeGreaterThanOrEqual(301);
    expect(headers["location"]).toMatch(new RegExp(`^https://${NAME}(?::\\d+)?/admin\\?a=1$`));
  });
}

describeWith(["nginx"], "nginx's access log", () => {
  test("has no token", async () => {
    const proxy = await startNginx([await freePort()]);
    try {
      const secrets = ["cb_0123456789abcdefghij", "eyJhbGciOiJIUzI1NiJ9.e30.signature"];
      await proxy.ask(`/board/ingest/${secrets[0]}`, { method: "POST" });
      await proxy.ask(`/hooks/board/ingest/${secrets[0]}/more?x=1`, { method: "POST" });
      await proxy.ask(`/board/rest/api/3/webhook?jwt=${secrets[1]}`);
      const log = await waitFor(() => {
        const text = proxy.accessLog();
        expect(text.trim().split("\n").length).toBe(3);
        return text;
      });
      expect(log).toMatch(
        /"POST \/board\/ingest\/\*\*\*" 502 [^]*"POST \/hooks\/board\/ingest\/\*\*\*" 502 [^]*"GET \/board\/rest\/api\/3\/webhook" 502 /,
      );
      expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });
});
