import { expect, test } from "vitest";
import { pairHeaders } from "../../src/header-pairs.ts";

test("names and values in turn become pairs, in their order, equal names included", () => {
  expect(pairHeaders(["a", "1", "B", "2", "a", "3"])).toEqual([
    ["a", "1"],
    ["B", "2"],
    ["a", "3"],
  ]);
  expect(pairHeaders([])).toEqual([]);
  expect(pairHeaders(["a"])).toEqual([["a", ""]]);
});
