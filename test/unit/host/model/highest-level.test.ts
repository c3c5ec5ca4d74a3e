import { expect, test } from "vitest";
import { highestLevel } from "../../../../src/host/model/highest-level.ts";

test("the owner with the highest level is named, and none without any use", () => {
  expect(
    highestLevel([
      ["site a", 3],
      ["site b", 7],
      ["site c", 7],
    ]),
  ).toEqual({ highest: 7, of: "site b" });
  expect(highestLevel([["site a", 0]])).toEqual({ highest: 0 });
});
