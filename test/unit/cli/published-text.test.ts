import { describe, expect, test } from "vitest";
import { describePublished, noteOwnAddonOnly } from "../../../src/cli/published-text.ts";

type Published = Parameters<typeof describePublished>[0];

const published = (count: number, change: Partial<Published> = {}): Published => ({
  id: "evt_1",
  event: "jira:issue_created",
  duplicate: false,
  deliveries: Array.from({ length: count }, (_, at) => ({
    id: `dlv_${at}`,
    ...(at % 2 === 0 ? { addonKey: "harbour" } : { webhookId: "w-1" }),
    url: "https://a.example/",
  })),
  notes: [],
  ...change,
});

describe("an event", () => {
  test("has a line for each delivery, with its receiver", () => {
    expect(describePublished(published(2), "jira")).toEqual([
      "evt_1  jira:issue_created  2 deliveries",
      "  dlv_0  harbour",
      "  dlv_1  w-1",
    ]);
    expect(describePublished(published(0), "jira")).toEqual(["evt_1  jira:issue_created  0 deliveries"]);
  });

  test("says that it was accepted before", () => {
    expect(describePublished(published(1, { duplicate: true }), "jira")[0]).toBe(
      "evt_1  jira:issue_created  1 delivery  (accepted before)",
    );
  });

  test.each([
    [20, 21, /^ {2}dlv_19 /],
    [21, 22, /^ {2}and 1 more: callboard events show evt_1 --site jira$/],
  ])("with %i deliveries has %i lines", (count, lines, last) => {
    const shown = describePublished(published(count), "jira");
    expect(shown).toHaveLength(lines);
    expect(shown.at(-1)).toMatch(last);
  });
});

describe("an event that reached nobody", () => {
  test("and goes only to the add-on that it is about: how to name one", () => {
    expect(noteOwnAddonOnly("connect_addon_enabled", { site: "jira", set: [] })).toBe(
      "connect_addon_enabled goes only to the add-on that it is about. Name one with --set key=KEY (list them: callboard addons list --site jira)",
    );
    expect(noteOwnAddonOnly("connect_addon_enabled", { site: "jira", set: ["keys=1"] })).toBeDefined();
  });

  test.each([
    ["connect_addon_enabled", ["key=harbour"]],
    ["connect_addon_enabled", ["a=1", 'key:="harbour"']],
    ["jira:issue_created", []],
    ["an.event.of.tomorrow", []],
  ])("%s with %j: nothing", (event, set) => {
    expect(noteOwnAddonOnly(event, { site: "jira", set })).toBeUndefined();
  });
});
