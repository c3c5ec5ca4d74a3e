import { generateKeyPairSync } from "node:crypto";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import express from "express";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemoryTenants } from "../../../src/addon/index.ts";
import type { AddonDescriptor, WebhookEvent } from "../../../src/addon/index.ts";
import { DESCRIPTOR, startAddon } from "../../support/addon-under-test.ts";
import type { AddonUnderTest } from "../../support/addon-under-test.ts";
import { listen } from "../../support/listen.ts";
import { rawRequest } from "../../support/raw-request.ts";
import { post, webhookPost } from "../../support/site-under-test.ts";
import type { SignedPost, Site } from "../../support/site-under-test.ts";

const SECRET = "the shared secret";
const TENANT = {
  clientKey: "site-1",
  baseUrl: "https://one.host.example/jira",
  productType: "jira",
  state: "enabled",
  sharedSecret: SECRET,
  lifecycleIat: 0,
  lifecycleTokens: [],
} as const;

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

let under: AddonUnderTest;
let site: Site;
let events: WebhookEvent[];

async function start(options: Parameters<typeof startAddon>[0] = {}): Promise<void> {
  under = await startAddon({ tenants: createMemoryTenants([TENANT]), ...options });
  site = { clientKey: "site-1", sharedSecret: SECRET, port: under.port, privateKey: keys.privateKey };
  events = [];
  under.addon.onAny((event) => void events.push(event));
}

beforeEach(() => start());
afterEach(() => under.close());

const identified = (id: string, more: Record<string, string> = {}) => ({
  headers: { "x-atlassian-webhook-identifier": id, ...more },
});

describe("the params of a module", () => {
  const withModules = (...webhooks: readonly object[]) =>
    start({ descriptor: { ...DESCRIPTOR, modules: { webhooks } } as AddonDescriptor });
  const sent = async (target: string, body = "{}") => {
    await post(site, webhookPost(site, target, body));
    return events.map(({ name, params }) => [name, params]);
  };

  test("are given by name, without what else stands in the query", async () => {
    await under.close();
    await withModules({
      event: "jira:issue_created",
      url: "/hook?own=1",
      params: { board: "7", issue: "{issue.key}", __proto__x: "1" },
    });
    expect(await sent("/hook?own=1&board=7&issue=A%20%26%20B&user_id=me")).toEqual([
      ["jira:issue_created", { board: "7", issue: "A & B" }],
    ]);
    expect(events[0]?.query.get("user_id")).toBe("me");
  });

  test("are empty from a host that does not send them, and for a module without them", async () => {
    await under.close();
    await withModules(
      { event: "jira:issue_created", url: "/hook", params: { board: "7" } },
      { event: "jira:issue_updated", url: "/other" },
    );
    await sent("/hook");
    expect(await sent("/other?board=7")).toEqual([
      ["jira:issue_created", {}],
      ["jira:issue_updated", {}],
    ]);
  });

  test("tell webhooks apart that share a url, whose bodies do not name their event", async () => {
    await under.close();
    await withModules(
      { event: "page_created", url: "/pages", params: { on: "created" } },
      { event: "page_removed", url: "/pages", params: { on: "removed" } },
      { event: "blog_created", url: "/blogs" },
      { event: "blog_removed", url: "/blogs", params: { on: "removed" } },
    );
    await sent("/pages?on=removed");
    await sent("/pages?on=created");
    expect(await sent("/blogs?on=removed")).toEqual([
      ["page_removed", { on: "removed" }],
      ["page_created", { on: "created" }],
      ["blog_removed", { on: "removed" }],
    ]);
    // A host that sends no params leaves it to the body.
    expect((await post(site, webhookPost(site, "/pages", "{}"))).status).toBe(422);
  });
});

test("a url that is absolute and below baseUrl is one of the add-on's", async () => {
  await under.close();
  await start({
    descriptor: {
      ...DESCRIPTOR,
      modules: { webhooks: [{ event: "jira:issue_created", url: "{{baseUrl}}/hook?a=1" }] },
    },
  });
  expect((await post(site, webhookPost(site, "/hook?a=1", "{}"))).status).toBe(204);
  expect(events.map(({ name }) => name)).toEqual(["jira:issue_created"]);
});

describe("a webhook reaches its handlers", () => {
  test("with its body, its bytes and its headers", async () => {
    const body = '{ "issue": {"id": 9007199254740993} }';
    const signed = webhookPost(site, "/webhooks/x?issue=DEMO-1", body, {
      headers: { "x-atlassian-webhook-identifier": "dlv_7", "x-atlassian-webhook-retry": "2" },
    });
    expect((await post(site, signed)).status).toBe(204);
    expect(events).toMatchObject([
      {
        name: "jira:issue_updated",
        deliveryId: "dlv_7",
        retry: 2,
        redelivery: 0,
        sequence: undefined,
        tenant: { clientKey: "site-1" },
      },
    ]);
    expect(events[0]?.received.body.toString()).toBe(body);
    expect(events[0]?.query.get("issue")).toBe("DEMO-1");
    expect(JSON.stringify(events[0]?.tenant)).not.toContain(SECRET);
  });

  test.each([
    ["/webhooks/issue-created", "{}", "jira:issue_created"],
    ["/confluence?event=page_removed", "{}", "page_removed"],
    ["/confluence?event=page_created&space=DS", "{}", "page_created"],
    ["/sprints/42/started", "{}", "sprint_started"],
    ["/comments", '{"webhookEvent":"comment_deleted"}', "comment_deleted"],
  ])("as the event of its url: %s %s", async (path, body, name) => {
    await post(site, webhookPost(site, path, body));
    expect(events.map((event) => event.name)).toEqual([name]);
  });

  test("by name, and only those of that name", async () => {
    const names: string[] = [];
    under.addon.on("jira:issue_created", (event) => void names.push(event.name));
    under.addon.on("jira:issue_deleted", (event) => void names.push(event.name));
    await post(site, webhookPost(site, "/webhooks/issue-created", "{}"));
    expect(names).toEqual(["jira:issue_created"]);
  });

  test("of an event that the descriptor has, or that may come at the url of dynamic webhooks", async () => {
    const handler = () => undefined;
    expect(() => under.addon.on("jira:version_released", handler)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        message: expect.stringContaining("jira:version_released"),
      }),
    );
    await under.close();
    await start({ dynamicUrl: "/dynamic" });
    expect(() => under.addon.on("jira:version_released", handler)).not.toThrow();
  });

  test("also without a body", async () => {
    await post(site, webhookPost(site, "/webhooks/issue-created", ""));
    expect(events).toMatchObject([{ name: "jira:issue_created", body: undefined }]);
  });

  test("at the url of dynamic webhooks as what its body names", async () => {
    await under.close();
    await start({ dynamicUrl: "/dynamic" });
    await post(site, webhookPost(site, "/dynamic", '{"webhookEvent":"jira:issue_updated"}'));
    expect(events.map((event) => event.name)).toEqual(["jira:issue_updated"]);
  });
});

test("a request with two Authorization headers is refused, also when both are good", async () => {
  const { headers, ...signed } = webhookPost(site, "/webhooks/x", "{}");
  const authorization = [String(headers["authorization"]), String(headers["authorization"])];
  expect((await post(site, { ...signed, headers: { authorization } })).status).toBe(401);
  expect(under.reports.at(-1)).toMatchObject({ refusal: { code: "AUTH_SCHEME" } });
  expect(events).toEqual([]);
});

describe("the host is answered", () => {
  test("422 when nobody can tell which of several events it is", async () => {
    expect((await post(site, webhookPost(site, "/comments", "{}"))).status).toBe(422);
    expect(under.reports.at(-1)?.kind).toBe("unnamed");
    expect(events).toEqual([]);
  });

  test("500 without a word of the error when a handler fails, and the others still run", async () => {
    under.addon.on("jira:issue_created", () => {
      throw new Error(`cannot open /etc/${SECRET}`);
    });
    const names: string[] = [];
    under.addon.on("jira:issue_created", (event) => void names.push(event.name));
    const answer = await post(site, webhookPost(site, "/webhooks/issue-created", "{}"));
    expect(answer.status).toBe(500);
    expect(answer.text).toBe('{"title":"The request was not handled","status":500,"code":"INTERNAL"}');
    expect(names).toEqual(["jira:issue_created"]);
    expect(under.reports.at(-1)?.kind).toBe("failed");
  });

  test("what a handler chose", async () => {
    under.addon.onAny((event) => event.answer({ status: 503, retryAfterSeconds: 7 }));
    const answer = await post(site, webhookPost(site, "/webhooks/issue-created", "{}"));
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("7");
  });

  test("a word for the host, which goes before an answer of the same status", async () => {
    under.addon.onAny((event) => event.answer({ status: 204, delivery: "disable" }));
    under.addon.onAny(() => undefined);
    const answer = await post(site, webhookPost(site, "/webhooks/issue-created", "{}"));
    expect([answer.status, answer.headers["webhook-delivery"]]).toEqual([204, "disable"]);
  });

  test("413 for a body over the limit, 415 for a compressed one", async () => {
    await under.close();
    await start({ bodyLimitBytes: 100 });
    const long = webhookPost(site, "/webhooks/issue-created", JSON.stringify("x".repeat(100)));
    expect((await post(site, long)).status).toBe(413);
    const packed = webhookPost(site, "/webhooks/issue-created", "{}", {
      headers: { "content-encoding": "gzip" },
    });
    expect((await post(site, packed)).status).toBe(415);
  });

  test("404 beside its routes, and 200 with the descriptor", async () => {
    expect((await post(site, webhookPost(site, "/elsewhere", "{}"))).status).toBe(404);
    const descriptor = await rawRequest(under.port, "GET", "/app/atlassian-connect.json");
    expect(JSON.parse(descriptor.text)).toMatchObject({ baseUrl: "https://inspector.example/app" });
  });
});

describe("a delivery that comes twice", () => {
  test("is handled once and accepted twice", async () => {
    for (const signed of [1, 2].map(() => webhookPost(site, "/webhooks/x", "{}", identified("dlv_1")))) {
      expect((await post(site, signed)).status).toBe(204);
    }
    expect(events).toHaveLength(1);
    expect(under.reports.map(({ kind }) => kind)).toEqual(["accepted", "accepted", "duplicate"]);
  });

  test("at the same time waits for the first to end", async () => {
    let running = 0;
    let most = 0;
    under.addon.onAny(async () => {
      most = Math.max(most, ++running);
      await delay(20);
      running -= 1;
    });
    const posts = [1, 2, 3].map(() =>
      post(site, webhookPost(site, "/webhooks/x", "{}", identified("dlv_1"))),
    );
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([204, 204, 204]);
    expect([most, events.length]).toEqual([1, 1]);
  });

  test("is handled again when it failed, when it is marked as a redelivery, and when it is another tenant's", async () => {
    let failures = 1;
    under.addon.onAny(() => {
      if (failures-- > 0) throw new Error("not yet");
    });
    const again = () => post(site, webhookPost(site, "/webhooks/x", "{}", identified("dlv_1")));
    expect((await again()).status).toBe(500);
    expect((await again()).status).toBe(204);
    expect((await again()).status).toBe(204);
    expect(events).toHaveLength(2);
    await post(
      site,
      webhookPost(site, "/webhooks/x", "{}", identified("dlv_1", { "x-callboard-redelivery": "1" })),
    );
    expect(events).toHaveLength(3);
    await under.addon.tenants.save({ ...TENANT, clientKey: "site-2" });
    const other = { ...site, clientKey: "site-2" };
    await post(other, webhookPost(other, "/webhooks/x", "{}", identified("dlv_1")));
    expect(events).toHaveLength(4);
  });

  test("is handled twice by an add-on that wants every one", async () => {
    await under.close();
    await start({ duplicates: "deliver" });
    await post(site, webhookPost(site, "/webhooks/x", "{}", identified("dlv_1")));
    await post(site, webhookPost(site, "/webhooks/x", "{}", identified("dlv_1")));
    expect(events).toHaveLength(2);
  });
});

describe("a captured webhook of a host that signs bodies", () => {
  /** A body handled under its own delivery ID, and the same request to be sent again. */
  const handled = async (ageSeconds = 2) => {
    const signed = webhookPost(site, "/webhooks/x", '{"a":1}', { bodySignedWith: SECRET, ageSeconds });
    expect((await post(site, signed)).status).toBe(204);
    expect(events).toHaveLength(1);
    return signed;
  };
  const withHeaders = (signed: SignedPost, headers: Record<string, string>): SignedPost => ({
    ...signed,
    headers: { ...signed.headers, ...headers },
  });

  test("is refused with another body and without the signature", async () => {
    const signed = await handled();
    const { authorization } = signed.headers;
    const stripped = { ...signed, body: '{"a":2}', headers: { authorization: authorization! } };
    expect((await post(site, stripped)).status).toBe(401);
    expect(under.reports.at(-1)).toMatchObject({ refusal: { code: "BODY_SIGNATURE_MISSING" } });
    expect(events).toHaveLength(1);
  });

  test("is handled once, whatever the unsigned delivery ID says", async () => {
    const signed = await handled();
    expect(
      (await post(site, withHeaders(signed, { "x-atlassian-webhook-identifier": "dlv_other" }))).status,
    ).toBe(204);
    expect(events).toHaveLength(1);
    expect(events[0]?.deliveryId).toBe("dlv_1");
  });

  test("is not handled as a redelivery", async () => {
    const signed = await handled();
    const again = await post(site, withHeaders(signed, { "x-callboard-redelivery": "1" }));
    // A genuine redelivery within the same second comes back with another signature.
    expect([again.status, again.headers["retry-after"]]).toEqual([503, "1"]);
    expect(events).toHaveLength(1);
  });

  test("is not handled as a redelivery of an attempt that failed before a later one was handled", async () => {
    let failures = 1;
    under.addon.onAny(() => {
      if (failures-- > 0) throw new Error("not yet");
    });
    const first = webhookPost(site, "/webhooks/x", "{}", { bodySignedWith: SECRET, bodyAgeSeconds: 5 });
    expect((await post(site, first)).status).toBe(500);
    const retry = webhookPost(site, "/webhooks/x", "{}", { bodySignedWith: SECRET });
    expect((await post(site, retry)).status).toBe(204);
    expect((await post(site, withHeaders(first, { "x-callboard-redelivery": "1" }))).status).toBe(503);
    expect(events).toHaveLength(2);
  });

  test("leaves a genuine redelivery alone, which has a signature of its own", async () => {
    await handled();
    const redelivery = webhookPost(site, "/webhooks/x", '{"a":1}', {
      bodySignedWith: SECRET,
      bodyAgeSeconds: -1,
      headers: { "x-callboard-redelivery": "1" },
    });
    expect((await post(site, redelivery)).status).toBe(204);
    expect(events).toHaveLength(2);
  });

  test("is refused without its signature after a restart, too", async () => {
    await handled();
    const tenants = createMemoryTenants(await under.addon.tenants.list());
    await under.close();
    await start({ tenants });
    expect((await post(site, webhookPost(site, "/webhooks/x", "{}"))).status).toBe(401);
  });
});

test("a host that signs no bodies goes on as before", async () => {
  for (const id of ["dlv_1", "dlv_2"]) {
    const unsigned = webhookPost(site, "/webhooks/x", "{}", identified(id));
    expect((await post(site, unsigned)).status).toBe(204);
  }
  expect(events).toHaveLength(2);
});

describe("a request without a good token", () => {
  test.each([
    ["no token", () => ({})],
    ["a token of another algorithm", () => ({ authorization: "JWT eyJhbGciOiJub25lIn0.e30.eA" })],
    [
      "an unknown issuer",
      () =>
        webhookPost({ ...site, clientKey: "nobody" }, "/webhooks/x", "{}").headers as Record<string, string>,
    ],
    [
      "another secret",
      () =>
        webhookPost({ ...site, sharedSecret: "x" }, "/webhooks/x", "{}").headers as Record<string, string>,
    ],
  ])("with %s is refused before its body is read", async (_name, createHeaders) => {
    // The body never comes: whoever waited for it would not respond.
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { ...createHeaders(), "content-length": "24000000" };
      const sent = request(
        { port: under.port, method: "POST", path: "/app/webhooks/x", headers },
        (response) => {
          resolve(response.statusCode);
          sent.destroy();
        },
      );
      sent.on("error", reject).flushHeaders();
    });
    expect(status).toBe(401);
    expect(under.reports.at(-1)).toMatchObject({ kind: "refused", received: { body: Buffer.alloc(0) } });
  });

  test("can be shown with its body when a limit says so", async () => {
    await under.close();
    await start({ refusedBodyLimitBytes: 100 });
    const { target } = webhookPost(site, "/webhooks/x", "{}");
    await rawRequest(under.port, "POST", target, {}, "short");
    expect(under.reports.at(-1)).toMatchObject({ received: { body: Buffer.from("short") } });
    await rawRequest(under.port, "POST", target, {}, "x".repeat(200));
    expect(under.reports.at(-1)).toMatchObject({ received: { body: Buffer.alloc(0) } });
  });
});

describe("the signature of the body", () => {
  test("is checked when it is there", async () => {
    const good = webhookPost(site, "/webhooks/x", '{"a":1}', { bodySignedWith: SECRET });
    expect((await post(site, good)).status).toBe(204);
    expect(events[0]?.checks.at(-1)).toMatchObject({ name: "body", state: "ok" });
    expect((await post(site, { ...good, body: '{"a":2}' })).status).toBe(401);
    expect(under.reports.at(-1)).toMatchObject({ refusal: { code: "BODY_SIGNATURE" } });
  });

  test("may be demanded", async () => {
    await under.close();
    await start({ bodySignature: "required" });
    expect((await post(site, webhookPost(site, "/webhooks/x", "{}"))).status).toBe(401);
    expect(under.reports.at(-1)).toMatchObject({ refusal: { code: "BODY_SIGNATURE_MISSING" } });
    const good = webhookPost(site, "/webhooks/x", "{}", { bodySignedWith: SECRET });
    expect((await post(site, good)).status).toBe(204);
  });
});

test("a body parser before the add-on is a mistake that is told", async () => {
  const app = express();
  app.use(express.json());
  app.use("/app", under.addon.router);
  const server = await listen(app);
  const signed = webhookPost(site, "/webhooks/x", "{}", { headers: { "content-type": "application/json" } });
  const answer = await post({ ...site, port: server.port }, signed);
  await server.close();
  expect(answer.status).toBe(500);
  expect(under.reports.at(-1)).toMatchObject({ kind: "failed", error: { code: "CONFIG_INVALID" } });
});
