/** The fan-out of an event over a snapshot: whom wildcards reach, and what is noted. Pure, so the snapshot is made by hand. */
import { describe, expect, test } from "vitest";
import { fanOut } from "../../../../src/host/model/fan-out.ts";
import { canonicalName } from "../../../../src/host/model/event-index.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import type { Subscription } from "../../../../src/host/model/subscription.ts";
import { productOf } from "../../../support/products.ts";

const JIRA = productOf("jira");

type Wanted = Pick<Subscription, "event"> &
  Partial<Pick<Subscription, "filter" | "propertyKeys" | "dynamic">>;

/** A webhook for each subscription, numbered from 1. */
function siteOf(subscriptions: readonly Wanted[]): SiteSnapshot {
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

const eventOf = (event: string, payload: unknown = {}) =>
  ({ product: JIRA, event, payload: () => payload }) as const;
const reached = (site: SiteSnapshot, event: string, payload?: unknown) =>
  fanOut(site, eventOf(event, payload)).planned.flatMap(({ matched }) => matched);

describe("wildcards", () => {
  const site = siteOf([
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
    expect(fanOut(site, eventOf(event)).trace.others).toBe(7 - numbers.length);
  });

  test("of the names that were looked up last, a thousand are kept, and none is wrong", () => {
    for (let n = 0; n < 2_100; n += 1) expect(reached(site, `jira:issue_${n}`)).toEqual([1, 2, 3]);
    expect(reached(site, "jira:issue_created")).toEqual([5, 1, 2, 3, 4, 7]);
  });
});

describe("property keys", () => {
  const site = siteOf([
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
      siteOf(Array.from({ length: count }, () => ({ event: "jira:issue_updated", filter }))),
      eventOf("jira:issue_updated", { issue: { key: "A-1" } }),
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
  expect(canonicalName(productOf(product), event)).toBe(name);
});
