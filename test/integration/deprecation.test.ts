/** Deprecated event types: subscribers are warned, marked and counted, on every surface that names them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCallingAddon } from "../support/calling-addon.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";

const DOCUMENT = {
  name: "Harbor",
  description: "Port operations",
  events: {
    "crane.stopped": { description: "Old.", status: "deprecated", replacedBy: "crane.halted" },
    "crane.halted": { description: "A crane was halted." },
    "crane.lost": { description: "Older.", status: "deprecated" },
  },
};
const SENTENCE = "crane.stopped is deprecated; use crane.halted";
const WARNING = { code: "EVENT_DEPRECATED", detail: SENTENCE };

let host: TestHost;
let receiver: Receiver;
let page: (path: string) => Promise<string>;
let webhookId = "";

const api = (method: string, path: string, body?: unknown) => host.call(method, `/api/v1${path}`, body);
const descriptor = () => ({
  key: "bell",
  name: "Bell",
  baseUrl: receiver.url,
  authentication: { type: "none" },
  scopes: ["READ"],
  modules: {
    webhooks: [
      { event: "crane.stopped", url: "/stopped" },
      { event: "crane.halted", url: "/halted" },
      { event: "crane.*", url: "/all" },
    ],
  },
});

beforeAll(async () => {
  receiver = await startReceiver();
  host = await startTestHost();
  await api("PUT", "/products/harbor", DOCUMENT);
  await api("POST", "/sites", { key: "quay", product: "harbor", name: "Quay" });
  const session = await logIn(host);
  page = async (path) => (await session.get(path)).text();
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

describe("a descriptor that names one", () => {
  test("is installed with a warning, and its webhook is marked", async () => {
    const { status, body } = await api("POST", "/sites/quay/addons", { descriptor: descriptor() });
    expect([status, body.warnings]).toEqual([201, [{ ...WARNING, pointer: "/modules/webhooks/0/event" }]]);
    const { webhooks } = (await api("GET", "/sites/quay/addons/bell")).body;
    expect(webhooks).toMatchObject([
      { event: "crane.stopped", deprecated: true, replacedBy: "crane.halted" },
      { event: "crane.halted", deprecated: false, replacedBy: null },
      { event: "crane.*", deprecated: false, replacedBy: null },
    ]);
    expect(webhooks[0]).not.toHaveProperty("deprecation");
    const text = await page("/admin/addons/quay/bell");
    expect(text.match(/deprecated/g)).toHaveLength(1);
    expect(text).toContain("use crane.halted");
  });

  test("is upgraded with the same warning", async () => {
    const { body } = await api("POST", "/sites/quay/addons", { descriptor: descriptor() });
    expect(body.warnings).toMatchObject([WARNING]);
  });

  test("is checked with the same warning, also for a built-in product and without one", async () => {
    const checked = await api("POST", "/descriptors/validate", {
      descriptor: descriptor(),
      product: "harbor",
    });
    expect(checked.body.warnings).toMatchObject([WARNING]);
    const jira = { ...descriptor(), modules: { webhooks: [{ event: "jira:worklog_updated", url: "/w" }] } };
    for (const product of [{ product: "jira" }, {}]) {
      const { warnings } = (await api("POST", "/descriptors/validate", { descriptor: jira, ...product }))
        .body;
      expect(warnings).toMatchObject([
        { code: "EVENT_DEPRECATED", detail: "jira:worklog_updated is deprecated" },
      ]);
    }
  });
});

describe("an outgoing webhook that names one", () => {
  test("is created with a warning, and is marked", async () => {
    const events = ["crane.halted", "crane.stopped"];
    const { status, body } = await api("POST", "/sites/quay/webhooks", {
      name: "Board",
      url: `${receiver.url}/board`,
      events,
    });
    webhookId = body.id;
    expect([status, body.warnings]).toEqual([201, [{ ...WARNING, pointer: "/events/1" }]]);
    const deprecatedEvents = [{ event: "crane.stopped", replacedBy: "crane.halted" }];
    expect((await api("GET", `/sites/quay/webhooks/${webhookId}`)).body).toMatchObject({ deprecatedEvents });
    expect((await api("GET", "/sites/quay/webhooks")).body.items).toMatchObject([{ deprecatedEvents }]);
    expect(await page("/admin/webhooks/quay")).toContain("crane.stopped: use crane.halted");
  });

  test("shows in its form which event types are deprecated", async () => {
    const form = await page(`/admin/webhooks/quay/${webhookId.replace(/^.*_/, "")}`);
    expect(form.match(/<\/span>deprecated<\/span>/g)).toHaveLength(2);
    expect(form).toContain("use crane.halted");
  });
});

test("dynamic modules that name one get its sentence; others get no body, as in Connect", async () => {
  const addon = await startCallingAddon(host, "quay", "dynamic");
  const register = (key: string, event: string) =>
    addon.call("POST", "/rest/atlassian-connect/1/app/module/dynamic", {
      webhooks: [{ key, event, url: "/hook" }],
    });
  const deprecated = await register("one", "crane.stopped");
  expect([deprecated.status, deprecated.body]).toEqual([200, { warnings: [SENTENCE] }]);
  const current = await register("two", "crane.halted");
  expect([current.status, current.text]).toEqual([200, ""]);
  const marked = (await api("GET", "/sites/quay/addons/dynamic")).body.webhooks;
  expect(marked).toMatchObject([{ source: "dynamic", deprecated: true }, { deprecated: false }]);
  await api("DELETE", "/sites/quay/addons/dynamic");
  await addon.stop();
});

test("the catalogue has status and replacement", async () => {
  const { items } = (await api("GET", "/catalogue/harbor")).body;
  expect(items).toMatchObject([
    { event: "crane.stopped", status: "deprecated", replacedBy: "crane.halted" },
    { event: "crane.halted", status: "current", replacedBy: null },
    { event: "crane.lost", status: "deprecated", replacedBy: null },
  ]);
  expect((await api("GET", "/catalogue/harbor/crane.stopped")).body.replacedBy).toBe("crane.halted");
  expect(await page("/admin/catalogue?product=harbor")).toContain("use crane.halted");
  expect(await page("/admin/catalogue/harbor/crane.stopped")).toContain(
    '<a href="/admin/catalogue/harbor/crane.halted">crane.halted</a>',
  );
});

test("a product lists who still names them", async () => {
  const { items } = (await api("GET", "/products/harbor/deprecated")).body;
  expect(items).toEqual([
    {
      event: "crane.stopped",
      replacedBy: "crane.halted",
      subscriptions: 2,
      receivers: [
        { site: "quay", addonKey: "bell", webhookId: null, name: "Bell", subscriptions: 1 },
        { site: "quay", addonKey: null, webhookId, name: "Board", subscriptions: 1 },
      ],
      moreReceivers: 0,
    },
    { event: "crane.lost", replacedBy: null, subscriptions: 0, receivers: [], moreReceivers: 0 },
  ]);
  const text = await page("/admin/settings/products/product/harbor");
  expect(text).toContain("Receivers that still name it");
  expect(text).toContain('<a href="/admin/addons/quay/bell">Bell</a>');
  expect(text).toContain("None. The event type can be removed.");
  expect((await api("GET", "/products/nothing/deprecated")).body.code).toBe("PRODUCT_UNKNOWN");
});

test("events of deprecated types are counted by site and type, duplicates and others left out", async () => {
  const publish = (event: string, id?: string) =>
    api("POST", "/sites/quay/events", { event, ...(id === undefined ? {} : { id }) });
  await publish("crane.halted");
  await publish("crane.stopped", "one");
  await publish("crane.stopped", "one");
  await publish("crane.stopped");
  const { text } = await host.call("GET", "/metrics");
  const lines = text.split("\n").filter((line) => line.startsWith("callboard_events_deprecated_total"));
  expect(lines).toEqual(['callboard_events_deprecated_total{site="quay",event="crane.stopped"} 2']);
});
