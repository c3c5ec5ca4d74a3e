/** The fan-out of an event over a snapshot: whom wildcards reach, and what is noted. Pure, so the snapshot is made by hand. */
import { describe, expect, test } from "vitest";
import { fanOut, isNamed, judgeSubscriptions, resolveUrl } from "../../../../src/host/model/fan-out.ts";
import { canonicalName } from "../../../../src/host/model/event-index.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import type { Subscription } from "../../../../src/host/model/subscription.ts";
import { getProduct } from "../../../support/products.ts";

const JIRA = getProduct("jira");

type Wanted = Pick<Subscription, "event"> & Partial<Subscription>;

/** A webhook for each subscription, numbered from 1. */
function createSite(subscriptions: readonly Wanted[]): SiteSnapshot {
  const numbered = subscriptions.map((wanted, index) => ({
    siteNo: 1,
    no: index + 1,
    receiver: { kind: "webhook", webhookNo: index + 1 },
    url: `https://hooks.example/${index + 1}`,
    active: true,
    endpointNo: index + 1,
    excludeBody: false,
    ...wanted,
  }));
  return {
    site: { no: 1 },
    product: JIRA,
    subscriptions: new Map(numbered.map((each) => [each.no, each])),
    installations: new Map(),
    webhooks: new Map(numbered.map(({ no }) => [no, { name: `hook ${no}`, active: true }])),
    endpoints: new Map(),
  } as unknown as SiteSnapshot;
}

const createEvent = (event: string, payload: unknown = {}) =>
  ({ product: JIRA, event, payload: () => payload }) as const;
const reached = (site: SiteSnapshot, event: string, payload?: unknown) =>
  fanOut(site, createEvent(event, payload)).planned.flatMap(({ matched }) => matched);

describe("wildcards", () => {
  const site = createSite([
    { event: undefined },
    { event: "*" },
    { event: "jira:issue_*" },
    { event: "*_created" },
    { event: "jira:issue_created" },
    { event: "server_upgraded" },
    { event: "jira:*_created*" },
  ]);

  test.each([
    ["jira:issue_created", [5, 1, 2, 3, 4, 7]],
    ["jira:issue_updated", [1, 2, 3]],
    ["project_created", [1, 2, 4]],
    ["jira:version_created", [1, 2, 4, 7]],
    ["an:event_of_tomorrow", [1, 2]],
    ["server_upgraded", [6]],
    ["plugin_enabled", []],
  ])("%s reaches %j, the first time and the next", (event, numbers) => {
    expect(reached(site, event)).toEqual(numbers);
    expect(reached(site, event)).toEqual(numbers);
    expect(fanOut(site, createEvent(event)).trace.others).toBe(7 - numbers.length);
  });

  test("of the names that were looked up last, a thousand are kept, and none is wrong", () => {
    for (let n = 0; n < 2_100; n += 1) expect(reached(site, `jira:issue_${n}`)).toEqual([1, 2, 3]);
    expect(reached(site, "jira:issue_created")).toEqual([5, 1, 2, 3, 4, 7]);
  });
});

describe("property keys", () => {
  const site = createSite([
    { event: "issue_property_set", propertyKeys: ["other"] },
    {
      event: "issue_property_set",
      propertyKeys: ["other"],
      dynamic: { kind: "module", key: "m", module: {} },
    },
    { event: "issue_property_set", propertyKeys: ["other"], dynamic: { kind: "webhook", jqlFilter: "" } },
    { event: "issue_property_set", propertyKeys: ["mine"], dynamic: { kind: "webhook", jqlFilter: "" } },
  ]);

  test("of a descriptor keep no event out, those of a dynamic webhook do", () => {
    expect(reached(site, "issue_property_set", { property: { key: "mine" } })).toEqual([1, 2, 4]);
  });
});

test("filters that can't be judged are noted with their receivers, the first 20 of them", () => {
  const filter = "status CHANGED";
  const notes = (count: number) =>
    fanOut(
      createSite(Array.from({ length: count }, () => ({ event: "jira:issue_updated", filter }))),
      createEvent("jira:issue_updated", { issue: { key: "A-1" } }),
    ).notes;

  expect(notes(1)).toEqual([
    "hook 1: delivered: the filter's clause `status CHANGED` can't be judged from the event",
  ]);
  expect(notes(20)).toHaveLength(20);
  expect(notes(25)).toHaveLength(21);
  expect(notes(25).at(-1)).toBe("The filters of 5 more receivers can't be judged from the event either.");
});

test.each([
  ["jira", "enabled", "connect_addon_enabled"],
  ["confluence", "disabled", "connect_addon_disabled"],
  ["backlog", "1", "issue_created"],
  ["backlog", "enabled", "enabled"],
  ["jira", "an:event_of_tomorrow", "an:event_of_tomorrow"],
] as const)("an event of %s named %s is %s", (product, event, name) => {
  expect(canonicalName(getProduct(product), event)).toBe(name);
});

/** The same site with other installations and webhooks. */
function withReceivers(
  site: SiteSnapshot,
  given: Partial<Record<"installations" | "webhooks", Map<unknown, unknown>>>,
) {
  return { ...site, ...given } as unknown as SiteSnapshot;
}
const ADDON = { kind: "addon", addonKey: "org.example.bell" } as const;

describe("a receiver that gets nothing is told of with the reason:", () => {
  const because = (site: SiteSnapshot) => fanOut(site, createEvent("a")).trace.skipped;
  const ofAddon = (state: string | undefined, wanted: Partial<Subscription> = {}) =>
    withReceivers(createSite([{ event: "a", receiver: ADDON, ...wanted }]), {
      installations: new Map(state === undefined ? [] : [[ADDON.addonKey, { state }]]),
    });
  const ofWebhook = (webhook: object | undefined) =>
    withReceivers(createSite([{ event: "a" }]), {
      webhooks: new Map(webhook === undefined ? [] : [[1, webhook]]),
    });

  test.each<[string, SiteSnapshot, string]>([
    ["a subscription without a reason", createSite([{ event: "a", active: false }]), "inactive"],
    [
      "a subscription",
      createSite([{ event: "a", active: false, inactiveBecause: "410 since noon" }]),
      "inactive: 410 since noon",
    ],
    ["an add-on that is disabled", ofAddon("disabled"), "the add-on is disabled"],
    ["an add-on that is gone", ofAddon(undefined), "the add-on is uninstalled"],
    ["a webhook that was deleted", ofWebhook(undefined), "the webhook was deleted"],
    ["a webhook without a reason", ofWebhook({ active: false }), "inactive"],
    ["a webhook", ofWebhook({ active: false, inactiveBecause: "410" }), "inactive: 410"],
  ])("%s", (_what, site, reason) => {
    expect(because(site)).toEqual([{ subscriptionNo: 1, because: reason }]);
    expect(reached(site, "a")).toEqual([]);
  });

  test("an enabled add-on and an active webhook get theirs", () => {
    expect(reached(ofAddon("enabled"), "a")).toEqual([1]);
    expect(reached(ofWebhook({ active: true }), "a")).toEqual([1]);
  });
});

describe("the trace", () => {
  const many = (count: number, wanted: Partial<Subscription>) =>
    fanOut(createSite(Array.from({ length: count }, () => ({ event: "a", ...wanted }))), createEvent("a"));

  test("names the first 200 that did not match, and counts the others", () => {
    expect(many(200, { active: false }).notes).toEqual([]);
    const { trace, notes, planned } = many(203, { active: false });
    expect(trace.skipped.map(({ subscriptionNo }) => subscriptionNo)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect(notes).toEqual(["3 more subscriptions name the event and did not match."]);
    expect(planned).toEqual([]);
  });

  test("names the variables that the body lacks, of the first 200 subscriptions", () => {
    const { trace, planned } = many(203, { url: "https://a.example/{issue.key}?p={project.key}" });
    expect(trace.missing).toHaveLength(200);
    expect(trace.missing[0]).toEqual({ subscriptionNo: 1, variables: ["issue.key", "project.key"] });
    expect(planned).toHaveLength(203);
  });

  test("counts the subscriptions of other events", () => {
    const { trace } = fanOut(createSite([{ event: "a" }, { event: "b" }, { event: "c" }]), createEvent("a"));
    expect(trace).toEqual({ others: 2, skipped: [], missing: [] });
  });
});

describe("one delivery", () => {
  const planned = (...wanted: readonly Partial<Subscription>[]) =>
    fanOut(
      createSite(wanted.map((each) => ({ event: "a", endpointNo: 1, url: "https://a.example/x", ...each }))),
      createEvent("a"),
    ).planned.map(({ matched }) => matched);
  const dynamic = { kind: "webhook", jqlFilter: "" } as const;

  test.each<[string, Partial<Subscription>, Partial<Subscription>, readonly (readonly number[])[]]>([
    ["serves what is for one URL of one endpoint", {}, {}, [[1, 2]]],
    ["is for one endpoint", {}, { endpointNo: 2 }, [[1], [2]]],
    ["is for one URL", {}, { url: "https://a.example/y" }, [[1], [2]]],
    ["has one body: the event's own or none", {}, { excludeBody: true }, [[1], [2]]],
    ["has one body: the event's own or that of dynamic webhooks", {}, { dynamic }, [[1], [2]]],
    ["serves dynamic webhooks together", { dynamic }, { dynamic }, [[1, 2]]],
    [
      "without a body serves dynamic webhooks as well",
      { excludeBody: true },
      { excludeBody: true, dynamic },
      [[1, 2]],
    ],
    [
      "serves modules that were registered at run time",
      {},
      { dynamic: { kind: "module", key: "k", module: {} } },
      [[1, 2]],
    ],
  ])("%s", (_what, one, other, expected) => {
    expect(planned(one, other)).toEqual(expected);
  });

  test("has the URL of the event, with its variables replaced", () => {
    const site = createSite([
      { event: "a", endpointNo: 1, url: "https://a.example/{issue.key}" },
      { event: "a", endpointNo: 1, url: "https://a.example/A-1" },
    ]);
    expect(fanOut(site, createEvent("a", { issue: { key: "A-1" } })).planned).toMatchObject([
      { url: "https://a.example/A-1", matched: [1, 2], subscription: { no: 1 } },
    ]);
  });
});

describe("filters", () => {
  const issue = (key: string) => ({ issue: { key } });

  test("keep events out, those of fields only of dynamic webhooks", () => {
    const fieldIds = ["summary"];
    const site = createSite([
      { event: "jira:issue_updated", filter: "project = PIER" },
      { event: "jira:issue_updated", dynamic: { kind: "webhook", jqlFilter: "", fieldIds } },
      { event: "jira:issue_updated" },
    ]);
    const changed = (fieldId: string) => ({
      ...issue("PIER-1"),
      changelog: { items: [{ fieldId, field: fieldId }] },
    });
    expect(reached(site, "jira:issue_updated", changed("summary"))).toEqual([1, 2, 3]);
    expect(reached(site, "jira:issue_updated", changed("labels"))).toEqual([1, 3]);
    expect(reached(site, "jira:issue_updated", issue("DOCK-1"))).not.toContain(1);
  });

  test("of a webhook's project follow the webhook, whose subscriptions stay the same", () => {
    const site = createSite([{ event: "a" }]);
    const ofProject = (project?: string) =>
      withReceivers(site, { webhooks: new Map([[1, { active: true, project }]]) });
    for (const [project, expected] of [
      ["PIER", [1]],
      ["DOCK", []],
      [undefined, [1]],
      ["PIER", [1]],
    ] as const)
      expect(reached(ofProject(project), "a", issue("PIER-1"))).toEqual(expected);
  });

  test("of what is about an add-on let it through to this add-on alone", () => {
    const site = withReceivers(
      createSite([
        { event: "connect_addon_enabled", receiver: ADDON },
        { event: "connect_addon_enabled", receiver: { ...ADDON, addonKey: "other" } },
        { event: "connect_addon_enabled" },
      ]),
      {
        installations: new Map([
          [ADDON.addonKey, { state: "enabled" }],
          ["other", { state: "enabled" }],
        ]),
      },
    );
    expect(reached(site, "connect_addon_enabled", { key: ADDON.addonKey })).toEqual([1]);
    expect(reached(site, "connect_addon_enabled", { key: "other" })).toEqual([2]);
  });

  test("that can't be judged are noted with the name of the receiver, once for each", () => {
    const filter = "status CHANGED";
    const notes = (given: Parameters<typeof withReceivers>[1], receiver?: Subscription["receiver"]) =>
      fanOut(
        withReceivers(
          createSite(
            [1, 2].map(() => ({ event: "a", filter, ...(receiver === undefined ? {} : { receiver }) })),
          ),
          given,
        ),
        createEvent("a", issue("A-1")),
      ).notes;
    const installations = new Map([[ADDON.addonKey, { state: "enabled" }]]);
    expect(notes({ installations }, ADDON)).toEqual([expect.stringMatching(/^org\.example\.bell: /)]);
    expect(notes({ webhooks: new Map([1, 2].map((no) => [no, { active: true }])) })).toEqual([
      expect.stringMatching(/^a webhook: /),
    ]);
  });
});

test("the verdicts are there for each subscription that names the event", () => {
  const site = createSite([{ event: "a" }, { event: "a", active: false }, { event: "b" }]);
  expect([...judgeSubscriptions(site, createEvent("a"))]).toEqual([
    [1, { matched: true }],
    [2, { matched: false, because: "inactive" }],
  ]);
});

test("an event type is named by its subscriptions, active or not, and by wildcards", () => {
  const site = createSite([{ event: "a", active: false }]);
  expect([isNamed(site, "a"), isNamed(site, "b"), isNamed(createSite([{ event: "*" }]), "b")]).toEqual([
    true,
    false,
    true,
  ]);
  expect(isNamed(createSite([]), "a")).toBe(false);
});

test("subscriptions are served in the order of their numbers", () => {
  const site = createSite([{ event: "a" }, { event: "a" }, { event: "a" }]);
  const turned = { ...site, subscriptions: new Map([...site.subscriptions].reverse()) };
  expect(reached(turned, "a")).toEqual([1, 2, 3]);
});

test("a URL without variables is taken as it is, and no body is read for it", () => {
  const payload = () => {
    throw new Error("read");
  };
  const [plain] = createSite([{ event: "a", url: "https://a.example/x" }]).subscriptions.values();
  expect(resolveUrl(plain!, { ...createEvent("a"), payload })).toEqual({
    url: "https://a.example/x",
    lacking: [],
  });
  const [variable] = createSite([{ event: "a", url: "https://a.example/{a.b}{c.d}" }]).subscriptions.values();
  expect(resolveUrl(variable!, createEvent("a", { a: { b: "1" } }))).toEqual({
    url: "https://a.example/1",
    lacking: ["c.d"],
  });
});

test("body filters are judged for each subscription, and the reason is in the trace", () => {
  const site = createSite([
    { event: "crane:moved", bodyFilter: { id: 7 } },
    { event: "crane:moved" },
    { event: undefined, bodyFilter: { id: { $lt: 7 } } },
  ]);
  expect(reached(site, "crane:moved", { id: 7 })).toEqual([1, 2]);
  expect(reached(site, "crane:moved", { id: 4 })).toEqual([2, 3]);
  expect(fanOut(site, createEvent("crane:moved", { id: 8 })).trace.skipped).toEqual([
    { subscriptionNo: 1, because: "body filter false: /id = 8, wanted 7" },
    { subscriptionNo: 3, because: "body filter false: /id = 8, wanted < 7" },
  ]);
});

test("a body filter that stays undecided is noted with its receiver", () => {
  const site = createSite([{ event: "crane:moved", bodyFilter: { list: 1 } }]);
  const found = fanOut(site, createEvent("crane:moved", { list: Array.from({ length: 3_000 }, () => 0) }));
  expect(found.planned).toHaveLength(1);
  expect(found.notes).toEqual([
    "hook 1: delivered: the body has more than 2,000 list elements at the paths of the body filter",
  ]);
});
