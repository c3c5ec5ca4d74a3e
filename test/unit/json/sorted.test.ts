import { expect, test } from "vitest";
import { toSortedText } from "../../../src/json/sorted.ts";

test("the text is the same for the same members in another order", () => {
  const one = { b: { $in: [2, 1], $gt: 0 }, a: null };
  expect(toSortedText({ a: null, b: { $gt: 0, $in: [2, 1] } })).toBe(toSortedText(one));
  expect(toSortedText(one)).toBe('{"a":null,"b":{"$gt":0,"$in":[2,1]}}');
  expect(toSortedText({ b: { $in: [1, 2], $gt: 0 }, a: null })).not.toBe(toSortedText(one));
  expect(JSON.parse(toSortedText(JSON.parse('{"__proto__":1}')))).toEqual(JSON.parse('{"__proto__":1}'));
});
