/** The loop over the pages of a list. */
import { describe, expect, test } from "vitest";
import { everyItem, listItems } from "../../../src/client/pages.ts";
import type { Page, PageQuery } from "../../../src/client/pages.ts";

/** A list of numbers whose pages are at most so long, one of them empty. */
function createList(count: number, longest: number) {
  const asked: PageQuery[] = [];
  const list = (query: PageQuery): Promise<Page<number> & { readonly total: number }> => {
    asked.push(query);
    const from = Number(query.cursor ?? 0);
    // An empty page may come in between.
    const size = query.cursor !== undefined && asked.length === 2 ? 0 : Math.min(query.limit, longest);
    const to = Math.min(count, from + size);
    const items = Array.from({ length: to - from }, (_, index) => from + index);
    return Promise.resolve({ items, next: to < count ? String(to) : null, total: count + asked.length });
  };
  return { list, asked };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("listItems", () => {
  test("gets all pages, short and empty ones too, and keeps what the first one says", async () => {
    const { list, asked } = createList(7, 3);
    expect(await listItems(list)).toEqual({ items: numbers(7), next: null, total: 8 });
    expect(asked).toEqual([
      { limit: 500 },
      { limit: 500, cursor: "3" },
      { limit: 500, cursor: "3" },
      { limit: 500, cursor: "6" },
    ]);
  });

  test("ends at the limit, with the cursor of what comes after", async () => {
    const { list, asked } = createList(2_000, 500);
    const { items, next } = await listItems(list, { limit: 600 });
    expect([items.length, next]).toEqual([600, "600"]);
    expect(asked.map(({ limit }) => limit)).toEqual([500, 100, 100]);
  });

  test("a limit that the list doesn't reach changes nothing", async () => {
    const { list } = createList(2, 500);
    expect(await listItems(list, { limit: 10 })).toMatchObject({ items: [0, 1], next: null });
  });

  test("a page without next is the last one: an earlier server may leave out what is null", async () => {
    const list = () => Promise.resolve({ items: [1] } as unknown as Page<number>);
    expect((await listItems(list)).items).toEqual([1]);
  });

  test("a limit of nothing is a mistake of the caller", async () => {
    await expect(listItems(createList(1, 1).list, { limit: 0 })).rejects.toThrow(RangeError);
  });

  test("a page that fails ends it", async () => {
    await expect(listItems(() => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  });
});

test("everyItem asks for a page when the one before is used up", async () => {
  const { list, asked } = createList(7, 3);
  const seen: number[] = [];
  for await (const item of everyItem(list)) {
    seen.push(item);
    if (item === 1) expect(asked).toHaveLength(1);
    if (item === 4) break;
  }
  expect(seen).toEqual([0, 1, 2, 3, 4]);
  expect(asked).toHaveLength(3);
});
