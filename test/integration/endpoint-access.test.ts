/** Headers and TLS that an administrator gives the endpoint of an add-on, as the add-on's server meets them. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { createAuthority } from "../support/tls-files.ts";
import type { TestAuthority } from "../support/tls-files.ts";
import { waitFor } from "../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";
const ENDPOINTS = `${SITE}/endpoints`;
const EVENT = "jira:issue_created";

let host: TestHost;
let authority: TestAuthority;
beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  authority = createAuthority();
});
afterAll(async () => {
  await host.stop();
  authority.remove();
});

const descriptor = (key: string, baseUrl: string, authentication: "jwt" | "none") => ({
  key,
  name: key,
  baseUrl,
  authentication: { type: authentication },
  lifecycle: {
    ...(authentication === "jwt" ? { installed: "/installed" } : {}),
    ...{ enabled: "/enabled", disabled: "/disabled", uninstalled: "/uninstalled" },
  },
  modules: { webhooks: [{ event: EVENT, url: "/hook" }] },
});

/** Installs the add-on and resolves to the path of its endpoint. */
async function install(key: string, baseUrl: string, authentication: "jwt" | "none"): Promise<string> {
  const installed = await host.call("POST", `${SITE}/addons`, {
    descriptor: descriptor(key, baseUrl, authentication),
  });
  expect([installed.status, installed.text.slice(0, 300)]).toEqual([201, expect.anything()]);
  const { body } = await host.call("GET", ENDPOINTS);
  const found = (body.items as readonly { number: number; addonKey: string }[]).find(
    ({ addonKey }) => addonKey === key,
  );
  return `${ENDPOINTS}/${found?.number}`;
}
const uninstall = (key: string) => host.call("DELETE", `${SITE}/addons/${key}`);

/** Publishes an event and resolves to its only delivery, once it has an attempt. */
async function deliver(): Promise<Reply["body"]> {
  const accepted = await host.call("POST", `${SITE}/events`, { event: EVENT });
  const [{ id }] = accepted.body.deliveries as [{ id: string }];
  return waitFor(async () => {
    const { body } = await host.call("GET", `/api/v1/deliveries/${id}`);
    expect(body.attempts).not.toEqual([]);
    return body;
  });
}

const problems = ({ status, body }: Reply) => [
  status,
  ...(body.errors as readonly { pointer: string; code: string }[]).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  ),
];

describe("custom headers", () => {
  const KEY = "org.example.headers";
  let receiver: Receiver;
  let endpoint: string;
  beforeAll(async () => {
    receiver = await startReceiver();
    endpoint = await install(KEY, receiver.url, "jwt");
    receiver.received.length = 0;
  });
  afterAll(async () => {
    await uninstall(KEY);
    await receiver.close();
  });

  test("go with deliveries and lifecycle callbacks, beside the JWT, and are shown by name alone", async () => {
    const changed = await host.call("PATCH", endpoint, { headers: { "X-Api-Key": "key-of-this-test" } });
    expect(changed.body).toMatchObject({ headerNames: ["x-api-key"], previousHeadersUntil: null, tls: null });
    const delivery = await deliver();
    await host.call("POST", `${SITE}/addons/${KEY}/disable`);
    await host.call("POST", `${SITE}/addons/${KEY}/enable`);
    const expected = {
      "x-api-key": "key-of-this-test",
      authorization: expect.stringMatching(/^JWT /) as string,
    };
    const sent = receiver.received.map(({ url, headers }) => [url, headers]);
    expect(sent).toEqual([
      ["/hook", expect.objectContaining(expected) as object],
      ["/disabled", expect.objectContaining(expected) as object],
      ["/enabled", expect.objectContaining(expected) as object],
    ]);
    expect(delivery.attempts[0].request.headers).toContainEqual(["x-api-key", "[masked]"]);
    const shown = await Promise.all(
      [endpoint, ENDPOINTS, "/api/v1/audit", `${SITE}/addons/${KEY}`].map((path) => host.call("GET", path)),
    );
    expect(JSON.stringify([delivery, shown.map(({ text }) => text)])).not.toContain("key-of-this-test");
    expect(shown[2]?.text).toMatch(/"endpoint.changed".{1,200}headers: http/);
  });

  test("replaced ones are sent once more where the add-on refuses the new ones", async () => {
    await host.call("PATCH", endpoint, { headers: { "x-api-key": "the-old-one" } });
    const changed = await host.call("PATCH", endpoint, { headers: { "x-api-key": "the-new-one" } });
    expect(changed.body.previousHeadersUntil).not.toBeNull();
    receiver.answer = (request, response) =>
      void response.writeHead(request.headers["x-api-key"] === "the-old-one" ? 204 : 401).end();
    receiver.received.length = 0;
    expect(await deliver()).toMatchObject({ state: "delivered" });
    await host.call("POST", `${SITE}/addons/${KEY}/disable`);
    expect(receiver.received.map(({ url, headers }) => [url, headers["x-api-key"]])).toEqual([
      ["/hook", "the-new-one"],
      ["/hook", "the-old-one"],
      ["/disabled", "the-new-one"],
      ["/disabled", "the-old-one"],
    ]);
    receiver.answer = answer204;
    await host.call("POST", `${SITE}/addons/${KEY}/enable`);
  });

  test("an answer that has them is kept without them", async () => {
    await host.call("PATCH", endpoint, { headers: { "x-api-key": "echoed-by-the-add-on" } });
    receiver.answer = (request, response) =>
      void response.writeHead(400).end(JSON.stringify(request.headers));
    await host.call("POST", `${SITE}/addons/${KEY}/disable`);
    receiver.answer = answer204;
    await host.call("POST", `${SITE}/addons/${KEY}/enable`);
    const { text } = await host.call("GET", `${SITE}/addons/${KEY}`);
    expect(text).not.toContain("echoed-by-the-add-on");
  });

  test("left out they stay, null removes them, and refused ones change nothing", async () => {
    await host.call("PATCH", endpoint, { headers: { "x-team": "tide" } });
    expect((await host.call("PATCH", endpoint, { orderBy: "/issue/id" })).body.headerNames).toEqual([
      "x-team",
    ]);
    const refused = await host.call("PATCH", endpoint, {
      orderBy: null,
      headers: { authorization: "Basic eA==" },
    });
    expect(problems(refused)).toEqual([422, "/headers/authorization HEADER_VALUE"]);
    expect(refused.body.detail).toContain("add-ons get a JWT in it");
    const both = await host.call("PATCH", endpoint, {
      orderBy: "issue",
      headers: { host: "a", "x-b": "c\r\nd" },
      tls: { certificate: "no PEM" },
    });
    expect(problems(both)).toEqual([
      422,
      "/orderBy ORDER_BY",
      "/headers/host HEADER_VALUE",
      "/headers/x-b HEADER_VALUE",
      "/tls/certificate CERTIFICATE_INVALID",
      "/tls/key CERTIFICATE_KEY",
    ]);
    const plain = await host.call("PATCH", endpoint, {
      tls: { ...authority.issue("client") },
    });
    expect(problems(plain)).toEqual([422, "/tls BODY_SCHEMA"]);
    expect((await host.call("GET", endpoint)).body).toMatchObject({
      headerNames: ["x-team"],
      orderBy: "/issue/id",
      tls: null,
    });
    const removed = await host.call("PATCH", endpoint, { headers: null, orderBy: null });
    expect(removed.body).toMatchObject({ headerNames: [], orderBy: null });
    receiver.received.length = 0;
    await deliver();
    expect(receiver.received[0]?.headers).not.toHaveProperty("x-team");
  });

  test("command line and page set the same, and the page has no value of them", async () => {
    let out = "";
    const code = await run(
      ["endpoints", "update", endpoint.split("/").at(-1) ?? "", "--headers", '{"x-by":"from-the-command"}'],
      {
        env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
        out: (text) => void (out += text),
        note: (text) => void (out += text),
        readInput: () => Promise.resolve(""),
      },
    );
    expect(code).toBe(0);
    expect(out).toMatch(/headers +x-by/);
    const pages = await logIn(host);
    const path = endpoint.replace(ENDPOINTS, "/admin/endpoints/jira");
    const page = await (await pages.get(path)).text();
    expect(page).toContain("keep x-by");
    expect(page).not.toContain("from-the-command");
    expect(page).not.toContain('name="authPassword"');
    const wrong = await pages.post(path, {
      csrf: pages.csrf,
      headersChoice: "given",
      headers: "authorization: Basic eA==",
    });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain("add-ons get a JWT in it");
    const saved = await pages.post(path, {
      csrf: pages.csrf,
      headersChoice: "given",
      headers: "x-page: from-the-page",
      tlsChoice: "none",
    });
    expect(saved.status).toBe(303);
    expect((await host.call("GET", endpoint)).body.headerNames).toEqual(["x-page"]);
    await pages.post(path, { csrf: pages.csrf, headersChoice: "keep" });
    expect((await host.call("GET", endpoint)).body.headerNames).toEqual(["x-page"]);
  });

  test("stay with the origin, and are gone with the add-on", async () => {
    await host.call("PATCH", endpoint, { headers: { "x-team": "tide" } });
    const elsewhere = await startReceiver();
    await install(KEY, elsewhere.url, "jwt");
    elsewhere.received.length = 0;
    await deliver();
    expect(elsewhere.received[0]?.headers).not.toHaveProperty("x-team");
    await install(KEY, receiver.url, "jwt");
    expect((await host.call("GET", endpoint)).body.headerNames).toEqual([]);
    await host.call("PATCH", endpoint, { headers: { "x-team": "tide" } });
    await uninstall(KEY);
    expect(receiver.received.at(-1)).toMatchObject({ url: "/uninstalled", headers: { "x-team": "tide" } });
    await install(KEY, receiver.url, "jwt");
    expect((await host.call("GET", endpoint)).body.headerNames).toEqual([]);
    await elsewhere.close();
  });
});

test("an add-on without JWT may have an authorization header, until it gets JWTs", async () => {
  const receiver = await startReceiver();
  const endpoint = await install("org.example.none", receiver.url, "none");
  const headers = { authorization: "Basic eDp5", "x-team": "tide" };
  expect((await host.call("PATCH", endpoint, { headers })).status).toBe(200);
  await deliver();
  expect(receiver.received.at(-1)?.headers).toMatchObject(headers);
  await install("org.example.none", receiver.url, "jwt");
  expect((await host.call("GET", endpoint)).body.headerNames).toEqual(["x-team"]);
  await deliver();
  expect(receiver.received.at(-1)?.headers).toMatchObject({
    authorization: expect.stringMatching(/^JWT [^,]+$/) as string,
    "x-team": "tide",
  });
  await uninstall("org.example.none");
  await receiver.close();
});

describe("a client certificate", () => {
  /** Accepts clients of the authority alone, and says who came. */
  async function startStrict() {
    const clients: string[] = [];
    const server = authority.issue("receiver");
    const ca = authority.certificate;
    const https = createServer(
      { key: server.key, cert: server.certificate, ca, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { socket, url } = request;
        if (socket instanceof TLSSocket)
          clients.push(`${url} ${String(socket.getPeerCertificate().subject.CN)}`);
        response.writeHead(204).end();
      },
    );
    await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
    const close = () => {
      https.closeAllConnections();
      https.close();
    };
    return { url: `https://127.0.0.1:${(https.address() as AddressInfo).port}`, clients, close };
  }

  test("and an authority of its own are used for deliveries and lifecycle callbacks", async () => {
    const receiver = await startStrict();
    const key = "org.example.certificate";
    const endpoint = await install(key, receiver.url, "none");
    expect((await deliver()).attempts[0].outcome).toMatch(/^unreachable:tls/);
    const tls = { ...authority.issue("callboard"), authorities: authority.certificate };
    const changed = await host.call("PATCH", endpoint, { tls });
    expect(changed.body.tls).toMatchObject({
      certificates: [{ subject: "CN=callboard" }],
      authorities: [{ subject: "CN=Test authority" }],
    });
    expect(changed.text).not.toContain("PRIVATE KEY");
    await deliver();
    await host.call("POST", `${SITE}/addons/${key}/disable`);
    await host.call("POST", `${SITE}/addons/${key}/enable`);
    await uninstall(key);
    expect(receiver.clients.filter((client) => !client.startsWith("/hook"))).toEqual([
      "/disabled callboard",
      "/enabled callboard",
      "/disabled callboard",
      "/uninstalled callboard",
    ]);
    expect(receiver.clients).toContain("/hook callboard");
    receiver.close();
  });
});

test("the endpoint of an outgoing webhook has those of the webhook, and refuses its own", async () => {
  const receiver = await startReceiver(answerStatus(204));
  const values = { name: "Own", url: receiver.url, headers: { "x-own": "of-the-webhook" } };
  const { body } = await host.call("POST", `${SITE}/webhooks`, values);
  const { items } = (await host.call("GET", ENDPOINTS)).body as {
    items: readonly { number: number; webhookId: string | null }[];
  };
  const endpoint = `${ENDPOINTS}/${items.find(({ webhookId }) => webhookId === body.id)?.number}`;
  const shown = await host.call("GET", endpoint);
  expect(shown.body).toMatchObject({ headerNames: ["x-own"], tls: null });
  expect(shown.text).not.toContain("of-the-webhook");
  expect((await host.call("PATCH", endpoint, { headers: null })).body.code).toBe("ENDPOINT_OF_WEBHOOK");
  await host.call("DELETE", `${SITE}/webhooks/${body.id as string}`);
  await receiver.close();
});
