import { expect, test } from "vitest";
import { isMissing } from "../../../src/cli/missing.ts";

test.each([
  [null, true],
  [undefined, true],
  ["", false],
  [0, false],
  [false, false],
  [{}, false],
])("a member that is %j has no value: %s", (value, expected) => {
  expect(isMissing(value)).toBe(expected);
});
