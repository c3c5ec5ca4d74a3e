import { expect, test } from "vitest";
import { asUtc, toFieldTime } from "../../../../../src/host/web/pages/form-time.ts";

test("a field has a time in UTC, to the second", () => {
  expect(toFieldTime(Date.parse("2026-11-30T14:25:10.999Z"))).toBe("2026-11-30T14:25:10");
});

test.each([
  ["2026-11-30T14:25", "2026-11-30T14:25Z"],
  ["2026-11-30T14:25:10.5", "2026-11-30T14:25:10.5Z"],
  ["2026-11-30T14:25Z", "2026-11-30T14:25Z"],
  ["2026-11-30T14:25+02:00", "2026-11-30T14:25+02:00"],
  ["2026-11-30", "2026-11-30"],
  ["noon", "noon"],
  ["", ""],
])("the value %j of a field is %j", (value, expected) => {
  expect(asUtc(value)).toBe(expected);
});
