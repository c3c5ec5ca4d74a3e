import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ID_CURSOR,
  KEY_CURSOR,
  TOKEN_CURSOR,
  formatTokenCursor,
  requireTokenCursor,
  NUMBER_CURSOR,
  ROW_CURSOR,
  formatKeyCursor,
  pageFrom,
  refuseCursor,
  requireIdCursor,
  requireKeyCursor,
  requireNumberCursor,
} from "../../../../src/host/model/cursor.ts";

const ID = "0123456789abcdef0123456789abcdef";

test("a cursor that no list gave out is refused as a part of the query", () => {
  expect(refuseCursor()).toMatchObject({
    code: "QUERY_INVALID",
    errors: [{ pointer: "cursor", detail: "is not one that a list gave out" }],
  });
});

test("an ID is 32 hexadecimal digits", () => {
  expect(requireIdCursor(ID)).toBe(ID);
  expect(ID).toMatch(new RegExp(ID_CURSOR));
});

test.each(["", ID.slice(1), `${ID}0`, ID.toUpperCase(), ` ${ID}`, `${ID}\n`])("%j is no ID", (cursor) => {
  expect(() => requireIdCursor(cursor)).toThrow(expect.objectContaining({ code: "QUERY_INVALID" }));
});

test("a number has at most so many digits", () => {
  expect(requireNumberCursor("123456", 6)).toBe(123_456);
  expect(requireNumberCursor("0", 6)).toBe(0);
  expect("123456").toMatch(new RegExp(NUMBER_CURSOR));
});

test.each(["", "1234567", "-1", "1.5", "1e3", " 1", "x"])("%j is no number", (cursor) => {
  expect(() => requireNumberCursor(cursor, 6)).toThrow(expect.objectContaining({ code: "QUERY_INVALID" }));
});

describe("a key", () => {
  test.each(["demo", "a key/with?signs", "schlüssel 🌊", "x".repeat(750)])(
    "%j is read as it was written",
    (key) => {
      expect(formatKeyCursor(key)).toMatch(new RegExp(KEY_CURSOR));
      expect(requireKeyCursor(formatKeyCursor(key))).toBe(key);
    },
  );

  test.each(["", "a b", "a+b", "a/b", "a=", "a\n", "x".repeat(1_001)])("%j is none", (cursor) => {
    expect(() => requireKeyCursor(cursor)).toThrow(expect.objectContaining({ code: "QUERY_INVALID" }));
  });
});

describe("the description of the API has the form of", () => {
  test.each<[kind: string, form: string, good: readonly string[], bad: readonly string[]]>([
    ["an ID", ID_CURSOR, [ID], [ID.slice(1), `${ID}0`]],
    ["a number", NUMBER_CURSOR, ["0", "123456"], ["", "1234567", "-1"]],
    ["a row", ROW_CURSOR, ["0", "123456789"], ["", "1234567890", "x"]],
    [
      "a place of a token",
      TOKEN_CURSOR,
      ["0-1-a", "1790000000000-1790000000000-0123abcd"],
      ["", "0", "1-2", "1-2-", "-1-2-a", "1-2-A"],
    ],
    ["a key", KEY_CURSOR, ["ZGVtbw", "a-b_c"], ["", "a b", "a="]],
  ])("%s", (_kind, form, good, bad) => {
    expect(good.filter((cursor) => !new RegExp(form).test(cursor))).toEqual([]);
    expect(bad.filter((cursor) => new RegExp(form).test(cursor))).toEqual([]);
  });
});

describe("a page of rows that were read with one more", () => {
  test("ends the list where there is none more", () => {
    expect(pageFrom([1, 2], 2, String)).toEqual({ items: [1, 2], next: undefined });
    expect(pageFrom([], 0, String)).toEqual({ items: [], next: undefined });
    expect(pageFrom([], 2, String)).toEqual({ items: [], next: undefined });
  });

  test("names its own last row where there is", () => {
    expect(pageFrom([1, 2, 3], 2, String)).toEqual({ items: [1, 2], next: "2" });
    expect(pageFrom([1, 2, 3, 4], 3, String)).toEqual({ items: [1, 2, 3], next: "3" });
  });
});

describe("a cursor of tokens", () => {
  const place = fc.record({
    lastUsedAt: fc.nat({ max: 999_999_999_999_999 }),
    createdAt: fc.nat({ max: 999_999_999_999_999 }),
    id: fc.stringMatching(/^[0-9a-z]{1,40}$/),
  });

  test("is read as it was written", () => {
    fc.assert(
      fc.property(place, (each) => {
        expect(formatTokenCursor(each)).toMatch(new RegExp(TOKEN_CURSOR));
        expect(requireTokenCursor(formatTokenCursor(each))).toEqual(each);
      }),
    );
  });

  test.each(["", "0", "1-2", "1-2-", "x-2-a", "1-2-a-b", "1-2-A", "1-2-a\n", "1".repeat(16) + "-2-a"])(
    "%j is none",
    (cursor) => {
      expect(() => requireTokenCursor(cursor)).toThrow(expect.objectContaining({ code: "QUERY_INVALID" }));
    },
  );
});
