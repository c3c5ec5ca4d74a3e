import { expect, test } from "vitest";
import { inactiveText, toInactiveReason } from "../../../../src/host/model/inactive-reason.ts";

test.each([
  ["410 since noon", "410 since noon"],
  // As earlier versions stored it.
  ["inactive: 410 since noon", "410 since noon"],
  ["inactive since noon", "inactive since noon"],
])("the stored reason %j is read as %j", (stored, reason) => {
  expect(toInactiveReason(stored)).toBe(reason);
});

test.each([
  ["410 since noon", "inactive: 410 since noon"],
  // From an earlier server.
  ["inactive: 410 since noon", "inactive: 410 since noon"],
  [null, "inactive"],
  [undefined, "inactive"],
])("the reason %j is shown as %j", (reason, text) => {
  expect(inactiveText(reason)).toBe(text);
});
