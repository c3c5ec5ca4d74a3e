import { expect, test } from "vitest";
import { groupBy } from "../../src/group-by.ts";

test("items are grouped by their keys, both in the order in which they came", () => {
  const groups = groupBy(["plum", "pear", "apple", "peach"], (word) => word[0]);
  expect([...groups]).toEqual([
    ["p", ["plum", "pear", "peach"]],
    ["a", ["apple"]],
  ]);
});
