import { expect, test } from "vitest";
import { defined } from "../../src/defined.ts";

test("what is undefined is left out; what is empty in another way stays", () => {
  const entries = defined({ a: undefined, b: null, c: "", d: 0, e: false, f: [] });
  expect(Object.entries(entries)).toEqual([
    ["b", null],
    ["c", ""],
    ["d", 0],
    ["e", false],
    ["f", []],
  ]);
});
