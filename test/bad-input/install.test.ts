/** Whatever an install is asked with, and whatever the other side answers: a named error, and nothing is left of the try. */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACCEPTED, REFUSED_ANSWERS, REFUSED_BODIES, REFUSED_REQUESTS } from "../fixtures/bad-installs.ts";
import { goodDescriptor } from "../fixtures/descriptors/good.ts";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { startLoopbackServer } from "../support/loopback-server.ts";
import type { Answer, LoopbackServer } from "../support/loopback-server.ts";
import { expectProblem } from "../support/problem.ts";
import { readTables } from "../support/tables.ts";

let host: TestHost;
let server: LoopbackServer;
let answer: Answer;
let silent: LoopbackServer;
/** Begun first and looked at last: it takes as long as a descriptor may take. */
let unanswered: Promise<Reply>;

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_DNS_SERVERS: "127.0.0.1:9", CALLBOARD_REQUEST_TIMEOUT: "2s" });
  server = await startLoopbackServer((response, request) => answer(response, request));
  silent = await startLoopbackServer(() => undefined);
  unanswered = install({ descriptorUrl: `${silent.origin}/descriptor` });
});
afterAll(async () => {
  await server.close();
  await silent.close();
  await host.stop();
});

const install = (body: object) => host.call("POST", "/api/v1/sites/jira/addons", body);
const installServed = () => install({ descriptorUrl: `${server.origin}/descriptor` });
const served = (body: string | Buffer, contentType = "application/json"): Answer => {
  return (response, request) => {
    if (request.method === "POST") response.writeHead(204).end();
    else response.setHeader("content-type", contentType).end(body);
  };
};

const WRITTEN = ["installation", "pending_install", "subscription", "endpoint", "event", "delivery"];
async function rowsWritten(): Promise<number> {
  const tables = await readTables(join(host.dataDir, "callboard.sqlite"));
  // That an install was refused is told, and nothing else.
  const written = WRITTEN.flatMap((table) => tables[table] ?? []);
  return written.filter(({ name }) => name !== "addon.install-failed").length;
}

test.each(REFUSED_BODIES)("%s is refused", async (_title, body, code) => {
  answer = served(body);
  const asked = server.requests.length;

  expectProblem(await installServed(), 422, code);

  expect(await rowsWritten()).toBe(0);
  expect(server.requests.slice(asked).map(({ method }) => method)).toEqual(["GET"]);
});

test.each(REFUSED_ANSWERS)("%s instead of a descriptor is refused", async (_title, behave, code) => {
  answer = behave;

  expectProblem(await installServed(), 422, code);

  expect(await rowsWritten()).toBe(0);
});

test.each(REFUSED_REQUESTS)("%s is refused", async (_title, body, status, code) => {
  const asked = server.requests.length;

  expectProblem(await install(body), status, code);

  expect(await rowsWritten()).toBe(0);
  expect(server.requests).toHaveLength(asked);
});

test("every mistake of a descriptor is told at once, each with its place", async () => {
  answer = served(JSON.stringify(goodDescriptor({ key: "", modules: { webhooks: [{ url: 1 }] } })));
  const { body } = await installServed();
  const pointers = (body.errors as readonly { pointer: string }[]).map(({ pointer }) => pointer);
  expect(pointers).toEqual(
    expect.arrayContaining(["/key", "/modules/webhooks/0/event", "/modules/webhooks/0/url"]),
  );
});

test("a certificate that is not trusted is refused", async () => {
  const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures/tls", name));
  const secure = createServer({ key: fixture("server.key"), cert: fixture("server.pem") });
  await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
  const { port } = secure.address() as AddressInfo;

  expectProblem(await install({ descriptorUrl: `https://127.0.0.1:${port}/d` }), 422, "DESCRIPTOR_TLS");

  await new Promise((resolve) => secure.close(resolve));
});

test("a port that nobody listens on is refused, and our own", async () => {
  const nobody = `http://127.0.0.1:${await freePort()}/d`;
  expectProblem(await install({ descriptorUrl: nobody }), 422, "DESCRIPTOR_FETCH");
  expectProblem(await install({ descriptorUrl: `${host.url}/api/openapi.json` }), 422, "IP_DENIED");
});

test.each([
  ["500", 500],
  ["a redirect", 302],
  ["401", 401],
])("an add-on that answers %s to installed is not installed", async (_title, status) => {
  answer = (response, request) => {
    if (request.method === "GET")
      response.end(JSON.stringify({ ...goodDescriptor(), baseUrl: server.origin }));
    else response.writeHead(status, { location: `${server.origin}/elsewhere` }).end();
  };
  const asked = server.requests.length;

  expectProblem(await installServed(), 422, "LIFECYCLE_INSTALLED");

  expect(await rowsWritten()).toBe(0);
  expect(server.requests.slice(asked).map(({ url }) => url)).toEqual(["/descriptor", "/installed"]);
});

test.each(ACCEPTED)("%s is accepted", async (_title, changes, warning) => {
  answer = served(JSON.stringify({ ...goodDescriptor(), baseUrl: server.origin, ...changes }));

  const { status, body } = await installServed();

  expect([status, body.code]).toEqual([201, undefined]);
  if (warning === undefined) expect(body.warnings).toEqual([]);
  else expect(JSON.stringify(body.warnings)).toMatch(warning);
  expect((await host.call("DELETE", `/api/v1/sites/jira/addons/${body.key}`)).status).toBe(200);
});

test.each([
  ["as text/plain", (body: string) => body, "text/plain"],
  ["with a byte order mark", (body: string) => `\ufeff${body}`, "application/json"],
])("a good descriptor %s is accepted", async (_title, change, contentType) => {
  answer = served(change(JSON.stringify({ ...goodDescriptor(), baseUrl: server.origin })), contentType);

  expect((await installServed()).status).toBe(201);
});

test("a server that never answers is given up", async () => {
  expectProblem(await unanswered, 422, "DESCRIPTOR_TIMEOUT");
});

test("the server is alive and well after all of it", async () => {
  expect((await host.call("GET", "/readyz")).status).toBe(200);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
