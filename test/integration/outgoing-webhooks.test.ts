import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SITE_PRODUCTS, findEventType } from "../support/products.ts";
import { toBodyKey, checkBody, isHubSignature } from "../../src/protocol/body-signature.ts";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Received, Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
let receiver: Receiver;

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  receiver = await startReceiver();
  for (const product of ["backlog", "tracker", "projectrak"]) {
    await host.call("POST", "/api/v1/sites", { key: product, product, name: product });
  }
});
afterEach(async () => {
  for (const site of ["jira", "backlog", "tracker", "projectrak"]) {
    const { body } = await host.call("GET", `/api/v1/sites/${site}/webhooks`);
    for (const { id } of body.items)
      await host.call("DELETE", `/api/v1/sites/${site}/webhooks/${id as string}`);
  }
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

const add = (site: string, values: object = {}): Promise<Reply> =>
  host.call("POST", `/api/v1/sites/${site}/webhooks`, { name: "Board", url: `${receiver.url}/h`, ...values });
const at = (site: string, { body }: Reply, below = "") =>
  `/api/v1/sites/${site}/webhooks/${body.id as string}${below}`;
/** Posts an event with the catalogue's sample of it, or another payload. */
const post = (site: string, event: string, payload = createSample(site, event)): Promise<Reply> =>
  host.call("POST", `/api/v1/sites/${site}/events`, { event, payload });
const createSample = (site: string, event: string) =>
  SITE_PRODUCTS.includes(site) ? findEventType(site, event)?.sample() : undefined;
const header = ({ headers }: Received, name: string) => headers[name] as string | undefined;

/** Whatever the receiver gets from here on. */
function listen(): readonly Received[] {
  receiver.received.length = 0;
  receiver.answer = answer204;
  return receiver.received;
}

function signedWith(request: Received, secret: string): boolean {
  const check = checkBody({
    id: header(request, "webhook-id"),
    timestamp: header(request, "webhook-timestamp"),
    signature: header(request, "webhook-signature"),
    body: request.body,
    keys: [toBodyKey(secret)],
    nowSeconds: Date.now() / 1000,
  });
  return check.state === "ok";
}

describe("an outgoing webhook", () => {
  test("gets the events that it names, in the product's own format, and no others", async () => {
    const received = listen();
    const made = await add("backlog", { events: ["1", "3"] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      format: "backlog",
      allEvents: false,
      events: ["issue_created", "issue_commented"],
      status: null,
      hasSecret: false,
    });
    expect((await post("backlog", "2")).body.deliveries).toEqual([]);
    const accepted = await post("backlog", "1");
    expect(accepted.body.deliveries).toMatchObject([{ webhookId: made.body.id }]);
    await waitFor(() => expect(received).toHaveLength(1));
    expect(JSON.parse(received[0]!.body.toString())).toEqual(createSample("backlog", "1"));
  });

  test("shows OK or ERROR with the time and status of its last execution", async () => {
    listen();
    const made = await add("tracker");
    await post("tracker", "story_update_activity");
    await waitFor(async () =>
      expect((await host.call("GET", at("tracker", made))).body).toMatchObject({
        status: "OK",
        lastStatusCode: 204,
      }),
    );
    receiver.answer = answerStatus(404);
    await post("tracker", "story_update_activity");
    await waitFor(async () => {
      const { items } = (await host.call("GET", "/api/v1/sites/tracker/webhooks")).body;
      expect(items).toMatchObject([{ status: "ERROR", lastStatusCode: 404 }]);
      expect(items[0].lastExecutionAt).toMatch(/^\d{4}-.*Z$/);
    });
  });

  test("signs with the secret that was made for it, and with both while it rotates", async () => {
    const received = listen();
    const made = await add("backlog", { generateSecret: true });
    const first = made.body.secret as string;
    expect(first).toMatch(/^whsec_/);
    const shown = await host.call("GET", at("backlog", made));
    expect(shown.body.hasSecret).toBe(true);
    expect(shown.text).not.toContain(first.slice(6));

    const rotated = await host.call("POST", at("backlog", made, "/rotate-secret"), {});
    const second = rotated.body.secret as string;
    await host.call("POST", at("backlog", made, "/execute"), { event: "issue_created" });
    expect(received).toHaveLength(1);
    expect(signedWith(received[0]!, first)).toBe(true);
    expect(signedWith(received[0]!, second)).toBe(true);
  });

  test("in Jira's format signs as Jira's admin webhooks do", async () => {
    const received = listen();
    const made = await add("jira", { secret: "It's a Secret to Everybody" });
    await host.call("POST", at("jira", made, "/execute"), { event: "jira:issue_created" });
    expect(received).toHaveLength(1);
    const [request] = received;
    expect(
      isHubSignature("It's a Secret to Everybody", request!.body, header(request!, "x-hub-signature")!),
    ).toBe(true);
  });

  describe("with the signature ed25519", () => {
    const keySet = async (): Promise<readonly { readonly kid: string }[]> => {
      const reply = await fetch(`${host.url}/.well-known/jwks.json`);
      expect(reply.headers.get("content-type")).toBe("application/jwk-set+json; charset=utf-8");
      return ((await reply.json()) as { keys: { kid: string }[] }).keys;
    };
    const execute = (made: Reply) =>
      host.call("POST", at("backlog", made, "/execute"), { event: "issue_created" });

    test("signs with a key pair that was made for it, whose public key is shown and in the key set", async () => {
      const received = listen();
      const made = await add("backlog", { signature: "ed25519" });
      expect(made.body).toMatchObject({
        signature: "ed25519",
        hasSecret: true,
        publicKeys: [{ key: expect.stringMatching(/^whpk_/), until: null }],
      });
      expect(made.text).not.toMatch(/whsk_|whsec_|"secret"/);
      await execute(made);
      const [{ key, kid }] = made.body.publicKeys;
      expect(header(received[0]!, "webhook-signature")).toMatch(/^v1a,[A-Za-z0-9+/]{86}==$/);
      expect(signedWith(received[0]!, key as string)).toBe(true);
      expect(await keySet()).toEqual([
        {
          kty: "OKP",
          crv: "Ed25519",
          use: "sig",
          alg: "EdDSA",
          kid,
          x: Buffer.from((key as string).slice(5), "base64").toString("base64url"),
        },
      ]);
      await host.call("DELETE", at("backlog", made));
      expect(await keySet()).toEqual([]);
    });

    test("signs with both keys while they rotate, and the old one stays in the key set", async () => {
      const received = listen();
      const made = await add("backlog", { signature: "ed25519" });
      const rotated = await host.call("POST", at("backlog", made, "/rotate-secret"), {});
      expect(rotated.body).not.toHaveProperty("secret");
      const [current, last] = rotated.body.publicKeys as readonly {
        key: string;
        kid: string;
        until: string;
      }[];
      expect([last!.key, last!.until]).toEqual([
        made.body.publicKeys[0].key,
        rotated.body.previousSecretUntil,
      ]);
      await execute(made);
      expect([current!, last!].map(({ key }) => signedWith(received[0]!, key))).toEqual([true, true]);
      expect((await keySet()).map(({ kid }) => kid)).toEqual([current!.kid, last!.kid]);
    });

    test("takes the place of a secret, which signs for a day beside it, and the other way round", async () => {
      const received = listen();
      const made = await add("backlog", { generateSecret: true });
      const values = { name: "Board", url: `${receiver.url}/h` };
      const changed = await host.call("PUT", at("backlog", made), { ...values, signature: "ed25519" });
      expect(changed.body).not.toHaveProperty("secret");
      await execute(made);
      const { key } = changed.body.publicKeys[0];
      expect([made.body.secret, key].map((each) => signedWith(received[0]!, each))).toEqual([true, true]);

      const back = await host.call("PUT", at("backlog", made), { ...values, signature: "standard" });
      expect(back.body.secret).toMatch(/^whsec_/);
      await execute(made);
      expect([back.body.secret, key].map((each) => signedWith(received[1]!, each))).toEqual([true, true]);
    });

    test("keeps its key pair when other values change", async () => {
      const made = await add("backlog", { signature: "ed25519" });
      const values = { name: "Other", url: `${receiver.url}/other`, signature: "ed25519" };
      const changed = await host.call("PUT", at("backlog", made), values);
      expect(changed.body.publicKeys).toEqual(made.body.publicKeys);
    });

    test("takes no secret", async () => {
      const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
      const refused = await add("backlog", { signature: "ed25519", secret });
      expect(refused.status).toBe(422);
      expect(refused.body.errors).toMatchObject([{ pointer: "/secret" }]);
      expect(await keySet()).toEqual([]);
    });
  });

  test("with X-Hub-Signature-256 signs with the new secret, and with the previous one beside it", async () => {
    const received = listen();
    const made = await add("backlog", { signature: "hub-256", secret: "It's a Secret to Everybody" });
    await host.call("POST", at("backlog", made, "/execute"), { event: "issue_created" });
    const rotated = await host.call("POST", at("backlog", made, "/rotate-secret"), {});
    await host.call("POST", at("backlog", made, "/execute"), { event: "issue_created" });
    const matches = (request: Received, secret: string, name: string) =>
      isHubSignature(secret, request.body, header(request, name) ?? "");
    const [first, second] = received;
    expect(matches(first!, "It's a Secret to Everybody", "x-hub-signature-256")).toBe(true);
    expect(first!.headers).not.toHaveProperty("x-hub-signature-256-previous");
    expect(first!.headers).not.toHaveProperty("webhook-signature");
    expect(matches(second!, rotated.body.secret as string, "x-hub-signature-256")).toBe(true);
    expect(matches(second!, "It's a Secret to Everybody", "x-hub-signature-256-previous")).toBe(true);
  });

  test.each(["ed25519", "hub-256"])("of a format without signatures can't have %s", async (signature) => {
    const refused = await add("projectrak", { signature, url: "https://hooks.example.com/" });
    expect(refused.body.errors).toMatchObject([{ pointer: "/signature" }]);
  });

  test("is sent what waits at its new URL after an edit", async () => {
    const received = listen();
    receiver.answer = answerStatus(503);
    const made = await add("backlog", { events: ["1"] });
    const accepted = await post("backlog", "1");
    const id = accepted.body.deliveries[0].id as string;
    await waitFor(async () =>
      expect((await host.call("GET", `/api/v1/deliveries/${id}`)).body).toMatchObject({
        state: "waiting",
        attempts: [{}],
      }),
    );
    receiver.answer = answer204;
    const edit = { name: "Board", url: `${receiver.url}/moved`, events: ["1"] };
    expect((await host.call("PUT", at("backlog", made), edit)).status).toBe(200);
    await host.call("POST", `/api/v1/deliveries/${id}/redeliver`, {});
    await waitFor(() => expect(received.map(({ url }) => url)).toEqual(["/h", "/moved"]));
  });

  test("that is deleted fails its waiting deliveries as unsubscribed, and keeps past ones", async () => {
    listen();
    receiver.answer = answerStatus(503);
    const made = await add("backlog");
    const id = (await post("backlog", "4")).body.deliveries[0].id as string;
    await waitFor(async () =>
      expect((await host.call("GET", `/api/v1/deliveries/${id}`)).body.attempts).toHaveLength(1),
    );
    expect((await host.call("DELETE", at("backlog", made))).status).toBe(204);
    expect((await host.call("GET", `/api/v1/deliveries/${id}`)).body).toMatchObject({
      state: "failed",
      reason: "unsubscribed",
    });
    expect((await host.call("GET", at("backlog", made))).body.code).toBe("WEBHOOK_NOT_FOUND");
  });

  test("that is inactive holds what waits, and sends it when it is active again", async () => {
    const received = listen();
    const values = { name: "Board", url: `${receiver.url}/h` };
    const made = await add("tracker");
    receiver.answer = answerStatus(503);
    await post("tracker", "story_update_activity");
    await waitFor(() => expect(received).toHaveLength(1));
    const off = await host.call("PUT", at("tracker", made), { ...values, active: false });
    expect(off.body).toMatchObject({ active: false, inactiveBecause: "deactivated by a user" });
    expect((await post("tracker", "story_update_activity")).body.deliveries).toEqual([]);
    receiver.answer = answer204;
    await host.call("PUT", at("tracker", made), { ...values, active: true });
    await waitFor(() => expect(received).toHaveLength(2));
  });

  test("of one project gets the events of no other", async () => {
    const received = listen();
    await add("jira", { project: "DEMO" });
    const issue = (key: string) => ({ issue: { key: `${key}-1`, fields: { project: { key } } } });
    expect((await post("jira", "jira:issue_created", issue("OTHER"))).body.deliveries).toEqual([]);
    expect((await post("jira", "jira:issue_created", issue("DEMO"))).body.deliveries).toHaveLength(1);
    await waitFor(() => expect(received).toHaveLength(1));
  });
});

describe("a test delivery", () => {
  test("goes out with the catalogue's sample, is marked, and answers with its attempt", async () => {
    const received = listen();
    const made = await add("tracker");
    const sent = await host.call("POST", at("tracker", made, "/execute"), { event: "story_update_activity" });
    expect(sent.status).toBe(200);
    expect(sent.body).toMatchObject({
      test: true,
      state: "delivered",
      attempt: { number: 1, response: { status: 204 } },
    });
    expect(received).toHaveLength(1);
    expect(JSON.parse(received[0]!.body.toString())).toMatchObject({ kind: "story_update_activity" });
    const logged = await host.call("GET", `/api/v1/deliveries/${sent.body.deliveryId as string}`);
    expect(logged.body).toMatchObject({ test: true, state: "delivered", webhookId: made.body.id });
  });

  test("is never retried", async () => {
    const received = listen();
    receiver.answer = answerStatus(503);
    const made = await add("tracker");
    const sent = await host.call("POST", at("tracker", made, "/execute"), { event: "story_update_activity" });
    expect(sent.body).toMatchObject({ state: "failed", attempt: { response: { status: 503 } } });
    expect((await host.call("GET", `/api/v1/deliveries/${sent.body.deliveryId as string}`)).body.state).toBe(
      "failed",
    );
    expect(received).toHaveLength(1);
  });

  test("works with values that are not saved, and the delivery log has it", async () => {
    const received = listen();
    const sent = await host.call("POST", "/api/v1/sites/backlog/webhooks/execute", {
      name: "Not yet",
      url: `${receiver.url}/draft`,
      generateSecret: true,
      event: "1",
      payload: createSample("backlog", "2"),
    });
    const id = sent.body.deliveryId as string;
    expect(sent.body).toMatchObject({ deliveryId: expect.stringMatching(/^dlv_/), state: "delivered" });
    expect(header(received[0]!, "webhook-id")).toBe(id);
    expect(received.map(({ url }) => url)).toEqual(["/draft"]);
    expect(header(received[0]!, "webhook-signature")).toMatch(/^v1,/);
    expect((await host.call("GET", "/api/v1/sites/backlog/webhooks")).body.items).toEqual([]);
    const found = await host.call("GET", `/api/v1/deliveries?site=backlog&test=true&q=${id}`);
    const { items } = found.body as { readonly items: readonly object[] };
    expect(items).toEqual([expect.objectContaining({ id, test: true, unsaved: true, webhookId: null })]);
    const shown = await host.call("GET", `/api/v1/deliveries/${id}`);
    expect(shown.body).toMatchObject({ state: "delivered", url: `${receiver.url}/draft` });
    expect(shown.body.body).toBe(received[0]!.body.toString());
    const again = await host.call("POST", `/api/v1/deliveries/${id}/redeliver`);
    expect([again.status, again.body.code]).toEqual([409, "DELIVERY_STATE"]);
  });

  test("with an edit that is not saved is among the deliveries of the webhook, which stays as it is", async () => {
    const received = listen();
    const made = await add("tracker");
    const sent = await host.call("POST", "/api/v1/sites/tracker/webhooks/execute", {
      id: made.body.id,
      name: "Edited",
      url: `${receiver.url}/edited`,
      event: "story_update_activity",
    });
    expect(received.map(({ url }) => url)).toEqual(["/edited"]);
    const logged = await host.call("GET", `/api/v1/deliveries/${sent.body.deliveryId as string}`);
    expect(logged.body).toMatchObject({
      test: true,
      state: "delivered",
      webhookId: made.body.id,
      url: `${receiver.url}/edited`,
    });
    expect((await host.call("GET", at("tracker", made))).body).toMatchObject({
      name: "Board",
      url: `${receiver.url}/h`,
      status: null,
    });
    const listed = await host.call("GET", `/api/v1/deliveries?webhook=${made.body.id as string}`);
    expect(listed.body.items).toMatchObject([{ id: sent.body.deliveryId, unsaved: true }]);
  });

  test("of the saved values, also through the form, is the webhook's status", async () => {
    listen();
    const made = await add("tracker");
    await host.call("POST", "/api/v1/sites/tracker/webhooks/execute", {
      id: made.body.id,
      name: "Another name",
      url: `${receiver.url}/h`,
      event: "story_update_activity",
    });
    expect((await host.call("GET", at("tracker", made))).body).toMatchObject({ status: "OK" });
  });

  test("that fails ends as a test does, and no hint says that it is retried", async () => {
    const dead = await startReceiver((_request, response) => response.writeHead(503).end("down"));
    const made = await add("tracker", { url: `${dead.url}/h` });
    const sent = await host.call("POST", at("tracker", made, "/execute"), { event: "story_update_activity" });
    await dead.close();
    const { body } = await host.call("GET", `/api/v1/deliveries/${sent.body.deliveryId as string}`);
    expect(body).toMatchObject({
      state: "failed",
      reason: "not-retried",
      attempts: [{ remedy: expect.stringContaining("A test delivery is never retried.") }],
    });
    expect(body.reasonMeaning).toContain("a test delivery or an event with `retry: false` is sent once");
    expect((sent.body.attempt as { remedy: string }).remedy).toContain("never retried");
  });

  test("with a webhook behind an open breaker is sent all the same", async () => {
    const gone = await startReceiver();
    const made = await add("tracker", { url: `${gone.url}/h` });
    await gone.close();
    for (let sent = 0; sent < 5; sent += 1) await post("tracker", "story_update_activity");
    await waitFor(async () => {
      const { items } = (await host.call("GET", "/api/v1/endpoints?site=tracker")).body;
      expect(items).toContainEqual(expect.objectContaining({ openUntil: expect.any(String) }));
    });
    const sent = await host.call("POST", at("tracker", made, "/execute"), { event: "story_update_activity" });
    expect(sent.body).toMatchObject({
      state: "failed",
      attempt: { outcome: "unreachable:connection-refused", response: null },
    });
    expect(
      (await host.call("GET", `/api/v1/deliveries/${sent.body.deliveryId as string}`)).body,
    ).toMatchObject({
      test: true,
      unsaved: false,
      state: "failed",
      webhookId: made.body.id,
      reason: "not-retried",
    });
  });

  test("to a forbidden address answers the refusal and shows nothing of what is there", async () => {
    const sent = await host.call("POST", "/api/v1/sites/tracker/webhooks/execute", {
      name: "Metadata",
      url: "http://169.254.169.254/latest",
      event: "story_update_activity",
    });
    expect([sent.status, sent.body.code]).toEqual([422, "IP_DENIED"]);
  });
});

describe("refused", () => {
  test("a webhook in Projectrak's format with http", async () => {
    const refused = await add("projectrak", { url: "http://hooks.vendor-one.com/h" });
    expect([refused.status, refused.body.code]).toEqual([422, "URL_SCHEME"]);
  });

  test("a webhook with an empty name", async () => {
    const refused = await add("backlog", { name: "" });
    expect([refused.status, refused.body.code]).toEqual([422, "BODY_SCHEMA"]);
  });

  test("custom headers", async () => {
    const refused = await add("backlog", { headers: { "X-A": "b\r\nX-B: c" } });
    expect([refused.status, refused.body.code]).toEqual([422, "HEADER_VALUE"]);
  });

  test("the webhook of another site", async () => {
    const made = await add("backlog");
    const foreign = await host.call("GET", at("tracker", made));
    expect([foreign.status, foreign.body.code]).toEqual([404, "WEBHOOK_NOT_FOUND"]);
  });

  test("more than sixty tests of a site in a minute", async () => {
    listen();
    const made = await add("projectrak", { url: "https://127.0.0.1:44444/h" });
    let last = await host.call("POST", at("projectrak", made, "/execute"), { event: "updated" });
    for (let sent = 1; sent <= 60; sent += 1) {
      last = await host.call("POST", at("projectrak", made, "/execute"), { event: "updated" });
    }
    expect([last.status, last.body.code]).toEqual([429, "RATE_LIMITED"]);
  });
});
