/** Which standstill somebody has to do something about. */
import { expect, test } from "vitest";
import { isStuck } from "../../../src/cli/standstill.ts";
import { STANDSTILL_REASONS } from "../../../src/host/model/standstill.ts";

test("nothing to send is calm, everything else is not", () => {
  const calm = STANDSTILL_REASONS.filter((reason) => !isStuck({ reason }));
  expect([...calm].sort()).toEqual(["not-due", "nothing-waits"]);
  expect(isStuck(null)).toBe(false);
});
