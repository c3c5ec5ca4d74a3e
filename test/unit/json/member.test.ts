import { expect, test } from "vitest";
import { readMember } from "../../../src/json/member.ts";

test.each([
  [{ a: 1 }, "a", 1],
  [{ a: undefined, b: null }, "b", null],
  [{ a: 1 }, "b", undefined],
  [{}, "constructor", undefined],
  [{}, "__proto__", undefined],
  [[7], "0", 7],
  [[7], "length", 1],
  ["text", "length", undefined],
  [5, "toFixed", undefined],
  [null, "a", undefined],
  [undefined, "a", undefined],
])("of %j, the member %s is %j", (value, key, member) => {
  expect(readMember(value, key)).toBe(member);
});
