/** What odd input leads to: how many events, deliveries and requests come of it, and to whom. */
import { createServer } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withUrl } from "../fixtures/descriptors/good.ts";
import { URL_CASES } from "../fixtures/url-cases.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import { startDnsServer } from "../support/dns-server.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { startLoopbackServer } from "../support/loopback-server.ts";
import { logIn } from "../support/page-session.ts";
import { expectProblem } from "../support/problem.ts";
import { sendText } from "../support/socket-text.ts";
import { waitFor } from "../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";
const CREATED = "jira:issue_created";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const createSubmission = (...webhooks: readonly object[]) => ({ webhooks });
const fire = (event: string, more: object = {}) => host.call("POST", `${SITE}/events`, { event, ...more });
const countEvents = async (name: string) =>
  (await host.call("GET", `${SITE}/events?limit=500`)).body.items.filter(
    ({ event }: { event: string }) => event === name,
  ).length as number;

describe("webhooks of a descriptor", () => {
  test.each([
    ["an event type that nobody knows", { event: "jira:issue_exploded", url: "/x" }, CREATED],
    ["an event type of another product", { event: "page_created", url: "/x", product: "jira" }, CREATED],
    ["an event type in capitals", { event: "JIRA:ISSUE_CREATED", url: "/x" }, CREATED],
  ])("%s is stored and gets none of the others", async (_title, webhook, fired) => {
    const addon = await startCallingAddon(host, "jira", "effects.none", createSubmission(webhook));
    const shown = await host.call("GET", `${SITE}/addons/effects.none`);
    expect(JSON.stringify(shown.body)).toContain(webhook.event);
    expect((await fire(fired)).body.deliveries).toEqual([]);
    await host.call("DELETE", `${SITE}/addons/effects.none`);
    await addon.stop();
  });

  test("the same event type and URL twice is delivered once", async () => {
    const twice = { event: CREATED, url: "/x" };
    const addon = await startCallingAddon(host, "jira", "effects.twice", createSubmission(twice, twice));
    expect((await fire(CREATED)).body.deliveries).toHaveLength(1);
    await waitFor(() => expect(addon.webhooks).toHaveLength(1));
    await host.call("DELETE", `${SITE}/addons/effects.twice`);
    await addon.stop();
  });

  test("a URL without a slash is joined with exactly one", async () => {
    const webhook = { event: CREATED, url: "issue-created" };
    const addon = await startCallingAddon(host, "jira", "effects.slash", createSubmission(webhook));
    await fire(CREATED);
    await waitFor(() => expect(addon.webhooks.map(({ url }) => url)).toEqual(["/issue-created"]));
    await host.call("DELETE", `${SITE}/addons/effects.slash`);
    await addon.stop();
  });
});

describe("an event", () => {
  test("sent again is one event with one delivery, whose ID comes again", async () => {
    const webhook = { event: CREATED, url: "/x" };
    const addon = await startCallingAddon(host, "jira", "effects.again", createSubmission(webhook));
    const before = await countEvents(CREATED);
    const [first, again] = [
      await fire(CREATED, { id: "evt-1", payload: {} }),
      await fire(CREATED, { id: "evt-1", payload: {} }),
    ];
    expect([first.status, again.status, again.body]).toEqual([202, 202, { ...first.body, duplicate: true }]);
    expect(await countEvents(CREATED)).toBe(before + 1);
    await waitFor(() => expect(addon.webhooks).toHaveLength(1));
    await host.call("DELETE", `${SITE}/addons/effects.again`);
    await addon.stop();
  });

  test("keeps the order and white space of its payload", async () => {
    const webhook = { event: CREATED, url: "/x" };
    const addon = await startCallingAddon(host, "jira", "effects.order", createSubmission(webhook));
    const payload = '{"timestamp":1,"webhookEvent":"jira:issue_created","z":1,  "a":2}';
    const sent = await host.call("POST", `${SITE}/events`, `{"event":"${CREATED}","payload":${payload}}`);
    expect(sent.status).toBe(202);
    await waitFor(() => expect(addon.webhooks.map(({ body }) => body.toString())).toEqual([payload]));
    await host.call("DELETE", `${SITE}/addons/effects.order`);
    await addon.stop();
  });

  const head = (path: string, ...lines: readonly string[]) =>
    [
      `POST ${path} HTTP/1.1`,
      "Host: localhost",
      `Authorization: Bearer ${host.token}`,
      ...lines,
      "",
      "",
    ].join("\r\n");
  const BODY = `{"event":"${CREATED}"}`;
  test.each([
    [
      "with a length and a transfer encoding",
      () =>
        "POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    [
      "the same, at the path of the events",
      () =>
        head(
          `${SITE}/events`,
          "Content-Type: application/json",
          "Content-Length: 4",
          "Transfer-Encoding: chunked",
        ) + `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    [
      "with two lengths",
      () =>
        head(
          `${SITE}/events`,
          "Content-Type: application/json",
          `Content-Length: ${BODY.length}`,
          "Content-Length: 4",
        ) + BODY,
    ],
    [
      "with a length that is none",
      () => head(`${SITE}/events`, "Content-Type: application/json", "Content-Length: +22") + BODY,
    ],
    [
      "with an encoding behind chunked",
      () =>
        head(`${SITE}/events`, "Content-Type: application/json", "Transfer-Encoding: chunked, identity") +
        `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
    ],
  ])("%s is refused, and the connection ends", async (_title, text) => {
    const before = await countEvents(CREATED);
    const answered = await sendText(host.url, text());
    expect(answered).toMatch(/^HTTP\/1\.1 400 /);
    expect(answered.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(await countEvents(CREATED)).toBe(before);
  });
});

test("a certificate for another name is refused, and nothing is asked of its server", async () => {
  const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures/tls", name));
  let asked = 0;
  const secure = createServer(
    { key: fixture("server.key"), cert: fixture("server.pem") },
    () => (asked += 1),
  );
  await new Promise<void>((resolve) => secure.listen(0, "127.0.0.2", resolve));
  const { port } = secure.address() as AddressInfo;

  const descriptorUrl = `https://127.0.0.2:${port}/atlassian-connect.json`;
  expectProblem(await host.call("POST", `${SITE}/addons`, { descriptorUrl }), 422, "DESCRIPTOR_TLS");

  expect(asked).toBe(0);
  await new Promise((resolve) => secure.close(resolve));
});

test("a redirect of installed leads the secret nowhere else", async () => {
  const elsewhere = await startReceiver();
  const server = await startLoopbackServer((response, request) => {
    if (request.method === "GET") {
      response.end(JSON.stringify({ ...withUrl("/x"), baseUrl: server.origin }));
    } else response.writeHead(307, { location: `${elsewhere.url}/installed` }).end();
  });

  const descriptorUrl = `${server.origin}/atlassian-connect.json`;
  expectProblem(await host.call("POST", `${SITE}/addons`, { descriptorUrl }), 422, "LIFECYCLE_INSTALLED");

  expect(elsewhere.received).toEqual([]);
  await server.close();
  await elsewhere.close();
});

describe("with a session that a page of another origin uses", () => {
  const WEBHOOK = { name: "x", url: "https://hooks.example.org/h" };

  test("the API has no cookies and asks for a token; the form is refused as forged", async () => {
    const session = await logIn(host);
    const strange = { origin: "https://evil.example.org", cookie: session.cookie };
    const count = async () => (await host.call("GET", `${SITE}/webhooks`)).body.items.length as number;
    const before = await count();

    const api = await host.call("POST", `${SITE}/webhooks`, {}, { authorization: "", ...strange });
    expectProblem(api, 401, "AUTH_MISSING");
    const form = await session.post("/admin/webhooks/jira/new", { ...WEBHOOK, csrf: session.csrf }, strange);
    expect([form.status, await form.text()]).toEqual([403, expect.stringContaining("CSRF")]);

    expect(await count()).toBe(before);
  });
});

/** With https where the row has http, so that it is not the scheme that is refused. */
const secured = (url: string) => url.replace(/^(\s*)http:/, "$1https:");
const DENIED = Object.values(URL_CASES)
  .flat()
  .filter(([, verdict]) => verdict !== "allow")
  .map(([url, verdict]) => [url.slice(0, 60), url, verdict] as const);
const MAX_DESCRIPTOR_URL = 2_048;

describe("addresses of other networks, in prod", () => {
  let prod: TestHost;
  beforeAll(async () => {
    prod = await startTestHost({ CALLBOARD_PROFILE: "prod" });
    await prod.call("POST", "/api/v1/sites", { key: "jira", name: "Jira", product: "jira" });
  });
  afterAll(() => prod.stop());

  test.each(DENIED)("%j is refused at every door", async (_title, url, verdict) => {
    // The schema of a body comes first: no text may have NUL in it, and a descriptor's URL has its length there.
    const isNoText = url.includes("\0");
    const webhook = await prod.call("POST", `${SITE}/webhooks`, { name: "x", url });
    expectProblem(webhook, 422, isNoText ? "BODY_SCHEMA" : verdict);
    const descriptorUrl = secured(url);
    const isLong = descriptorUrl.length > MAX_DESCRIPTOR_URL;
    const addon = await prod.call("POST", `${SITE}/addons`, { descriptorUrl });
    expectProblem(addon, 422, isNoText || isLong ? "BODY_SCHEMA" : verdict);
    expect((await prod.call("POST", "/jira/rest/webhooks/1.0/webhook", { name: "x", url })).status).toBe(400);
  });

  test("and nothing is stored", async () => {
    for (const list of ["webhooks", "addons", "events"]) {
      const { items } = (await prod.call("GET", `${SITE}/${list}`)).body;
      // That an install was refused is told, and nothing else.
      expect(items.filter(({ event }: { event?: string }) => event !== "addon.install-failed")).toEqual([]);
    }
  });
});

test("a name that leads to this machine when it is sent to shows nothing of what answers there", async () => {
  const inside = await startReceiver((_request, response) => void response.end("INTERNAL"));
  let address = "93.184.216.34";
  const names = await startDnsServer((_name, type) => (type === "A" ? [address] : []));
  const prod = await startTestHost({ CALLBOARD_PROFILE: "prod", CALLBOARD_DNS_SERVERS: names.address });
  await prod.call("POST", "/api/v1/sites", { key: "backlog", name: "B", product: "backlog" });
  const url = `http://rebind.attacker-one.com:${new URL(inside.url).port}/h`;
  const webhooks = "/api/v1/sites/backlog/webhooks";
  const made = await prod.call("POST", webhooks, { name: "x", url });
  expect(made.status).toBe(201);

  address = "127.0.0.1";
  const sent = await prod.call("POST", `${webhooks}/${made.body.id}/execute`, { event: "issue_created" });

  expect(sent.text).not.toContain("INTERNAL");
  const { body } = await prod.call("GET", `/api/v1/deliveries/${sent.body.deliveryId}`);
  expect(body).toMatchObject({
    state: "failed",
    reason: "forbidden",
    attempts: [{ outcome: "forbidden:DNS_DENIED" }],
  });
  expect(JSON.stringify(body)).not.toContain("INTERNAL");
  expect(inside.received).toEqual([]);
  await prod.stop();
  await names.close();
  await inside.close();
});
