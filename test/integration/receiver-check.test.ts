/** The check of a new webhook's URL: a ping, or a challenge that must come back, before anything is saved. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkBody, toBodyKey } from "../../src/protocol/body-signature.ts";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { CLIENT, startTokenServer } from "../support/token-server.ts";
import { logIn } from "../support/page-session.ts";

const PATH = "/api/v1/sites/jira/webhooks";
let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});
beforeEach(() => {
  receiver.received.length = 0;
});

const create = (values: object) =>
  host.call("POST", PATH, { name: "Checked", url: `${receiver.url}/hook`, ...values });
const count = async () => ((await host.call("GET", PATH)).body.items as unknown[]).length;

const respond =
  (body: (challenge: string) => string, status = 200): Answer =>
  (request, response) => {
    const { challenge = "" } = JSON.parse(request.body.toString()) as { challenge?: string };
    response.writeHead(status).end(body(challenge));
  };

describe("a challenge", () => {
  test.each([
    ["as text", (value: string) => value],
    ["in JSON", (value: string) => JSON.stringify({ challenge: value })],
  ])("that comes back %s lets the webhook be saved", async (_how, body) => {
    receiver.answer = respond(body);
    const before = await count();
    const made = await create({ verify: "challenge", secret: "a-secret-of-32-characters-at-all!" });
    expect([made.status, made.text]).toEqual([201, expect.stringContaining('"name":"Checked"')]);
    expect(await count()).toBe(before + 1);
    const [request] = receiver.received;
    const sent = JSON.parse(request!.body.toString()) as Record<string, string>;
    expect(sent).toMatchObject({
      type: "webhook.challenge",
      challenge: request!.headers["webhook-challenge"],
    });
    const signature = checkBody({
      id: String(request!.headers["webhook-id"]),
      timestamp: String(request!.headers["webhook-timestamp"]),
      signature: request!.headers["webhook-signature"] as string | undefined,
      body: request!.body,
      keys: [toBodyKey("a-secret-of-32-characters-at-all!")],
      nowSeconds: Date.now() / 1000,
    });
    const isHub = request!.headers["x-hub-signature"] !== undefined;
    expect(isHub || signature.state === "ok").toBe(true);
  });

  test.each([
    ["does not come back", respond(() => "ok"), "value of the challenge"],
    ["comes back with a 500", respond((value) => value, 500), "500"],
    ["is redirected", respond((value) => value, 302), "302"],
  ])("that %s saves nothing", async (_how, answer, why) => {
    receiver.answer = answer;
    const before = await count();
    const refused = await create({ verify: "challenge" });
    expect(refused).toMatchObject({ status: 422, body: { code: "URL_UNVERIFIED" } });
    expect(refused.body.errors).toEqual([
      { pointer: "/url", code: "URL_UNVERIFIED", detail: expect.stringContaining(why) as string },
    ]);
    expect(await count()).toBe(before);
  });
});

describe("a ping", () => {
  test("that is answered with a 2xx lets the webhook be saved", async () => {
    receiver.answer = (_request, response) => void response.writeHead(204).end();
    expect((await create({ verify: "ping" })).status).toBe(201);
    expect(JSON.parse(receiver.received[0]!.body.toString())).toMatchObject({ type: "webhook.ping" });
  });

  test("to a URL where nothing listens, or that does not respond within 5 s, saves nothing", async () => {
    const before = await count();
    receiver.answer = () => undefined;
    const startedAt = performance.now();
    const [silent, closed] = await Promise.all([
      create({ verify: "ping" }),
      create({ verify: "ping", url: `http://127.0.0.1:${await freePort()}/hook` }),
    ]);
    // 5 s, in turn for none of them; the limit of a delivery is 20 s.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    for (const refused of [silent, closed]) {
      expect(refused).toMatchObject({ status: 422, body: { code: "URL_UNVERIFIED" } });
    }
    expect(await count()).toBe(before);
  });

  test("is not sent without being asked for, nor for a body that is refused", async () => {
    receiver.answer = (_request, response) => void response.writeHead(500).end();
    expect((await create({})).status).toBe(201);
    expect((await create({ verify: "ping", name: "" })).status).toBe(422);
    expect((await create({ verify: "knock" })).body).toMatchObject({ code: "BODY_SCHEMA" });
    expect(receiver.received).toEqual([]);
  });
});

describe("a receiver that asks who sends", () => {
  const accepts =
    (name: string, value: string): Answer =>
    ({ headers, body }, response) => {
      const { challenge = "" } = JSON.parse(body.toString()) as { challenge?: string };
      response.writeHead(headers[name] === value ? 200 : 401).end(challenge);
    };

  test.each([
    ["a header", { headers: { "x-api-key": "known" } }, accepts("x-api-key", "known")],
    [
      "a bearer token",
      { authentication: { kind: "bearer", token: "known" } },
      accepts("authorization", "Bearer known"),
    ],
    [
      "a password",
      { authentication: { kind: "basic", user: "a", password: "b" } },
      accepts("authorization", `Basic ${btoa("a:b")}`),
    ],
  ])("gets %s with the check, and refuses it without", async (_what, access, answer) => {
    receiver.answer = answer;
    expect((await create({ verify: "challenge", ...access })).status).toBe(201);
    expect((await create({ verify: "challenge" })).body.code).toBe("URL_UNVERIFIED");
    expect(receiver.received).toHaveLength(2);
  });

  test("gets the access token that the client was tried with", async () => {
    const tokenServer = await startTokenServer();
    receiver.answer = accepts("authorization", "Bearer access-token-1-of-this-test");
    const { tokenUrl } = tokenServer;
    const authentication = { kind: "oauth2", tokenUrl, clientId: CLIENT.id, clientSecret: CLIENT.secret };
    expect((await create({ verify: "ping", authentication })).status).toBe(201);
    expect(tokenServer.requests).toHaveLength(1);
    await tokenServer.close();
  });
});

test("the form shows the refusal at the URL and keeps what was typed", async () => {
  receiver.answer = respond(() => "no");
  const session = await logIn(host);
  const fields = { csrf: session.csrf, name: "From a form", url: `${receiver.url}/form`, allEvents: "on" };
  const page = await session.post("/admin/webhooks/jira/new", { ...fields, verify: "challenge", do: "save" });
  const html = await page.text();
  expect(page.status).toBe(422);
  expect(html).toMatch(/id="url-error"><p>Did not pass the check: .*Check that the receiver runs/);
  expect(html).toContain('value="From a form"');
  expect(html).toContain('<option value="challenge" selected>');
});
