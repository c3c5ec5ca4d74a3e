import { describe, expect, test } from "vitest";
import { builtInCatalogue, defineProduct } from "../../../../src/catalogue/index.ts";
import type { EventType } from "../../../../src/catalogue/index.ts";
import {
  describeDeprecation,
  findDeprecation,
  listDeprecatedUses,
  listDeprecations,
} from "../../../../src/host/model/deprecation.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";

const event = (more: object = {}) => ({ description: "d", group: "g", sample: {}, ...more });
const harbor = defineProduct({
  product: "harbor",
  name: "Harbor",
  description: "d",
  events: {
    "crane.stopped": event({ status: "deprecated", replacedBy: "crane.halted", aliases: ["stop"] }),
    "crane.halted": event(),
    "crane.lost": event({ status: "deprecated" }),
    "crane.old": event({ status: "legacy" }),
  },
});
const STOPPED = { event: "crane.stopped", replacedBy: "crane.halted" };
const LOST = { event: "crane.lost", replacedBy: undefined };

describe("a name", () => {
  test.each([
    ["crane.stopped", STOPPED],
    ["stop", STOPPED],
    ["crane.lost", LOST],
    ["crane.halted", undefined],
    ["crane.old", undefined],
    ["crane.*", undefined],
    ["unknown", undefined],
    ["constructor", undefined],
  ])("%s is %j", (name, expected) => {
    expect(findDeprecation(harbor, name)).toEqual(expected);
  });

  test("twice is listed once", () => {
    expect(listDeprecations(harbor, ["stop", "crane.halted", "crane.stopped", "crane.lost"])).toEqual([
      STOPPED,
      LOST,
    ]);
  });

  test("is said with what to use", () => {
    expect([STOPPED, LOST].map(describeDeprecation)).toEqual([
      "crane.stopped is deprecated; use crane.halted",
      "crane.lost is deprecated",
    ]);
  });
});

/** Event types that `bell`, an add-on, and webhook 3 subscribe to. */
function site(bell: readonly string[], board: readonly (string | undefined)[], state = "enabled") {
  const subscriptions = [
    ...bell.map((wanted) => ({ receiver: { kind: "addon", addonKey: "bell" }, event: wanted })),
    ...board.map((wanted) => ({ receiver: { kind: "webhook", webhookNo: 3 }, event: wanted })),
  ].map((each, no) => ({ no, ...each }));
  return {
    site: { no: 2, key: "quay" },
    product: harbor,
    subscriptions: new Map(subscriptions.map((each) => [each.no, each])),
    installations: new Map([["bell", { state, descriptor: { name: "Bell" } }]]),
    webhooks: new Map([[3, { name: "Board" }]]),
  } as unknown as SiteSnapshot;
}
const BELL = { site: "quay", siteNo: 2, receiver: { kind: "addon", addonKey: "bell" }, name: "Bell" };
const BOARD = { site: "quay", siteNo: 2, receiver: { kind: "webhook", webhookNo: 3 }, name: "Board" };

describe("the uses of deprecated event types", () => {
  test("have each receiver once, with the number of its subscriptions", () => {
    const sites = [site(["stop", "crane.stopped", "crane.halted"], ["crane.stopped"])];
    expect(listDeprecatedUses(harbor, sites)).toEqual([
      {
        ...STOPPED,
        subscriptions: 3,
        users: [
          { ...BELL, subscriptions: 2 },
          { ...BOARD, subscriptions: 1 },
        ],
      },
      { ...LOST, subscriptions: 0, users: [] },
    ]);
  });

  test("leave out wildcards, all event types, and what was uninstalled", () => {
    const sites = [site(["crane.*"], [undefined, "*"]), site(["crane.stopped"], [], "uninstalled")];
    expect(listDeprecatedUses(harbor, sites).map(({ subscriptions }) => subscriptions)).toEqual([0, 0]);
  });
});

test("an event type that replaces another one is of the same product, and current", () => {
  const all: readonly EventType[] = builtInCatalogue.products.flatMap(({ eventTypes }) => eventTypes);
  const wrong = all.filter(({ product, replacedBy }) => {
    if (replacedBy === undefined) return false;
    return builtInCatalogue.require(product).byName.get(replacedBy)?.status !== "current";
  });
  expect(wrong).toEqual([]);
  expect(all.filter(({ status }) => status === "deprecated").length).toBeGreaterThan(0);
});
