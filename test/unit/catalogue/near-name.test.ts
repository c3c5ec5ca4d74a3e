import { expect, test } from "vitest";
import { findNearName } from "../../../src/catalogue/near-name.ts";

const NAMES = ["cranes.read", "cranes.write", "berths.read", "id"];

test.each<[string, string | undefined]>([
  ["cranes.raed", "cranes.read"],
  ["CRANES.READ", "cranes.read"],
  ["cranes.writes", "cranes.write"],
  ["berth.read", "berths.read"],
  ["ib", "id"],
  ["ports.delete", undefined],
  ["", undefined],
  ["x".repeat(100_000), undefined],
])("%j", (wanted, name) => {
  expect(findNearName(wanted, NAMES)).toBe(name);
});

test("the first of equally near names", () => {
  expect(findNearName("ab", ["ax", "ay"])).toBe("ax");
});
