import { describe, expect, test } from "vitest";
import { listChips, pageInMemory } from "../../../../../src/host/web/pages/list.ts";

const FILTERS = [
  { name: "q", label: "Search" },
  { name: "range", label: "Time", describe: (value: string) => (value === "1h" ? "last hour" : undefined) },
  { name: "site", label: "Site" },
];
const chips = (query: string) => listChips("/admin/things", new URLSearchParams(query), FILTERS);

describe("chips", () => {
  test("name each active filter, and lead to the list without it, on its first page", () => {
    expect(chips("q=a+b&site=jira&cursor=50-x&trail=1&notice=saved")).toEqual([
      { label: "Search", value: "a b", href: "/admin/things?site=jira" },
      { label: "Site", value: "jira", href: "/admin/things?q=a+b" },
    ]);
  });

  test("leave out empty filters and values that are none", () => {
    expect(chips("q=&range=9h&site=+")).toEqual([]);
    expect(chips("q=&range=1h")).toEqual([{ label: "Time", value: "last hour", href: "/admin/things" }]);
  });
});

describe("a page of a list", () => {
  const all = Array.from({ length: 120 }, (_, index) => `thing ${index}`);
  const page = (query: string) =>
    pageInMemory(all, {
      path: "/admin/things",
      query: new URLSearchParams(query),
      noun: ["thing", "things"],
      filters: FILTERS,
      toKey: (thing) => thing,
    });

  test("counts all and has at most 50", () => {
    const { items, isFirst, list } = page("site=jira");
    expect(items).toHaveLength(50);
    expect(isFirst).toBe(true);
    expect(list).toMatchObject({
      counted: { shown: 50, found: 120 },
      isWhole: false,
      clearHref: "/admin/things",
    });
    expect(list.chips).toHaveLength(1);
  });

  test("leads to the next one with the same filters, and back", () => {
    const second = new URL(`http://host${page("site=jira").list.older ?? ""}`);
    const { items, isFirst, list } = page(second.search);
    expect(second.searchParams.get("site")).toBe("jira");
    expect(items[0]).toBe("thing 50");
    expect(isFirst).toBe(false);
    expect(list.newest).toBe("/admin/things?site=jira");
  });

  test("a cursor that no page gave out is refused", () => {
    expect(() => page("cursor=everything")).toThrow(expect.objectContaining({ code: "QUERY_INVALID" }));
  });
});
