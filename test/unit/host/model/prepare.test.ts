import type { SignedRequest } from "../../../../src/host/model/attempt-record.ts";
import { decodeSymmetric } from "atlassian-jwt";
import { describe, expect, test } from "vitest";
import { isHeld, prepare } from "../../../../src/host/model/prepare.ts";
import type { Prepared } from "../../../../src/host/model/prepare.ts";
import { toBodyKey, deriveBodyKey, hubSignature, signBody } from "../../../../src/protocol/body-signature.ts";
import { canonicalRequest, queryStringHash } from "../../../../src/protocol/qsh.ts";
import { DELIVERY_ID, dueDelivery, createSite } from "../../../support/delivery.ts";
import type { SiteParts } from "../../../support/delivery.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";
import { SECRET_LOST } from "../../../../src/host/model/lost-secrets.ts";
import type { Webhook } from "../../../../src/host/model/webhook.ts";

const HOUR = 3_600_000;
/** The database's time and the computer's are hours apart: none may stand in for the other. */
const NOW = 100 * HOUR;
const SIGNED_AT = 1_700_000_000_900;
const IAT = 1_700_000_000;
const SECRET = "a-shared-secret-of-this-test-0123456789";
const PUBLIC_ID = `dlv_1_${DELIVERY_ID}`;

const prepared = (delivery: Partial<DueDelivery>, parts: SiteParts, signedAt = SIGNED_AT): Prepared =>
  prepare(dueDelivery(delivery), { site: createSite(parts), now: NOW, signedAt });

function requireRequest(result: Prepared): SignedRequest {
  if (result.kind !== "request") throw new Error(`no request, but ${JSON.stringify(result)}`);
  return result;
}

/** Headers by name. */
function getHeaders(result: Prepared): Readonly<Record<string, string>> {
  const { headers } = requireRequest(result).request;
  return Object.fromEntries(
    Array.from({ length: headers.length / 2 }, (_, at) => [headers[2 * at] ?? "", headers[2 * at + 1] ?? ""]),
  );
}

const toAddon = (change: SiteParts = {}): SiteParts => ({
  installations: [{ sharedSecret: SECRET, baseUrl: "https://addon.example/base" }],
  subscriptions: [{ url: "https://addon.example/base/hook?a=1" }],
  ...change,
});
const toWebhook = (
  webhook: NonNullable<SiteParts["webhooks"]>[number] = {},
  site: SiteParts["site"] = {},
): SiteParts => ({
  site: { product: webhook.format ?? "backlog", ...site },
  subscriptions: [
    { source: "webhook", receiver: { kind: "webhook", webhookNo: 1 }, url: "https://hooks.example/h" },
  ] as SiteParts["subscriptions"] & object,
  installations: [],
  webhooks: [webhook],
});

describe("a delivery ends without an attempt", () => {
  test.each([
    ["when its site is gone", undefined],
    ["when its subscription is gone", createSite({ subscriptions: [] })],
    ["when its add-on was never installed", createSite({ installations: [] })],
    ["when its add-on was uninstalled", createSite({ installations: [{ state: "uninstalled" }] })],
    ["when its webhook was deleted", createSite({ ...toWebhook(), webhooks: [] })],
  ])("as unsubscribed %s", (_when, site) => {
    expect(prepare(dueDelivery(), { site, now: NOW, signedAt: SIGNED_AT })).toEqual({
      kind: "ended",
      because: "unsubscribed",
    });
  });

  test.each([
    ["its subscription was switched off by a 410", toAddon({ subscriptions: [{ active: false }] })],
    ["its webhook was", toWebhook({ active: false, goneSince: NOW - 1 })],
  ])("as gone when %s", (_when, parts) => {
    expect(prepared({}, parts)).toEqual({ kind: "ended", because: "gone" });
  });
});

describe("what waits for a disabled receiver is held for 24 hours", () => {
  const disabledAddon = (since: number): SiteParts =>
    toAddon({ installations: [{ state: "disabled", disabledAt: since, updatedAt: 0 }] });
  const inactiveWebhook = (since: number): SiteParts => toWebhook({ active: false, updatedAt: since });

  test.each([
    ["an add-on", disabledAddon],
    ["an outgoing webhook", inactiveWebhook],
  ])("%s: until that time, and then it ends as expired", (_what, since) => {
    expect(prepared({}, since(NOW))).toEqual({ kind: "held", until: NOW + 24 * HOUR });
    expect(prepared({}, since(NOW - 24 * HOUR + 1))).toEqual({ kind: "held", until: NOW + 1 });
    expect(prepared({}, since(NOW - 24 * HOUR))).toEqual({ kind: "ended", because: "expired" });
  });

  test("counted from the last change where it isn't known when the add-on was disabled", () => {
    const parts = toAddon({
      installations: [{ state: "disabled", disabledAt: undefined, updatedAt: NOW - HOUR }],
    });

    expect(prepared({}, parts)).toEqual({ kind: "held", until: NOW + 23 * HOUR });
  });

  test("and so is what waits for a receiver whose secret was lost: unsigned, it would be refused", () => {
    const lost = { sharedSecret: undefined, updatedAt: NOW - HOUR };

    expect(prepared({}, toAddon({ installations: [lost] }))).toEqual({
      kind: "held",
      until: NOW + 23 * HOUR,
    });
  });

  test("but not the event that tells of the disabling, nor a test delivery to a webhook", () => {
    expect(prepared({ event: "connect_addon_disabled" }, disabledAddon(NOW)).kind).toBe("request");
    expect(prepared({ test: true }, inactiveWebhook(NOW)).kind).toBe("request");
  });

  test("nor what is for a disabled add-on whose subscription is gone", () => {
    expect(
      prepared({}, toAddon({ installations: [{ state: "disabled" }], subscriptions: [{ active: false }] })),
    ).toEqual({ kind: "ended", because: "gone" });
  });
});

describe("whether something is held, for as long as it takes", () => {
  test.each([
    ["an enabled add-on", {}, false],
    ["a disabled add-on", { installations: [{ state: "disabled" }] }, true],
    ["an add-on whose secret was lost", { installations: [{ sharedSecret: undefined }] }, true],
    ["an add-on that is gone", { installations: [] }, false],
    ["an active webhook", toWebhook(), false],
    ["an inactive webhook", toWebhook({ active: false }), true],
    ["a webhook that is gone", { ...toWebhook(), webhooks: [] }, false],
    ["a paused endpoint", { endpoints: [{ pausedAt: 1 }] }, true],
    [
      "a paused endpoint whose subscription is gone",
      { endpoints: [{ pausedAt: 1 }], subscriptions: [] },
      true,
    ],
    ["a subscription that is gone", { subscriptions: [] }, false],
    ["an endpoint that is gone", { endpoints: [] }, false],
  ] as const)("for %s", (_what, parts, held) => {
    expect(isHeld({ subscriptionNo: 1, endpointNo: 1 }, createSite(parts))).toBe(held);
  });

  test("for a site that is gone it is not", () => {
    expect(isHeld({ subscriptionNo: 1, endpointNo: 1 }, undefined)).toBe(false);
  });
});

describe("a POST to an add-on", () => {
  test("is exactly this", () => {
    const { request, claims } = requireRequest(prepared({}, toAddon()));
    const { authorization, ...headers } = getHeaders(prepared({}, toAddon()));

    expect(request).toMatchObject({
      url: "https://addon.example/base/hook?a=1",
      body: Buffer.from('{"a":1}'),
      httpsOnly: true,
    });
    expect(headers).toEqual({
      "content-type": "application/json; charset=utf-8",
      accept: "*/*",
      "user-agent": "Callboard",
      "atlassian-connect-version": "1.3.0",
      "x-atlassian-webhook-identifier": PUBLIC_ID,
      "x-atlassian-webhook-flow": "Primary",
      ...signBody({
        id: PUBLIC_ID,
        timestampSeconds: IAT,
        body: request.body,
        keys: [deriveBodyKey(SECRET)],
      }),
    });
    expect(claims).toEqual({
      iss: "client-of-jira",
      iat: IAT,
      exp: IAT + 180,
      qsh: queryStringHash(canonicalRequest("POST", "/base/hook?a=1", "/base")),
    });
    expect(decodeSymmetric(authorization?.replace("JWT ", "") ?? "", SECRET, "HS256" as never)).toEqual(
      claims,
    );
  });

  test.each([
    [0, "Primary"],
    [1, "Secondary"],
  ] as const)("of lane %i says that its flow is %s", (lane, flow) => {
    expect(getHeaders(prepared({ lane }, toAddon()))["x-atlassian-webhook-flow"]).toBe(flow);
  });

  test.each([
    ["the first attempt does not count itself", { attempts: 0 }, undefined, undefined],
    ["a retry says which one it is", { attempts: 2 }, "2", undefined],
    [
      "a redelivery says which one it is, and begins to count anew",
      { attempts: 6, scheduleFrom: 6, redelivery: 1 },
      undefined,
      "1",
    ],
    ["the retry of a redelivery says both", { attempts: 8, scheduleFrom: 6, redelivery: 2 }, "2", "2"],
  ])("%s", (_fact, delivery, retry, redelivery) => {
    const headers = getHeaders(prepared(delivery, toAddon()));

    expect(headers["x-atlassian-webhook-retry"]).toBe(retry);
    expect(headers["x-callboard-redelivery"]).toBe(redelivery);
  });

  test("carries the trace that it belongs to", () => {
    expect(getHeaders(prepared({ traceParent: "00-1-2-01" }, toAddon()))["traceparent"]).toBe("00-1-2-01");
    expect(getHeaders(prepared({}, toAddon()))).not.toHaveProperty("traceparent");
  });

  test("without authentication has neither token nor signature", () => {
    const result = prepared(
      {},
      toAddon({ installations: [{ sharedSecret: undefined, authentication: "none" }] }),
    );

    expect(getHeaders(result)).not.toHaveProperty("authorization");
    expect(getHeaders(result)).not.toHaveProperty("webhook-signature");
    expect(requireRequest(result)).toMatchObject({ claims: undefined, request: { httpsOnly: true } });
  });

  test("is signed afresh with each attempt, and with the secret of that moment", () => {
    const site = createSite(toAddon());
    const at = (signedAt: number, where = site) =>
      prepare(dueDelivery(), { site: where, now: NOW, signedAt });
    const first = at(SIGNED_AT);

    expect(getHeaders(at(SIGNED_AT))["authorization"]).toBe(getHeaders(first)["authorization"]);
    expect(requireRequest(at(SIGNED_AT + 1_000)).claims).toEqual({
      ...requireRequest(first).claims,
      iat: IAT + 1,
      exp: IAT + 181,
    });
    const rotated = {
      ...site,
      installations: createSite(toAddon({ installations: [{ sharedSecret: "another" }] })).installations,
    };
    const token = getHeaders(at(SIGNED_AT, rotated))["authorization"]?.replace("JWT ", "") ?? "";
    expect(() => decodeSymmetric(token, "another", "HS256" as never)).not.toThrow();
  });

  test("has a token for its own URL when the same subscription resolves to another one", () => {
    const site = createSite(toAddon({ subscriptions: [{ url: "https://addon.example/base/{issue.key}" }] }));
    const to = (key: string) =>
      requireRequest(
        prepare(dueDelivery({ body: Buffer.from(JSON.stringify({ issue: { key } })) }), {
          site,
          now: NOW,
          signedAt: SIGNED_AT,
        }),
      ).claims?.qsh;

    const [one, other] = [to("a"), to("b")];

    expect(one).toBe(queryStringHash(canonicalRequest("POST", "/a", "")));
    expect(other).toBe(queryStringHash(canonicalRequest("POST", "/b", "")));
  });

  test("goes to the URL of its plan, unless the subscription was edited since", () => {
    const site = createSite(toAddon({ subscriptions: [{ url: "https://addon.example/base/{issue.key}" }] }));
    const edited = createSite(
      toAddon({ subscriptions: [{ url: "https://addon.example/base/edited/{issue.key}" }] }),
    );
    const subscription = site.subscriptions.get(1)!;
    const delivery = dueDelivery({
      body: Buffer.from('{"issue":{"key":"1"}}'),
      planned: { subscription, url: "https://addon.example/base/planned" },
    });
    const at = (where: typeof site) =>
      requireRequest(prepare(delivery, { site: where, now: NOW, signedAt: SIGNED_AT })).request.url;

    expect(at(site)).toBe("https://addon.example/base/planned");
    expect(at(edited)).toBe("https://addon.example/base/edited/1");
  });

  test("has the body of its subscriptions that still stand", () => {
    const dynamic = { kind: "webhook", jqlFilter: "" } as const;
    const parts = toAddon({ subscriptions: [{ dynamic }, { dynamic }] });
    const prepareBody = (matched: readonly number[]) =>
      requireRequest(prepared({ matched }, parts)).request.body.toString();

    expect(JSON.parse(prepareBody([1, 2, 3]))).toMatchObject({
      a: 1,
      matchedWebhookIds: [expect.any(Number), expect.any(Number)],
    });
    expect(JSON.parse(prepareBody([3]))).toMatchObject({ matchedWebhookIds: [expect.any(Number)] });
    expect(JSON.parse(prepareBody([]))).toMatchObject({ matchedWebhookIds: [expect.any(Number)] });
  });
});

describe("the acting user in the URL", () => {
  const prepareUrl = (actor: string | undefined, url: string, userParameters: boolean | undefined) =>
    requireRequest(
      prepared(
        { actor },
        toAddon({
          subscriptions: [{ url }],
          site: { options: userParameters === undefined ? {} : { userParameters } },
        }),
      ),
    ).request.url;

  test.each([
    [
      "joins a query",
      "me & you",
      "https://a.example/h?a=1",
      "https://a.example/h?a=1&user_id=me%20%26%20you&user_key=me%20%26%20you",
    ],
    ["begins one", "me", "https://a.example/h", "https://a.example/h?user_id=me&user_key=me"],
    [
      "is empty for an event of nobody",
      undefined,
      "https://a.example/h",
      "https://a.example/h?user_id=&user_key=",
    ],
  ])("%s", (_fact, actor, url, whole) => {
    expect(prepareUrl(actor, url, true)).toBe(whole);
  });

  test.each([false, undefined])("stands there only where the site wants it (%s)", (userParameters) => {
    expect(prepareUrl("me", "https://a.example/h", userParameters)).toBe("https://a.example/h");
  });
});

describe("a POST to an outgoing webhook", () => {
  test("without a secret names delivery and time, and has no signature", () => {
    expect(getHeaders(prepared({}, toWebhook()))).toEqual({
      "content-type": "application/json; charset=utf-8",
      accept: "*/*",
      "user-agent": "Callboard",
      "webhook-id": PUBLIC_ID,
      "webhook-timestamp": String(IAT),
    });
    expect(requireRequest(prepared({}, toWebhook())).claims).toBeUndefined();
  });

  test("in Jira's format has Jira's headers, and those of retries", () => {
    const headers = getHeaders(prepared({ lane: 1, attempts: 3 }, toWebhook({ format: "jira" })));

    expect(headers).toMatchObject({
      "x-atlassian-webhook-identifier": PUBLIC_ID,
      "x-atlassian-webhook-flow": "Secondary",
      "x-atlassian-webhook-retry": "3",
    });
    const first = getHeaders(prepared({ attempts: 3, scheduleFrom: 3 }, toWebhook({ format: "jira" })));
    expect(first["x-atlassian-webhook-flow"]).toBe("Primary");
    expect(first).not.toHaveProperty("x-atlassian-webhook-retry");
    expect(getHeaders(prepared({ attempts: 3 }, toWebhook()))).not.toHaveProperty(
      "x-atlassian-webhook-retry",
    );
  });

  test("is signed in Jira's way where that was chosen", () => {
    const headers = getHeaders(prepared({}, toWebhook({ secret: SECRET, signature: "hub" })));

    expect(headers["x-hub-signature"]).toBe(hubSignature(SECRET, Buffer.from('{"a":1}')));
    expect(headers).not.toHaveProperty("webhook-signature");
    expect(headers).not.toHaveProperty("webhook-id");
  });

  test("is signed as GitHub's where that was chosen, by the previous secret during an overlap only", () => {
    const webhook = {
      secret: "new-secret",
      previousSecret: "old-secret",
      previousSecretUntil: NOW + 1,
      signature: "hub-256",
    } as const;
    const body = Buffer.from('{"a":1}');
    const headers = getHeaders(prepared({}, toWebhook(webhook)));
    expect(headers["x-hub-signature-256"]).toBe(hubSignature("new-secret", body));
    expect(headers["x-hub-signature-256-previous"]).toBe(hubSignature("old-secret", body));
    expect(headers).not.toHaveProperty("webhook-signature");
    const later = getHeaders(prepared({}, toWebhook({ ...webhook, previousSecretUntil: NOW })));
    expect(later).not.toHaveProperty("x-hub-signature-256-previous");
  });

  test.each([
    ["until the overlap ends, with the previous secret as well", NOW + 1, ["new-secret", "old-secret"]],
    ["from its end on, with the new secret only", NOW, ["new-secret"]],
    ["long after it, with the new secret only", NOW - 24 * HOUR, ["new-secret"]],
    ["without an overlap, with the new secret only", undefined, ["new-secret"]],
  ])("after a rotation is signed %s", (_fact, previousSecretUntil, secrets) => {
    const webhook = {
      secret: "new-secret",
      previousSecret: "old-secret",
      previousSecretUntil,
      signature: "standard",
    } as const;

    expect(getHeaders(prepared({}, toWebhook(webhook)))).toMatchObject(
      signBody({
        id: PUBLIC_ID,
        timestampSeconds: IAT,
        body: Buffer.from('{"a":1}'),
        keys: secrets.map(toBodyKey),
      }),
    );
  });

  test("is signed once during an overlap in which no previous secret is left", () => {
    const webhook = { secret: "new-secret", previousSecret: undefined, previousSecretUntil: NOW + 1 };

    expect(getHeaders(prepared({}, toWebhook(webhook)))["webhook-signature"]?.split(" ")).toHaveLength(1);
  });

  test.each([
    ["backlog", false],
    ["tracker", false],
    ["jira", true],
    ["confluence", true],
    ["projectrak", "always"],
  ] as const)("in the format of %s keeps the https rule %s", (format, httpsOnly) => {
    expect(requireRequest(prepared({}, toWebhook({ format }))).request.httpsOnly).toBe(httpsOnly);
  });
});

describe("a delivery with terms", () => {
  const at = (terms: DueDelivery["terms"], redelivery = 0) =>
    prepared({ terms, redelivery }, toAddon()) as { readonly kind: string };

  test.each([
    ["ends as expired from the time that its publisher named", { expiresAt: NOW }, "ended"],
    ["is sent before it", { expiresAt: NOW + 1 }, "request"],
    ["is held until the time that its publisher planned", { deliverAfter: NOW + 1 }, "held"],
    ["is sent from it on", { deliverAfter: NOW }, "request"],
    ["is sent where they say nothing of the time", { retry: false }, "request"],
  ] as const)("%s", (_fact, terms, kind) => {
    expect(at(terms).kind).toBe(kind);
  });

  test("says until when and why", () => {
    expect(at({ deliverAfter: NOW + 5 })).toEqual({ kind: "held", until: NOW + 5 });
    expect(at({ expiresAt: NOW - 1 })).toEqual({ kind: "ended", because: "expired" });
  });

  test("is sent whatever the time when a person asks for it again", () => {
    expect(at({ expiresAt: NOW - 1 }, 1).kind).toBe("request");
    expect(at({ deliverAfter: NOW + 1 }, 1).kind).toBe("request");
  });
});

test("a test delivery to a webhook whose secret was lost is held: unsigned, it would be taken for another", () => {
  const lost = { active: false, inactiveBecause: SECRET_LOST, secret: undefined, updatedAt: NOW };

  expect(prepared({ test: true }, toWebhook(lost)).kind).toBe("held");
});

describe("headers that a delivery has by its own state", () => {
  test.each<[fact: string, delivery: Partial<DueDelivery>, name: string, value: string | undefined]>([
    [
      "its number among those of its key",
      { order: { key: "w1 7", sequence: 12, isBehind: false } },
      "webhook-sequence",
      "12",
    ],
    [
      "no number before it has one",
      { order: { key: "w1 7", sequence: undefined, isBehind: true } },
      "webhook-sequence",
      undefined,
    ],
    ["no number without an order", {}, "webhook-sequence", undefined],
    ["which redelivery it is", { redelivery: 1 }, "x-callboard-redelivery", "1"],
    ["no redelivery", { redelivery: 0 }, "x-callboard-redelivery", undefined],
  ])("%s", (_fact, delivery, name, value) => {
    expect(getHeaders(prepared(delivery, toWebhook()))[name]).toBe(value);
  });

  test("the trace of the attempt stands for that of the event", () => {
    const request = prepare(dueDelivery({ traceParent: "00-event" }), {
      site: createSite(toAddon()),
      now: NOW,
      signedAt: SIGNED_AT,
      traceParent: "00-attempt",
    });

    expect(getHeaders(request)["traceparent"]).toBe("00-attempt");
  });
});

describe("what an administrator set for a receiver", () => {
  const headers = { value: [["x-key", "k"]], previous: undefined } as unknown as Webhook["headers"];
  const ADDON_URL = "https://addon.example/base/hook?a=1";
  const createEndpoints = (origin: string) => [{ origin, headers }] as SiteParts["endpoints"] & object;
  const findAccess = (parts: SiteParts) => requireRequest(prepared({}, parts)).access;

  test("is beside the request of a webhook, named after it", () => {
    expect(findAccess(toWebhook({ headers }))).toMatchObject({ name: "webhook 1/1", headerNames: ["x-key"] });
    expect(findAccess(toWebhook())).toBeUndefined();
  });

  test.each([
    ["with a token", {}],
    ["without authentication", { sharedSecret: undefined, authentication: "none" }],
  ] as const)(
    "is beside the request of an add-on %s, at the origin of its endpoint alone",
    (_how, change) => {
      const installations = [{ sharedSecret: SECRET, baseUrl: "https://addon.example/base", ...change }];
      const to = (origin: string) =>
        findAccess(toAddon({ installations, endpoints: createEndpoints(origin) }));

      expect(to("https://addon.example")).toMatchObject({ name: "endpoint 1/1", headerNames: ["x-key"] });
      expect(to("https://other.example")).toBeUndefined();
    },
  );

  test("is nothing where there is nothing, or no endpoint", () => {
    expect(findAccess(toAddon({ endpoints: [{ origin: new URL(ADDON_URL).origin }] }))).toBeUndefined();
    expect(findAccess(toAddon({ endpoints: [] }))).toBeUndefined();
  });
});

describe("a POST in the format of a tool", () => {
  const body = (text: string) => Buffer.from(JSON.stringify({ issue: { key: text } }));
  const site = { product: "jira" };

  test("has the tool's body, without the identity of a delivery of Jira", () => {
    const result = prepared({ body: body("A-1") }, toWebhook({ format: "slack" }, site));

    expect(JSON.parse(requireRequest(result).request.body.toString())).toHaveProperty("text");
    expect(getHeaders(result)).not.toHaveProperty("x-atlassian-webhook-identifier");
    expect(requireRequest(result)).toMatchObject({ claims: undefined, request: { httpsOnly: true } });
    expect(requireRequest(result)).not.toHaveProperty("note");
    expect(requireRequest(result)).not.toHaveProperty("secrets");
  });

  test("has the headers of the format, in place of JSON's and behind the others", () => {
    const structured = getHeaders(
      prepared({ body: body("A-1") }, toWebhook({ format: "cloudevents" }, site)),
    );
    const binary = getHeaders(
      prepared({ body: body("A-1") }, toWebhook({ format: "cloudevents-binary" }, site)),
    );

    expect(structured["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(binary).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "ce-specversion": "1.0",
    });
  });

  test("is signed over the body of the format", () => {
    const result = prepared({ body: body("A-1") }, toWebhook({ format: "slack", secret: SECRET }, site));

    expect(getHeaders(result)).toMatchObject(
      signBody({
        id: PUBLIC_ID,
        timestampSeconds: IAT,
        body: requireRequest(result).request.body,
        keys: [toBodyKey(SECRET)],
      }),
    );
  });

  test("notes what was cut, and has its routing key as a secret", () => {
    const cut = prepared({ body: body("x".repeat(100_000)) }, toWebhook({ format: "discord" }, site));
    const routed = prepared(
      { body: body("A-1") },
      toWebhook({ format: "pagerduty", routingKey: "r".repeat(32) }, site),
    );

    expect(requireRequest(routed).secrets).toEqual(["r".repeat(32)]);
    expect(requireRequest(routed).request.body.toString()).toContain("r".repeat(32));
    expect(requireRequest(cut)).not.toHaveProperty("secrets");
    expect(requireRequest(cut).note).toMatch(
      /^Body cut from [\d,]+ characters to [\d,]+ characters: Discord accepts 2,000 characters$/,
    );
    expect(requireRequest(routed)).not.toHaveProperty("note");
  });

  test("that can't be made ends with the reason", () => {
    const template = { format: "template", template: '{"a": 1, "{{k}}": 2}' } as const;
    const result = prepared({ body: Buffer.from('{"k":"a"}') }, toWebhook(template, site));

    expect(result).toEqual({
      kind: "ended",
      because: "template-failed",
      detail: expect.any(String) as string,
    });
  });
});

describe("a POST to a webhook with batches", () => {
  const batch = { max: 10, withinMs: 1_000 };
  const parts = (format: string) => toWebhook({ format, batch }, { product: "jira" });

  test("has a delivery that is sent alone as a batch of one", () => {
    const { body } = requireRequest(prepared({}, parts("jira"))).request;

    expect(JSON.parse(body.toString())).toEqual([
      { id: PUBLIC_ID, type: "jira:issue_created", timestamp: expect.any(String) as string, data: { a: 1 } },
    ]);
  });

  test("has the bytes of a batch as they are, under the ID of the batch", () => {
    const bytes = Buffer.from('[{"id":"a"},{"id":"b"}]');
    const id = "0198c0ffee0070008000000000000077";
    const delivery = {
      body: bytes,
      batch: { id, members: [] },
    } satisfies Partial<DueDelivery>;
    const result = prepared(delivery, parts("jira"));

    expect(requireRequest(result).request.body).toBe(bytes);
    expect(getHeaders(result)).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "x-atlassian-webhook-identifier": `bat_1_${id}`,
    });
  });

  test("of CloudEvents has their content type", () => {
    const result = prepared({}, parts("cloudevents"));

    expect(getHeaders(result)["content-type"]).toBe("application/cloudevents-batch+json; charset=utf-8");
    expect(JSON.parse(requireRequest(result).request.body.toString())).toMatchObject([
      { specversion: "1.0" },
    ]);
  });
});
