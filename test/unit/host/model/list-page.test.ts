import { expect, test } from "vitest";
import { LIST_CURSOR, pageList } from "../../../../src/host/model/list-page.ts";

interface Item {
  readonly name: string;
}

const named = (...names: readonly string[]): readonly Item[] => names.map((name) => ({ name }));
const namesIn = ({ items }: { readonly items: readonly Item[] }) => items.map(({ name }) => name);
const page = (items: readonly Item[], limit: number, cursor?: string) =>
  pageList(items, { limit, cursor }, ({ name }) => name);

const all = named("a", "b", "c", "d", "e");

/** The names on all pages, one page after the other. */
function walk(items: readonly Item[], limit: number): readonly (readonly string[])[] {
  const pages: string[][] = [];
  for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined;) {
    const next = page(items, limit, cursor);
    pages.push(namesIn(next));
    cursor = next.next;
    if (cursor !== undefined) expect(cursor).toMatch(new RegExp(LIST_CURSOR));
  }
  return pages;
}

test("pages that follow one another have every item once, and the last one has no next", () => {
  expect(walk(all, 2)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  expect(walk(all, 5)).toEqual([["a", "b", "c", "d", "e"]]);
  expect(walk([], 2)).toEqual([[]]);
});

test("a list of many pages has them all", () => {
  const many = named(...Array.from({ length: 250 }, (_, index) => `item ${index}`));
  expect(walk(many, 10).flat()).toEqual(many.map(({ name }) => name));
});

test("items that are added or removed before the next page repeat nothing and skip nothing", () => {
  const { next } = page(all, 2);
  expect(namesIn(page([...named("0"), ...all], 2, next))).toEqual(["c", "d"]);
  expect(namesIn(page(named("b", "c", "d", "e"), 2, next))).toEqual(["c", "d"]);
});

test("without the item that was last, its place counts, also behind the end of the list", () => {
  const { next } = page(all, 2);
  expect(namesIn(page(named("a", "c", "d"), 2, next))).toEqual(["d"]);
  expect(namesIn(page(named("a"), 2, next))).toEqual([]);
});

test("of several items with the name of the last one, that at its place counts", () => {
  const twice = named("a", "b", "a", "c");
  expect(namesIn(page(twice, 2, page(twice, 3).next))).toEqual(["c"]);
});

test("names of any length make cursors that are accepted", () => {
  const long = named(...["a", "b", "c"].map((letter) => letter.repeat(2_000)));
  expect(walk(long, 1).flat()).toEqual(long.map(({ name }) => name));
});

test.each([
  "",
  "x",
  "3",
  "3-",
  "x-YQ",
  "3.YQ",
  "x3-YQ",
  "3-YQ=",
  "3-YQ\n",
  "1234567890-YQ",
  `3-${"Y".repeat(1_001)}`,
])("the cursor %j is refused", (cursor) =>
  expect(() => page(all, 2, cursor)).toThrow(expect.objectContaining({ code: "QUERY_INVALID" })),
);
