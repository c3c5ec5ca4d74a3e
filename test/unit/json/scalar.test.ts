import { expect, test } from "vitest";
import { isScalar } from "../../../src/json/scalar.ts";

test.each(["", "crane", 0, 1.5, true, false])("%j is one value", (value) => {
  expect(isScalar(value)).toBe(true);
});

test.each([null, undefined, {}, [], [1]])("%j is not", (value) => {
  expect(isScalar(value)).toBe(false);
});
