import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import type { CallingAddon } from "../support/calling-addon.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const WEBHOOK = "/rest/api/3/webhook";
const MODULES = "/rest/atlassian-connect/1/app/module/dynamic";
const ADDONS = "/api/v1/sites/jira/addons";
const DAY_MS = 86_400_000;

let host: TestHost;
let addon: CallingAddon;
let other: CallingAddon;

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  addon = await startCallingAddon(host, "jira", "org.example.one");
  other = await startCallingAddon(host, "jira", "org.example.other");
});
afterAll(async () => {
  await addon.stop();
  await other.stop();
  await host.stop();
});
beforeEach(async () => {
  for (const each of [addon, other]) {
    const { body } = await each.call("GET", WEBHOOK);
    await each.call("DELETE", WEBHOOK, { webhookIds: body.values.map(({ id }: { id: number }) => id) });
    (each.webhooks as unknown[]).length = 0;
    each.answerWebhooks(answer204);
  }
});

const register = (webhooks: readonly object[], by = addon, url = `${by.baseUrl}/dynamic`) =>
  by.call("POST", WEBHOOK, { url, webhooks });
const registered = async (webhook: object, by = addon): Promise<number> => {
  const { body } = await register([webhook], by);
  return body.webhookRegistrationResult[0].createdWebhookId as number;
};
const issues = { events: ["jira:issue_created", "jira:issue_updated"], jqlFilter: "project = DEMO" };
const fire = (event: string, payload: object) =>
  host.call("POST", "/api/v1/sites/jira/events", { event, payload });
const issue = (project: string) => ({
  issue: { key: `${project}-1`, fields: { project: { key: project } } },
});

describe("a dynamic webhook", () => {
  test("is registered, listed with its expiry in 30 days, and sent what it asked for", async () => {
    const before = Date.now();
    const id = await registered(issues);
    const { body } = await addon.call("GET", `${WEBHOOK}?startAt=0&maxResults=10`);
    expect(body).toMatchObject({ startAt: 0, maxResults: 10, total: 1, isLast: true });
    expect(body.values).toMatchObject([{ id, url: `${addon.baseUrl}/dynamic`, ...issues }]);
    expect(body.values[0].expirationDate).toBeGreaterThanOrEqual(before + 30 * DAY_MS);
    expect(body.values[0].expirationDate).toBeLessThanOrEqual(Date.now() + 30 * DAY_MS);

    expect((await fire("jira:issue_created", issue("OTHER"))).body.deliveries).toEqual([]);
    await fire("jira:issue_updated", issue("DEMO"));
    await waitFor(() => expect(addon.webhooks).toHaveLength(1));
    expect(JSON.parse(addon.webhooks[0]!.body.toString())).toMatchObject({
      webhookEvent: "jira:issue_updated",
      matchedWebhookIds: [id],
    });
  });

  test("that matches beside another is one delivery with both ids", async () => {
    const ids = [await registered(issues), await registered({ ...issues, jqlFilter: "" })];
    await fire("jira:issue_created", issue("DEMO"));
    await waitFor(() => expect(addon.webhooks).toHaveLength(1));
    expect(JSON.parse(addon.webhooks[0]!.body.toString()).matchedWebhookIds).toEqual(ids);
  });

  test("is named in place of the webhooks of another host, when a body was relayed from one", async () => {
    const id = await registered(issues);
    const payload = { ...issue("DEMO"), matchedWebhookIds: [4711] };
    await fire("jira:issue_created", payload);
    await waitFor(() => expect(addon.webhooks).toHaveLength(1));
    const text = addon.webhooks[0]!.body.toString();
    expect(JSON.parse(text).matchedWebhookIds).toEqual([id]);
    expect(text.match(/matchedWebhookIds/g)).toHaveLength(1);
  });

  test("at the URL of a module is a delivery of its own, since its body is another", async () => {
    const id = await registered(issues);
    const module = { key: "same-url", event: "jira:issue_created", url: "/dynamic" };
    await addon.call("POST", MODULES, { webhooks: [module] });
    await fire("jira:issue_created", issue("DEMO"));
    await waitFor(() => expect(addon.webhooks).toHaveLength(2));
    const named = addon.webhooks.map(({ body }) => JSON.parse(body.toString()).matchedWebhookIds);
    expect(named).toEqual(expect.arrayContaining([[id], undefined]));
    await addon.call("DELETE", MODULES);
  });

  test("that asks for fields is sent the changes of those only", async () => {
    await registered({ ...issues, fieldIdsFilter: ["customfield_10029"] });
    const changed = (fieldId: string) => ({ ...issue("DEMO"), changelog: { items: [{ fieldId }] } });
    expect((await fire("jira:issue_updated", changed("summary"))).body.deliveries).toEqual([]);
    expect((await fire("jira:issue_updated", changed("customfield_10029"))).body.deliveries).toHaveLength(1);
  });

  test("lives for another 30 days once it is refreshed", async () => {
    const id = await registered(issues);
    const before = Date.now();
    const { body } = await addon.call("PUT", `${WEBHOOK}/refresh`, { webhookIds: [id, 999_999] });
    expect(body.expirationDate).toBeGreaterThanOrEqual(before + 30 * DAY_MS);
    const listed = await addon.call("GET", WEBHOOK);
    expect(listed.body.values[0].expirationDate).toBe(body.expirationDate);
  });

  test("is gone once it is removed", async () => {
    const id = await registered(issues);
    const removed = await addon.call("DELETE", WEBHOOK, { webhookIds: [id] });
    expect([removed.status, removed.text]).toEqual([202, ""]);
    expect((await addon.call("GET", WEBHOOK)).body.total).toBe(0);
    expect((await fire("jira:issue_created", issue("DEMO"))).body.deliveries).toEqual([]);
  });

  test("that could not be delivered is in the list of failed ones, under its identifier", async () => {
    const id = await registered(issues);
    addon.answerWebhooks(answerStatus(400));
    const since = Date.now();
    const { body: event } = await fire("jira:issue_created", issue("DEMO"));
    const failed = await waitFor(async () => {
      const { body } = await addon.call("GET", `${WEBHOOK}/failed?maxResults=10&after=${since - 1}`);
      expect(body.values).toHaveLength(1);
      return body;
    });
    expect(failed).toMatchObject({ maxResults: 10 });
    expect(failed.values[0]).toMatchObject({ id: event.deliveries[0].id, url: `${addon.baseUrl}/dynamic` });
    expect(JSON.parse(failed.values[0].body).matchedWebhookIds).toEqual([id]);
    expect((await other.call("GET", `${WEBHOOK}/failed`)).body.values).toEqual([]);
  });

  test("is reached at version 2 of the API as well", async () => {
    const id = await registered(issues);
    expect((await addon.call("GET", "/rest/api/2/webhook")).body.values).toMatchObject([{ id }]);
  });
});

describe("an add-on", () => {
  test("sees and touches only its own", async () => {
    const id = await registered(issues);
    expect((await other.call("GET", WEBHOOK)).body.values).toEqual([]);
    expect((await other.call("DELETE", WEBHOOK, { webhookIds: [id] })).status).toBe(202);
    const refreshed = await other.call("PUT", `${WEBHOOK}/refresh`, { webhookIds: [id] });
    expect([refreshed.status, refreshed.body.code]).toEqual([404, "WEBHOOK_NOT_FOUND"]);
    expect((await addon.call("GET", WEBHOOK)).body.total).toBe(1);
  });

  test("is in the audit with what it removed, and not with what it asked for", async () => {
    const id = await registered(issues);
    await addon.call("DELETE", WEBHOOK, { webhookIds: [id, 999_999] });
    const { body } = await host.call("GET", "/api/v1/audit?limit=1");
    expect(body.items).toMatchObject([
      { actor: "addon:org.example.one", action: "dynamic-webhooks.removed", detail: String(id) },
    ]);
  });

  test("can have a hundred, and is told about the hundred and first", async () => {
    const { body } = await register(Array.from({ length: 101 }, () => issues));
    const results = body.webhookRegistrationResult;
    expect(results.slice(0, 100).every((each: object) => "createdWebhookId" in each)).toBe(true);
    expect(results[100].errors[0]).toContain("LIMIT_REACHED");
    const page = await addon.call("GET", `${WEBHOOK}?startAt=90&maxResults=5`);
    expect(page.body).toMatchObject({ total: 100, isLast: false });
    expect(page.body.values).toHaveLength(5);
    expect(page.body.nextPage).toContain("startAt=95");
  });

  test("is told of each registration for itself what is wrong with it", async () => {
    const { body } = await register([
      { events: ["jira:issue_created"], jqlFilter: "project = " },
      { events: ["user_created"], jqlFilter: "" },
      { events: [], jqlFilter: "" },
      issues,
    ]);
    const [filter, event, none, fine] = body.webhookRegistrationResult;
    expect(filter.errors[0]).toContain("DESCRIPTOR_FILTER");
    expect(event.errors[0]).toContain("user_created");
    expect(none.errors[0]).toContain("at least one event");
    expect(fine.createdWebhookId).toBeGreaterThan(0);
  });

  test("registers URLs below its own baseUrl only", async () => {
    const refused = await register([issues], addon, `${other.baseUrl}/dynamic`);
    expect([refused.status, refused.body.code]).toEqual([400, "ADDON_URL"]);
    expect(refused.body.errorMessages).toHaveLength(1);
  });

  test("that moves to another origin leaves its webhooks behind", async () => {
    const mover = await startCallingAddon(host, "jira", "org.example.mover");
    await registered(issues, mover);
    const webhooks = async () => (await host.call("GET", `${ADDONS}/org.example.mover`)).body.webhooks;
    expect(await webhooks()).toHaveLength(2);
    const elsewhere = await startReceiver();
    const descriptor = {
      key: mover.key,
      name: "Mover",
      baseUrl: elsewhere.url,
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed" },
    };
    const moved = await host.call("POST", ADDONS, { descriptor, confirmOrigin: true });
    expect(moved.status).toBe(201);
    expect(await webhooks()).toEqual([]);
    await elsewhere.close();
    await mover.stop();
  });

  test("has one URL for all its webhooks", async () => {
    await registered(issues);
    const refused = await register([issues], addon, `${addon.baseUrl}/elsewhere`);
    expect([refused.status, refused.body.code]).toEqual([400, "ADDON_URL"]);
  });

  test.each([
    ["without a webhook", { url: "x", webhooks: [] }],
    ["without a filter", { url: "x", webhooks: [{ events: ["comment_created"] }] }],
    ["without a URL", { webhooks: [issues] }],
  ])("is refused a registration %s", async (_name, body) => {
    const refused = await addon.call("POST", WEBHOOK, body);
    expect([refused.status, refused.body.code]).toEqual([400, "BODY_SCHEMA"]);
  });
});

describe("a call is refused with 401", () => {
  const callForCode = async (change: Parameters<CallingAddon["call"]>[3]) => {
    const { status, body } = await addon.call("GET", WEBHOOK, undefined, change);
    return [status, body.tokenCode];
  };

  test("with another secret", async () => {
    expect(await callForCode({ secret: "x".repeat(64) })).toEqual([401, "JWT_SIGNATURE"]);
  });

  test("in the name of another add-on", async () => {
    expect(await callForCode({ issuer: other.key })).toEqual([401, "JWT_SIGNATURE"]);
  });

  test("with the same answer for an unknown site, an unknown add-on and a wrong secret", async () => {
    const answers: object[] = [];
    for (const [site, change] of [
      ["jira", { secret: "x".repeat(64) }],
      ["jira", { issuer: "org.example.nobody" }],
      ["nowhere", {}],
      ["nowhere", { issuer: "org.example.nobody" }],
    ] as const) {
      const { status, body } = await addon.call("GET", WEBHOOK, undefined, { site, ...change });
      answers.push({ status, ...body });
    }
    expect(answers[0]).toMatchObject({ status: 401, tokenCode: "JWT_SIGNATURE" });
    expect(answers).toEqual(answers.map(() => answers[0]));
    const without = await Promise.all(
      ["jira", "nowhere"].map((site) =>
        host.call("GET", `/${site}${WEBHOOK}`, undefined, { authorization: "" }),
      ),
    );
    expect(without.map(({ status, body }) => [status, body.code])).toEqual([
      [401, "AUTH_MISSING"],
      [401, "AUTH_MISSING"],
    ]);
  });

  test("with a token that lives longer than 24 hours", async () => {
    expect(await callForCode({ lifetimeSeconds: 86_401 })).toEqual([401, "JWT_LIFETIME"]);
  });

  test("with the token of another request", async () => {
    expect(await callForCode({ signedPath: `${WEBHOOK}/failed` })).toEqual([401, "JWT_QSH"]);
  });

  test("with a token that is meant for another host", async () => {
    expect(await callForCode({ audience: "another-client-key" })).toEqual([401, "JWT_AUD"]);
  });

  test("without a token, or with an API token", async () => {
    const without = await host.call("GET", `/jira${WEBHOOK}`, undefined, { authorization: "" });
    expect([without.status, without.body.code]).toEqual([401, "AUTH_MISSING"]);
    const bearer = await host.call("GET", `/jira${WEBHOOK}`);
    expect([bearer.status, bearer.body.tokenCode]).toEqual([401, "AUTH_SCHEME"]);
  });
});

test.each([3_600, 86_400])(
  "a token may live for %i s, as other libraries sign them",
  async (lifetimeSeconds) => {
    expect((await addon.call("GET", WEBHOOK, undefined, { lifetimeSeconds })).status).toBe(200);
  },
);

test("a token may be meant for the site's clientKey", async () => {
  const { body: site } = await host.call("GET", "/api/v1/sites/jira");
  const reply = await addon.call("GET", WEBHOOK, undefined, { audience: site.clientKey });
  expect(reply.status).toBe(200);
});

describe("dynamic modules", () => {
  const module = { key: "late-hook", event: "comment_created", url: "/late?issue={issue.key}" };

  test("are subscriptions from the moment they are registered, and none once they are removed", async () => {
    expect((await addon.call("POST", MODULES, { webhooks: [module] })).status).toBe(200);
    expect((await addon.call("GET", MODULES)).body.webhooks).toEqual([module]);
    expect((await other.call("GET", MODULES)).body.webhooks).toEqual([]);
    await fire("comment_created", issue("DEMO"));
    await waitFor(() => expect(addon.webhooks).toHaveLength(1));
    expect(addon.webhooks[0]!.url).toBe("/late?issue=DEMO-1");
    expect(JSON.parse(addon.webhooks[0]!.body.toString())).not.toHaveProperty("matchedWebhookIds");
    expect((await addon.call("DELETE", `${MODULES}?moduleKey=late-hook`)).status).toBe(204);
    expect((await addon.call("GET", MODULES)).body.webhooks).toEqual([]);
  });

  test("with a key that is taken are refused", async () => {
    await addon.call("POST", MODULES, { modules: [module] });
    const again = await addon.call("POST", MODULES, { modules: { webhooks: [module] } });
    expect([again.status, again.body.code]).toEqual([409, "CONFLICT"]);
    await addon.call("DELETE", MODULES);
  });

  test("of other kinds, with an unreadable event or a URL of another host, are refused", async () => {
    const others = await addon.call("POST", MODULES, { jiraIssueFields: [{ key: "x" }] });
    expect([others.status, others.body.code]).toEqual([400, "BODY_SCHEMA"]);
    const event = await addon.call("POST", MODULES, { webhooks: [{ ...module, event: "a\u0001" }] });
    expect([event.status, event.body.code]).toEqual([400, "DESCRIPTOR_SCHEMA"]);
    const url = await addon.call("POST", MODULES, { webhooks: [{ ...module, url: "//evil.example/x" }] });
    expect([url.status, url.body.code]).toEqual([400, "DESCRIPTOR_WEBHOOK_URL"]);
  });
});

describe("an add-on asks about itself", () => {
  const SELF = "/rest/atlassian-connect/1/addons/org.example.one";

  test("its installation", async () => {
    expect((await addon.call("GET", SELF)).body).toMatchObject({
      key: "org.example.one",
      state: "ENABLED",
      links: { self: [{ href: `${addon.siteUrl}${SELF}` }] },
    });
    expect((await other.call("GET", SELF)).status).toBe(404);
  });

  test("its properties, with names that can be read", async () => {
    const refused = await addon.call("PUT", `${SELF}/properties/a%01`, "1");
    expect([refused.status, refused.body.code]).toEqual([400, "BODY_SCHEMA"]);
  });

  test("its properties, byte for byte", async () => {
    const value = '{"b":9007199254740993,"a":[1, 2]}';
    const made = await addon.call("PUT", `${SELF}/properties/settings`, value);
    expect([made.status, made.body["status-code"]]).toEqual([201, 201]);
    expect((await addon.call("PUT", `${SELF}/properties/settings`, value)).status).toBe(200);
    const read = await addon.call("GET", `${SELF}/properties/settings`);
    expect(read.text).toContain(`"value":${value}`);
    expect((await addon.call("GET", `${SELF}/properties`)).body.keys).toMatchObject([{ key: "settings" }]);
    expect((await addon.call("DELETE", `${SELF}/properties/settings`)).status).toBe(204);
    expect((await addon.call("GET", `${SELF}/properties/settings`)).body.code).toBe("PROPERTY_NOT_FOUND");
  });
});

test("filters with more than 20,000 characters in a minute are refused for the add-on that sends them only", async () => {
  const greedy = await startCallingAddon(host, "jira", "org.example.greedy");
  try {
    const filters = (round: number) =>
      Array.from({ length: 9 }, (_, index) => ({
        events: ["jira:issue_created"],
        jqlFilter: `project = P${round}X${index} AND ${"x".repeat(960)} = 1`,
      }));
    const statuses = [];
    for (let round = 0; round < 3; round += 1) statuses.push(await register(filters(round), greedy));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect((await register([issues], other)).status).toBe(200);
  } finally {
    await greedy.stop();
  }
});
