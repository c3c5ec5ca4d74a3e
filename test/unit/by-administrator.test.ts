import { expect, test } from "vitest";
import { byAdministrator } from "../../src/by-administrator.ts";

test.each([
  ["allow it", "CALLBOARD_A=1", "The administrator of this server can allow it: CALLBOARD_A=1"],
  ["free some space", undefined, "The administrator of this server can free some space"],
])("what an administrator can do: %s (%s)", (what, how, sentence) => {
  expect(byAdministrator(what, how)).toBe(sentence);
});
