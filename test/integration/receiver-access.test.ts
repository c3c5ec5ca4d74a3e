/** Custom headers, authentication and TLS of outgoing webhooks, as their receivers meet them. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { createAuthority, encryptKey, startOpenSslReceiver } from "../support/tls-files.ts";
import type { KeyPair, TestAuthority } from "../support/tls-files.ts";
import { CLIENT, answerJson, startTokenServer } from "../support/token-server.ts";
import type { TestTokenServer } from "../support/token-server.ts";
import { waitFor } from "../support/wait-for.ts";

const WEBHOOKS = "/api/v1/sites/jira/webhooks";
const EVENT = "jira:issue_created";

let host: TestHost;
let receiver: Receiver;
let tokenServer: TestTokenServer;
let authority: TestAuthority;

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  receiver = await startReceiver();
  authority = createAuthority();
});
afterEach(async () => {
  receiver.received.length = 0;
  receiver.answer = answer204;
  const { body } = await host.call("GET", WEBHOOKS);
  for (const { id } of body.items) await host.call("DELETE", `${WEBHOOKS}/${id as string}`);
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
  authority.remove();
});

const values = (more: object = {}) => ({
  name: "Build",
  url: `${receiver.url}/hook`,
  events: [EVENT],
  ...more,
});
const add = (more: object) => host.call("POST", WEBHOOKS, values(more));
const edit = ({ body }: Reply, more: object) =>
  host.call("PUT", `${WEBHOOKS}/${body.id as string}`, values(more));

/** Publishes an event and resolves to its only delivery, once it has an attempt. */
async function deliver(): Promise<Reply["body"]> {
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", { event: EVENT });
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
  test("are sent, and shown by name alone, in the webhook and in the attempt", async () => {
    const made = await add({ headers: { "X-Api-Key": "key-of-this-test", "x-team": "tide" } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ headerNames: ["x-api-key", "x-team"], previousHeadersUntil: null });
    const delivery = await deliver();
    expect(receiver.received[0]?.headers).toMatchObject({
      "x-api-key": "key-of-this-test",
      "x-team": "tide",
    });
    expect(delivery.attempts[0].request.headers).toEqual(
      expect.arrayContaining([
        ["x-api-key", "[masked]"],
        ["x-team", "[masked]"],
      ]),
    );
    expect(JSON.stringify([made.body, delivery])).not.toContain("key-of-this-test");
  });

  test("stay when a change leaves them out, and go with null", async () => {
    const made = await add({ headers: { "x-api-key": "one" } });
    expect((await edit(made, { description: "changed" })).body).toMatchObject({ headerNames: ["x-api-key"] });
    expect((await edit(made, { headers: null })).body).toMatchObject({ headerNames: [] });
    await deliver();
    expect(receiver.received[0]?.headers).not.toHaveProperty("x-api-key");
  });

  test("are refused by name, all at once, and nothing is saved", async () => {
    const refused = await add({
      headers: {
        Host: "a",
        "webhook-id": "b",
        "x-a": "b\r\nx-c: d",
        "X b": "c",
        authorization: "Basic eA==",
      },
      authentication: { kind: "bearer", token: "t" },
    });
    expect(problems(refused)).toEqual([
      422,
      "/headers/Host HEADER_VALUE",
      "/headers/webhook-id HEADER_VALUE",
      "/headers/x-a HEADER_VALUE",
      "/headers/X b HEADER_VALUE",
    ]);
    const beside = await add({
      headers: { authorization: "Basic eA==" },
      authentication: { kind: "bearer", token: "t" },
    });
    expect(problems(beside)).toEqual([422, "/headers/authorization HEADER_VALUE"]);
    expect((await host.call("GET", WEBHOOKS)).body.items).toEqual([]);
  });
});

describe("authentication", () => {
  test.each([
    [{ kind: "basic", user: "bell", password: "pässword" }, `Basic ${btoaUtf8("bell:pässword")}`],
    [{ kind: "bearer", token: "a-bearer-token" }, "Bearer a-bearer-token"],
  ])("%o is sent with each delivery", async (authentication, authorization) => {
    const made = await add({ authentication });
    expect(made.body.authentication).toEqual({
      kind: authentication.kind,
      expiresAt: null,
      tokenServer: null,
      previousUntil: null,
    });
    const delivery = await deliver();
    expect(receiver.received[0]?.headers.authorization).toBe(authorization);
    expect(delivery.attempts[0].request.headers).toContainEqual(["authorization", "[masked]"]);
  });

  test("of a test with values that are not saved is sent as well, and isn't kept", async () => {
    const tested = await host.call("POST", `${WEBHOOKS}/execute`, {
      ...values({ authentication: { kind: "bearer", token: "trial" }, headers: { "x-a": "b" } }),
      event: EVENT,
    });
    expect(tested.body).toMatchObject({ state: "delivered" });
    expect(receiver.received[0]?.headers).toMatchObject({ authorization: "Bearer trial", "x-a": "b" });
    expect(tested.text).not.toContain("Bearer trial");
  });

  test("is sent as it was before for a day, once the receiver refuses the new one", async () => {
    receiver.answer = ({ headers }, response) =>
      void response.writeHead(headers.authorization === "Bearer old" ? 204 : 401).end();
    const made = await add({ authentication: { kind: "bearer", token: "old" } });
    const changed = await edit(made, { authentication: { kind: "bearer", token: "new" } });
    const inADay = Date.parse(changed.body.authentication.previousUntil as string) - Date.now();
    expect(Math.abs(inADay - 86_400_000)).toBeLessThan(60_000);
    const delivery = await deliver();
    expect(receiver.received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer new",
      "Bearer old",
    ]);
    expect(delivery).toMatchObject({ state: "delivered", attempts: [{ number: 1, outcome: "accepted" }] });
    expect(delivery.attempts[0].detail).toMatch(/previous ones/);
  });

  test("that the receiver refuses is sent once where there is no other", async () => {
    receiver.answer = answerStatus(401);
    await add({ authentication: { kind: "bearer", token: "wrong" } });
    expect(await deliver()).toMatchObject({ state: "failed", reason: "rejected" });
    expect(receiver.received).toHaveLength(1);
  });

  test("never goes to another origin: it must be given again, and the old one is not sent there", async () => {
    const other = await startReceiver(answerStatus(401));
    onTestFinished(other.close);
    const made = await add({ authentication: { kind: "bearer", token: "old" }, headers: { "x-key": "old" } });
    const moved = { url: `${other.url}/hook` };
    expect(problems(await edit(made, moved))).toEqual([
      422,
      "/headers CREDENTIALS_ORIGIN",
      "/authentication CREDENTIALS_ORIGIN",
    ]);
    const tested = await host.call("POST", `${WEBHOOKS}/execute`, {
      ...values(moved),
      event: EVENT,
      id: made.body.id as string,
    });
    expect(tested.body.code).toBe("CREDENTIALS_ORIGIN");
    const again = { ...moved, authentication: { kind: "bearer", token: "new" }, headers: null };
    expect((await edit(made, again)).status).toBe(200);
    await deliver();
    expect(other.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer new"]);
  });

  test("of a bearer token that has expired, and of an unknown kind, is refused at its field", async () => {
    const jwt = ["{}", JSON.stringify({ exp: 1_700_000_000 }), "signature"]
      .map((part) => Buffer.from(part).toString("base64url"))
      .join(".");
    for (const [authentication, pointer] of [
      [{ kind: "bearer", token: jwt }, "/authentication/token"],
      [{ kind: "bearer", token: "a", expiresAt: "2020-01-01T00:00:00Z" }, "/authentication/expiresAt"],
      [{ kind: "bearer", token: "a b" }, "/authentication/token"],
      [{ kind: "digest" }, "/authentication/kind"],
      [{ kind: "basic", user: "a:b", password: "c" }, "/authentication/user"],
      [{ kind: "basic", user: "a" }, "/authentication/password"],
    ] as const) {
      expect(problems(await add({ authentication }))).toEqual([422, `${pointer} AUTHENTICATION_INVALID`]);
    }
  });
});

const btoaUtf8 = (text: string) => Buffer.from(text).toString("base64");

describe("OAuth 2 client credentials", () => {
  beforeAll(async () => {
    tokenServer = await startTokenServer();
  });
  afterAll(() => tokenServer.close());
  afterEach(() => {
    (tokenServer.requests as unknown[]).length = 0;
    Object.assign(tokenServer, { lifetime: 3_600, answer: undefined });
  });
  const client = (more: object = {}) => ({
    kind: "oauth2",
    tokenUrl: tokenServer.tokenUrl,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    ...more,
  });

  test.each(["basic", "post"])(
    "a client with %s has one token for all deliveries of its lifetime",
    async (clientMethod) => {
      const made = await add({
        authentication: client({ clientMethod, scope: "hooks write", audience: "tide" }),
      });
      expect(made.status).toBe(201);
      expect(made.body.authentication).toMatchObject({
        kind: "oauth2",
        tokenServer: new URL(tokenServer.tokenUrl).origin,
      });
      for (let count = 0; count < 3; count += 1) await deliver();
      expect(tokenServer.requests).toHaveLength(1);
      const form = new URLSearchParams(tokenServer.requests[0]?.body.toString());
      expect([form.get("scope"), form.get("audience")]).toEqual(["hooks write", "tide"]);
      expect(new Set(receiver.received.map(({ headers }) => headers.authorization))).toEqual(
        new Set([`Bearer ${tokenServer.issued.at(-1)}`]),
      );
    },
  );

  test("a token is fetched again when its lifetime ends", async () => {
    tokenServer.lifetime = 1;
    await add({ authentication: client() });
    await deliver();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await deliver();
    expect(tokenServer.requests).toHaveLength(2);
    expect(receiver.received.map(({ headers }) => headers.authorization)).toEqual(
      tokenServer.issued.slice(-2).map((token) => `Bearer ${token}`),
    );
  });

  test("a token server that refuses the client, or doesn't respond, is a problem at its field; nothing is saved", async () => {
    const wrong = await add({ authentication: client({ clientSecret: "another" }) });
    expect(problems(wrong)).toEqual([422, "/authentication/clientSecret TOKEN_SERVER"]);
    expect(wrong.body.detail).toContain("The token server returned 401, invalid_client");
    const away = await add({ authentication: client({ tokenUrl: "http://127.0.0.1:44444/token" }) });
    expect(problems(away)).toEqual([422, "/authentication/tokenUrl TOKEN_SERVER"]);
    const denied = await add({ authentication: client({ tokenUrl: "http://169.254.169.254/token" }) });
    expect(problems(denied)).toEqual([422, "/authentication/tokenUrl IP_DENIED"]);
    expect((await host.call("GET", WEBHOOKS)).body.items).toEqual([]);
  });

  test("a token server that fails later is the reason of the attempt, and no failure of the endpoint", async () => {
    tokenServer.lifetime = 0.2;
    await add({ authentication: client() });
    await new Promise((resolve) => setTimeout(resolve, 300));
    tokenServer.answer = (_request, response) =>
      answerJson(response, 500, { error: "the secret is a secret: with a colon & more" });
    const delivery = await deliver();
    expect(delivery).toMatchObject({
      state: "waiting",
      attempts: [{ outcome: "unreachable:token-server-refused", detail: "The token server returned 500" }],
    });
    expect(receiver.received).toEqual([]);
    const { body } = await host.call("GET", "/api/v1/endpoints?site=jira");
    const endpoint = (body.items as readonly { origin: string }[]).find(
      ({ origin }) => origin === receiver.url,
    );
    expect(endpoint).toMatchObject({ failures: 0 });
  });
});

describe("a client certificate", () => {
  /** Accepts clients of the authority, and says who came. */
  async function startStrict(server: KeyPair, trusted = authority.certificate) {
    const clients: string[] = [];
    const sockets = new Set<unknown>();
    const https = createServer(
      { key: server.key, cert: server.certificate, ca: trusted, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        sockets.add(request.socket);
        if (request.socket instanceof TLSSocket)
          clients.push(String(request.socket.getPeerCertificate().subject.CN));
        response.writeHead(204).end();
      },
    );
    await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      https.closeAllConnections();
      https.close();
    });
    const url = `https://127.0.0.1:${(https.address() as AddressInfo).port}/hook`;
    return { url, clients, sockets };
  }

  test("is presented, its receiver verified by an authority of its own, and no other webhook shares the connection", async () => {
    const receiver = await startStrict(authority.issue("receiver"));
    const tls = (name: string) => ({ ...authority.issue(name), authorities: authority.certificate });
    const one = await add({ url: receiver.url, tls: tls("one") });
    expect(one.status).toBe(201);
    expect(one.body.tls).toMatchObject({
      certificates: [{ subject: "CN=one", fingerprint: expect.stringMatching(/^[0-9A-F:]{95}$/) as string }],
      authorities: [{ subject: "CN=Test authority" }],
      previousUntil: null,
    });
    expect(one.text).not.toContain("PRIVATE KEY");
    expect((await add({ url: receiver.url, tls: tls("two") })).status).toBe(201);
    const two = await add({ url: receiver.url, tls: tls("two") });
    for (let count = 0; count < 2; count += 1) {
      await host.call("POST", "/api/v1/sites/jira/events", { event: EVENT });
      await waitFor(() => expect(receiver.clients).toHaveLength(3 * (count + 1)));
    }
    expect(receiver.clients.toSorted()).toEqual(["one", "one", "two", "two", "two", "two"]);
    expect(receiver.sockets.size).toBe(3);
    expect(two.body.tls.certificates).toMatchObject([{ subject: "CN=two" }]);
  });

  test("that the receiver does not accept is named, and the one before is sent during the overlap", async () => {
    const elsewhere = createAuthority("Another authority");
    onTestFinished(elsewhere.remove);
    const receiver = await startOpenSslReceiver(authority.issue("receiver"), authority.certificate);
    onTestFinished(receiver.close);
    const tls = (from: TestAuthority) => ({ ...from.issue("client"), authorities: authority.certificate });
    const made = await add({ url: receiver.url, tls: tls(elsewhere) });
    expect((await deliver()).attempts[0].outcome).toBe("unreachable:tls-client-certificate");
    await edit(made, { url: receiver.url, tls: null });
    await edit(made, { url: receiver.url, tls: tls(authority) });
    await edit(made, { url: receiver.url, tls: tls(elsewhere) });
    const delivery = await deliver();
    expect(delivery).toMatchObject({ state: "delivered" });
    expect(delivery.attempts[0].detail).toMatch(/previous ones/);
  });

  test("an authority of its own is trusted in place of others: another receiver's certificate is not accepted", async () => {
    const elsewhere = createAuthority("Another authority");
    onTestFinished(elsewhere.remove);
    const receiver = await startStrict(authority.issue("receiver"));
    await add({
      url: receiver.url,
      tls: { ...authority.issue("client"), authorities: elsewhere.certificate },
    });
    expect((await deliver()).attempts[0].outcome).toBe("unreachable:tls");
    expect(receiver.clients).toEqual([]);
  });

  test("that can't be used is refused at its field", async () => {
    const url = "https://127.0.0.1:44444/hook";
    const { certificate, key } = authority.issue("client");
    const other = authority.issue("other");
    for (const [tls, ...expected] of [
      [{ certificate, key: other.key }, "/tls/key CERTIFICATE_KEY"],
      [{ certificate, key: encryptKey(key) }, "/tls/key CERTIFICATE_KEY"],
      [{ certificate, key: "no key" }, "/tls/key CERTIFICATE_KEY"],
      [{ certificate }, "/tls/key CERTIFICATE_KEY"],
      [{ certificate: "no PEM", key }, "/tls/certificate CERTIFICATE_INVALID"],
      [{ certificate: certificate + key, key }, "/tls/certificate CERTIFICATE_INVALID"],
      [
        { authorities: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
        "/tls/authorities CERTIFICATE_INVALID",
      ],
      [{}, "/tls CERTIFICATE_INVALID"],
    ] as const) {
      expect(problems(await add({ url, tls }))).toEqual([422, ...expected]);
    }
    expect(problems(await add({ tls: { certificate, key } }))).toEqual([422, "/tls BODY_SCHEMA"]);
  });
});
