/**
 * NODE_TLS_REJECT_UNAUTHORIZED=0 switches off verification in programs that leave it to Node.js. Every client of Callboard decides by
 * itself: each one meets a real server whose authority it doesn't trust, and sends nothing.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttps, get } from "node:https";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createKeyServer } from "../../src/addon/key-server.ts";
import { run } from "../../src/cli/index.ts";
import { openDatabase, requirePostgresTarget } from "../../src/host/store/db/database.ts";
import { listen } from "../../src/host/store/db/listen.ts";
import { examinePostgres } from "../../src/host/store/db/postgres-session.ts";
import { silentLogger } from "../../src/logger.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";

const TLS = join(import.meta.dirname, "../fixtures/tls");
const CA_FILE = join(TLS, "ca.pem");
const IDENTITY = { key: readFileSync(join(TLS, "server.key")), cert: readFileSync(join(TLS, "server.pem")) };
const SSL_REQUEST_BYTES = 8;

/** Requests that reached a server over a connection that should not have been trusted. */
let reached: string[] = [];
const web = createHttps(IDENTITY, (request, response) => {
  reached.push(request.url ?? "");
  response.setHeader("callboard-version", "0");
  response.end("{}");
});
let webUrl: string;

/** Speaks TLS in front of a PostgreSQL that doesn't. */
const front = createServer((socket) => {
  socket.once("data", (first: Buffer) => {
    if (first.length !== SSL_REQUEST_BYTES) return void socket.destroy();
    socket.write("S");
    secured(new TLSSocket(socket, { isServer: true, ...IDENTITY }));
  });
  socket.on("error", () => undefined);
});
let postgres: Postgres;
let plainUrl: string;
let host: TestHost;

function secured(client: TLSSocket): void {
  let server: Socket | undefined;
  client.on("error", () => undefined);
  client.on("close", () => server?.destroy());
  client.once("data", (startup: Buffer) => {
    reached.push("startup");
    server = connect(Number(new URL(plainUrl).port), "127.0.0.1");
    server.on("error", () => undefined);
    server.write(startup);
    server.pipe(client).pipe(server);
  });
}

function overTls(parameters: string): string {
  const url = new URL(plainUrl);
  url.host = `127.0.0.1:${(front.address() as AddressInfo).port}`;
  return `${url.href}?${parameters}`;
}

beforeAll(async () => {
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  web.listen(0, "127.0.0.1");
  front.listen(0, "127.0.0.1");
  await Promise.all([once(web, "listening"), once(front, "listening")]);
  webUrl = `https://127.0.0.1:${(web.address() as AddressInfo).port}`;
  postgres = await startPostgres();
  plainUrl = await postgres.newUrl();
  host = await startTestHost();
});
beforeEach(() => {
  reached = [];
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await host.stop();
  await postgres.stop();
  web.closeAllConnections();
  web.close();
  front.close();
});

test("the variable is in effect: a client that leaves it to Node.js reaches both servers", async () => {
  const [response] = (await once(get(`${webUrl}/careless`), "response")) as [{ resume: () => void }];
  response.resume();
  const database = await openDatabase(overTls("sslmode=no-verify"));
  await database.close();
  expect(reached).toContain("/careless");
  expect(reached).toContain("startup");
});

test("a delivery, and a test of a webhook", async () => {
  const made = await host.call("POST", "/api/v1/sites/jira/webhooks", { name: "w", url: `${webUrl}/hook` });
  const { id } = made.body as { id: string };
  const tested = await host.call("POST", `/api/v1/sites/jira/webhooks/${id}/execute`, {
    event: "jira:issue_created",
  });
  expect(tested.body).toMatchObject({
    state: "failed",
    attempt: { outcome: expect.stringContaining("tls") },
  });
  const sent = await host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload: {},
  });
  const [{ id: delivery } = { id: "" }] = (sent.body as { deliveries: { id: string }[] }).deliveries;
  await expect
    .poll(async () => (await host.call("GET", `/api/v1/deliveries/${delivery}`)).body.attempts[0]?.outcome)
    .toContain("tls");
  expect(reached).toEqual([]);
});

test("the fetch of a descriptor", async () => {
  const installed = await host.call("POST", "/api/v1/sites/jira/addons", {
    descriptorUrl: `${webUrl}/atlassian-connect.json`,
  });
  expect(installed.status).toBeGreaterThanOrEqual(400);
  expect(installed.text).toContain("certificate");
  expect(reached).toEqual([]);
});

test("a lifecycle callback", async () => {
  const installed = await host.call("POST", "/api/v1/sites/jira/addons", {
    descriptor: {
      key: "org.example.secure",
      name: "Secure",
      baseUrl: webUrl,
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed" },
    },
  });
  expect(installed.body).toMatchObject({ code: "LIFECYCLE_INSTALLED" });
  expect(reached).toEqual([]);
});

test("the command line", async () => {
  let notes = "";
  const code = await run(["sites"], {
    out: () => undefined,
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: webUrl, CALLBOARD_TOKEN: "cb_0123456789abcdefghij" },
    readInput: () => Promise.resolve(""),
  });
  expect([code, notes]).toEqual([3, expect.stringContaining("certificate")]);
  expect(reached).toEqual([]);
});

test("the toolkit, and with it the Inspector, when it fetches a host's key", async () => {
  const keys = createKeyServer(`${webUrl}/keys`);
  expect(await keys.find("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")).toMatchObject({ kind: "unavailable" });
  expect(reached).toEqual([]);
});

test.each(["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"])(
  "the database with %s",
  async (mode) => {
    await expect(openDatabase(overTls(mode))).rejects.toThrow(/certificate/);
    expect(reached).toEqual([]);
  },
);

test("the connection that listens", async () => {
  const trusted = await examinePostgres(requirePostgresTarget(overTls(`sslrootcert=${CA_FILE}`)));
  const { ssl } = trusted.config;
  if (typeof ssl !== "object") throw new Error("the connection has no TLS");
  const connected = vi.fn();
  const notices = { due: () => undefined, registry: () => undefined, listener: () => undefined, connected };
  const listener = await listen(trusted.config, notices, silentLogger);
  expect(connected).toHaveBeenCalledTimes(1);
  await listener.stop();

  reached = [];
  const { ca: _trusted, ...untrusting } = ssl;
  const refused = await listen({ ...trusted.config, ssl: untrusting }, notices, silentLogger);
  expect(connected).toHaveBeenCalledTimes(1);
  await refused.stop();
  expect(reached).toEqual([]);
});
