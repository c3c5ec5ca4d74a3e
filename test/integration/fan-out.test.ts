/** Where an event goes, where not, and the sentence that says why: through a real host, to real add-ons. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { checkBody, deriveBodyKey } from "../../src/protocol/body-signature.ts";
import { parseToken } from "../../src/protocol/parsed-token.ts";
import { createHmacKey, verifyToken } from "../../src/protocol/token.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import type { CallingAddon } from "../support/calling-addon.ts";
import type { Received } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
const addons: CallingAddon[] = [];
beforeAll(async () => {
  host = await startTestHost();
});
afterEach(async () => {
  for (const addon of addons.splice(0)) {
    await host.call("DELETE", `/api/v1/sites/jira/addons/${addon.key}`);
    await addon.stop();
  }
});
afterAll(() => host.stop());

async function install(key: string, ...webhooks: readonly object[]): Promise<CallingAddon> {
  const addon = await startCallingAddon(host, "jira", key, { webhooks });
  addons.push(addon);
  return addon;
}

const fire = async (event: string, payload: object, rest: object = {}) => {
  const { body } = await host.call("POST", "/api/v1/sites/jira/events", { event, payload, ...rest });
  return body as { readonly id: string; readonly deliveries: readonly { readonly addonKey: string }[] };
};
const readTrace = async ({ id }: { readonly id: string }) =>
  (await host.call("GET", `/api/v1/sites/jira/events/${id}`)).body;
const issue = { key: "DEMO-1", fields: { project: { key: "DEMO" } } };

const isSigned = ({ secret }: CallingAddon, { headers, method, url, body }: Received): boolean => {
  const token = parseToken((headers.authorization ?? "").replace("JWT ", ""));
  if (!token.ok) return false;
  const nowSeconds = Math.floor(Date.now() / 1000);
  const keys = [createHmacKey(secret)];
  const verdict = verifyToken(token, { keys, request: { method, rawUrl: url, basePath: "" }, nowSeconds });
  const signed = checkBody({
    id: headers["webhook-id"] as string,
    timestamp: headers["webhook-timestamp"] as string,
    signature: headers["webhook-signature"] as string,
    body,
    keys: [deriveBodyKey(secret)],
    nowSeconds,
  });
  return verdict.ok && signed.state === "ok";
};

describe("the trace of an event", () => {
  test("has the receivers that matched, and a sentence for each that did not", async () => {
    await install("matched", { event: "issue_property_set", url: "/hook" });
    await install("filtered", { event: "issue_property_set", url: "/hook", filter: "project = OTHER" });
    await install("keyed", { event: "issue_property_set", url: "/hook", propertyKeys: ["a", "b"] });
    await install("off", { event: "issue_property_set", url: "/hook" });
    await install("elsewhere", { event: "comment_created", url: "/hook" });
    await host.call("POST", "/api/v1/sites/jira/addons/off/disable", {});

    const event = await fire("issue_property_set", { issue: { key: "DEMO-1" }, property: { key: "c" } });
    const { matched, skipped, others, missing } = await readTrace(event);
    // In Connect, propertyKeys names the properties that the product returns in the body.
    expect(matched).toMatchObject([{ addonKey: "matched" }, { addonKey: "keyed" }]);
    expect(skipped.map(({ addonKey, because }: Record<string, string>) => [addonKey, because])).toEqual(
      expect.arrayContaining([
        ["filtered", "the filter's project = OTHER is not true of DEMO-1"],
        ["off", "the add-on is disabled"],
      ]),
    );
    expect([skipped.length, others, missing]).toEqual([2, 1, []]);
  });

  test("has one delivery for each URL, params included, and each verifies", async () => {
    const addon = await install(
      "params",
      {
        event: "comment_created",
        url: "/created?b=2&own=url",
        params: { issue: "{issue.key}", own: "param", text: "a & 'b' + {project.key}/ü", "a[b]": "1" },
      },
      { event: "comment_created", url: "/same", params: { a: "1", b: "2" } },
      { event: "comment_created", url: "/same?a=1", params: { b: "2" } },
      { event: "comment_created", url: "/same?a=1&b=2", filter: "project = DEMO" },
      { event: "comment_created", url: "/same", params: { a: "1" } },
      { event: "comment_created", url: "/unknown", params: { n: "{comment.id}" } },
    );
    const event = await fire("comment_created", { issue });
    expect((await readTrace(event)).missing).toEqual(["comment.id"]);
    await waitFor(() =>
      expect(addon.webhooks.map(({ url }) => url).toSorted()).toEqual([
        "/created?b=2&own=url&issue=DEMO-1&text=a%20%26%20%27b%27%20%2B%20DEMO%2F%C3%BC",
        "/same?a=1",
        "/same?a=1&b=2",
        "/unknown?n=",
      ]),
    );
    expect(addon.webhooks.every((request) => isSigned(addon, request))).toBe(true);
  });

  test("marks the variables that had no value, each once; in the URL they are empty", async () => {
    const addon = await install(
      "variables",
      { event: "comment_created", url: "/a?k={issue.key}&n={comment.id}" },
      { event: "comment_created", url: "/b?n=${comment.id}" },
    );
    const event = await fire("comment_created", { issue });
    expect((await readTrace(event)).missing).toEqual(["comment.id"]);
    await waitFor(() =>
      expect(addon.webhooks.map(({ url }) => url).toSorted()).toEqual(["/a?k=DEMO-1&n=", "/b?n="]),
    );
    expect(addon.webhooks.every((request) => isSigned(addon, request))).toBe(true);
  });

  test("of which only the first 200 fit says how many more there were", async () => {
    const hook = (n: number) => ({ event: "comment_created", url: `/hook/${n}`, filter: "project = X" });
    await install("many", ...Array.from({ length: 203 }, (_, n) => hook(n)));
    const { skipped, notes } = await readTrace(
      await fire("comment_created", { issue, comment: { id: "1" } }),
    );
    expect(skipped).toHaveLength(200);
    expect(notes).toContain("3 more subscriptions name the event and did not match.");
  });
});

describe("a filter", () => {
  const changed = { event: "jira:issue_updated", url: "/hook" };

  test("that can't be judged from the event lets it through, and the event names the clause", async () => {
    await install("history", { ...changed, filter: "project = DEMO AND status CHANGED" });
    await install("elsewhere", { ...changed, filter: "project = X AND status CHANGED" });
    const event = await fire("jira:issue_updated", { issue });
    const { notes, skipped } = await readTrace(event);

    expect(event.deliveries.map(({ addonKey }) => addonKey)).toEqual(["history"]);
    expect(notes).toContain(
      "history: delivered: the filter's clause `status CHANGED` can't be judged from the event",
    );
    expect(skipped).toMatchObject([
      { addonKey: "elsewhere", because: "the filter's project = X is not true of DEMO-1" },
    ]);
  });

  test("of the official schema is installed, and judged on the body", async () => {
    await install("future", { ...changed, filter: "project = TEST AND fixVersion = future" });
    const of = (...names: readonly string[]) => ({
      issue: {
        key: "TEST-1",
        fields: { project: { key: "TEST" }, fixVersions: names.map((name) => ({ name })) },
      },
    });

    expect((await fire("jira:issue_updated", of("1.0", "Future"))).deliveries).toHaveLength(1);
    expect((await fire("jira:issue_updated", of("1.0"))).deliveries).toEqual([]);
    expect((await fire("jira:issue_updated", of())).deliveries).toEqual([]);
  });
});

describe("a wildcard", () => {
  test("of an add-on or an outgoing webhook is matched, by known event types and by others", async () => {
    const addon = await install(
      "wild",
      { event: "jira:issue_*", url: "/hook" },
      { event: "jira:issue_created", url: "/hook" },
      { event: "*", url: "/all" },
    );
    const { body: webhook } = await host.call("POST", "/api/v1/sites/jira/webhooks", {
      name: "wild",
      url: `${addon.baseUrl}/outgoing`,
      events: ["*_created"],
    });
    expect(webhook.warnings ?? []).toEqual([]);
    const listUrls = async (event: string, payload: object = { issue }) =>
      ((await fire(event, payload)).deliveries as unknown as readonly { readonly url: string }[])
        .map(({ url }) => new URL(url).pathname)
        .toSorted();

    expect(await listUrls("jira:issue_created")).toEqual(["/all", "/hook", "/outgoing"]);
    expect(await listUrls("jira:issue_deleted")).toEqual(["/all", "/hook"]);
    expect(await listUrls("jira:issue_reordered")).toEqual(["/all", "/hook"]);
    expect(await listUrls("project_created", {})).toEqual(["/all", "/outgoing"]);
    expect(await listUrls("server_upgraded", {})).toEqual([]);
    expect(await listUrls("connect_addon_enabled", { key: "wild" })).toEqual([]);
    await host.call("DELETE", `/api/v1/sites/jira/webhooks/${webhook.id}`);
  });
});

test("enabled and disabled name the events about the add-on itself", async () => {
  const addon = await install(
    "self",
    { event: "enabled", url: "/on" },
    { event: "disabled", url: "/off" },
    { event: "connect_addon_disabled", url: "/off" },
  );
  // What is stored of the delivery says why, should it not come.
  const listDeliveries = async () =>
    (await host.call("GET", "/api/v1/deliveries?site=jira&addon=self")).body.items as readonly object[];
  await waitFor(async () =>
    expect([addon.webhooks.map(({ url }) => url), await listDeliveries()]).toMatchObject([
      ["/on"],
      [{ state: "delivered" }],
    ]),
  );
  const event = await fire("disabled", { key: "self" });
  expect(event).toMatchObject({ event: "connect_addon_disabled", deliveries: [{ addonKey: "self" }] });
});

test("names of an event type are those of the site's product, whichever site without subscriptions had an event before", async () => {
  const two = await startTestHost();
  const publish = async (site: string, event: string, payload: object) => {
    const { status, body, text } = await two.call("POST", `/api/v1/sites/${site}/events`, {
      event,
      payload,
      project: "PIER",
      user: "maja",
    });
    expect(status, text).toBe(202);
    return body.deliveries as object[];
  };
  const createSites = async (name: string) => {
    for (const product of ["backlog", "jira"])
      await two.call("POST", "/api/v1/sites", { key: `${product}-${name}`, product, name });
  };
  const ofBacklog = { id: 1, key_id: 7 };
  await createSites("one");
  await createSites("two");

  expect(await publish("backlog-one", "issue_created", ofBacklog)).toEqual([]);
  const addon = await startCallingAddon(two, "jira-one", "alias", {
    webhooks: [{ event: "enabled", url: "/on" }],
  });
  expect(await publish("jira-one", "connect_addon_enabled", { key: "alias" })).toHaveLength(1);

  expect(await publish("jira-two", "jira:issue_created", { issue })).toEqual([]);
  const webhook = { name: "numbers", url: `${addon.baseUrl}/outgoing`, events: ["1"] };
  await two.call("POST", "/api/v1/sites/backlog-two/webhooks", webhook);
  expect(await publish("backlog-two", "issue_created", ofBacklog)).toHaveLength(1);
  await addon.stop();
  await two.stop();
});

test("the same event twice is answered as it was the first time", async () => {
  await install("twice", { event: "comment_created", url: "/a?k={issue.key}" });
  const first = await fire("comment_created", { issue }, { id: "once" });
  const again = await fire("comment_created", { issue }, { id: "once" });
  expect(first).toMatchObject({ duplicate: false, deliveries: [{ addonKey: "twice" }] });
  expect(again).toEqual({ ...first, duplicate: true });
});

test("excludeBody sends no body, signed as such; others get it whole", async () => {
  const without = await install("without", { event: "comment_created", url: "/hook", excludeBody: true });
  const whole = await install("whole", { event: "comment_created", url: "/hook" });
  await fire("comment_created", { issue });
  await waitFor(() => expect([without.webhooks, whole.webhooks].map(({ length }) => length)).toEqual([1, 1]));
  expect(without.webhooks[0]!.body.toString()).toBe("");
  expect(without.webhooks[0]!.headers["content-length"]).toBe("0");
  expect(isSigned(without, without.webhooks[0]!)).toBe(true);
  expect(JSON.parse(whole.webhooks[0]!.body.toString())).toMatchObject({ issue });
});

test("an event about an add-on goes to that add-on alone", async () => {
  const event = "remote_workflow_post_function";
  const own = await install("own", { event, url: "/hook" });
  const other = await install("other", { event, url: "/hook" });
  const fired = await fire(event, { key: "own", issue, transition: {}, configuration: {} });
  expect(fired.deliveries.map(({ addonKey }) => addonKey)).toEqual(["own"]);
  expect((await readTrace(fired)).skipped).toMatchObject([
    { addonKey: "other", because: `${event} goes only to the add-on that it is about` },
  ]);
  await waitFor(() => expect(own.webhooks).toHaveLength(1));
  expect(other.webhooks).toEqual([]);
});

describe("the acting user", () => {
  const option = (userParameters: boolean) =>
    host.call("PATCH", "/api/v1/sites/jira", { options: { userParameters } });

  test("is not in the URL unless the site is set to it", async () => {
    const addon = await install("plain", { event: "comment_created", url: "/hook" });
    await fire("comment_created", { issue }, { user: "maja" });
    await waitFor(() => expect(addon.webhooks.map(({ url }) => url)).toEqual(["/hook"]));
  });

  test("is then behind the query, percent-encoded, and covered by the token", async () => {
    const addon = await install(
      "user",
      { event: "comment_created", url: "/hook" },
      { event: "comment_created", url: "/query?k={issue.key}" },
    );
    expect((await option(true)).status).toBe(200);
    await fire("comment_created", { issue }, { user: "maja & co" });
    const user = "user_id=maja%20%26%20co&user_key=maja%20%26%20co";
    await waitFor(() =>
      expect(addon.webhooks.map(({ url }) => url).toSorted()).toEqual([
        `/hook?${user}`,
        `/query?k=DEMO-1&${user}`,
      ]),
    );
    expect(addon.webhooks.every((request) => isSigned(addon, request))).toBe(true);
    await option(false);
  });
});
