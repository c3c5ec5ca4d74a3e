import { expect, test } from "vitest";
import { pageList } from "../../../../src/host/model/list-page.ts";

const all = ["a", "b", "c", "d", "e"];
const page = (items: readonly string[], limit: number, cursor?: string) =>
  pageList(items, { limit, cursor }, (item) => item);

test("pages that follow one another have every item once, and the last one has no next", () => {
  const first = page(all, 2);
  const second = page(all, 2, first.next);
  const third = page(all, 2, second.next);
  expect([...first.items, ...second.items, ...third.items]).toEqual(all);
  expect(third.next).toBeUndefined();
  expect(page(all, 5).next).toBeUndefined();
});

test("items that are added or removed before the next page repeat nothing and skip nothing", () => {
  const { next } = page(all, 2);
  expect(page(["0", ...all], 2, next).items).toEqual(["c", "d"]);
  expect(page(["b", "c", "d", "e"], 2, next).items).toEqual(["c", "d"]);
});

test("without the item that was last, its place counts", () => {
  const { next } = page(all, 2);
  expect(page(["a", "c", "d"], 2, next).items).toEqual(["d"]);
});

test.each(["", "x", "3", "3-", "x-YQ", "3.YQ"])("the cursor %j is refused", (cursor) =>
  expect(() => page(all, 2, cursor)).toThrow(expect.objectContaining({ code: "QUERY_INVALID" })),
);
