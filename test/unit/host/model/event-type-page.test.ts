import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { pageEventTypes } from "../../../../src/host/model/event-type-page.ts";
import { listEvents } from "../../../support/products.ts";

const all = listEvents("jira");
const listNames = (items: readonly { readonly event: string }[]) => items.map(({ event }) => event);

test("pages that follow one another have every event type once", () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = pageEventTypes(all, { limit: 10, cursor });
    expect(page.found).toBe(all.length);
    expect(page.items.length).toBeLessThanOrEqual(10);
    seen.push(...listNames(page.items));
    cursor = page.next;
    pages += 1;
  } while (cursor !== undefined);
  expect(seen).toEqual(listNames(all));
  expect(pages).toBe(Math.ceil(all.length / 10));
});

test("a full last page has no next", () => {
  expect(pageEventTypes(all.slice(0, 10), { limit: 10 }).next).toBeUndefined();
});

describe("when the list has changed between two pages", () => {
  const { next: cursor } = pageEventTypes(all, { limit: 10 });

  test("the next page follows the event type that was last, wherever it is now", () => {
    const page = pageEventTypes(all.slice(5), { limit: 3, cursor });
    expect(listNames(page.items)).toEqual(listNames(all.slice(10, 13)));
  });

  test("the next page begins with the second event type if the last one is now the first", () => {
    const page = pageEventTypes(all.slice(9), { limit: 2, cursor });
    expect(listNames(page.items)).toEqual(listNames(all.slice(10, 12)));
  });

  test("an event type of another product with the same name is not the last one", () => {
    const others = all.map((each) => ({ ...each, product: "elsewhere" }));
    const page = pageEventTypes([...others, ...all], { limit: 2, cursor });
    expect(page.items.map(({ product, event }) => [product, event])).toEqual(
      all.slice(10, 12).map(({ product, event }) => [product, event]),
    );
  });

  test("the place counts once that event type is gone", () => {
    const without = all.filter((_each, index) => index !== 9);
    expect(listNames(pageEventTypes(without, { limit: 2, cursor }).items)).toEqual(
      listNames(all.slice(11, 13)),
    );
    expect(pageEventTypes(all.slice(0, 4), { limit: 2, cursor }).items).toEqual([]);
  });
});

test.each([
  "",
  "x",
  "10",
  Buffer.from("10/jira").toString("base64url"),
  Buffer.from("x/jira/a").toString("base64url"),
  Buffer.from("x10/jira/a").toString("base64url"),
  Buffer.from("1000000000/jira/a").toString("base64url"),
])("the cursor %j is refused", (cursor) => {
  expect(() => pageEventTypes(all, { limit: 10, cursor })).toThrow(CallboardError);
});
