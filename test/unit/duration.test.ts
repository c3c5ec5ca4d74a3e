import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/duration.ts";

test.each([
  [0, "0ms"],
  [1, "1ms"],
  [1_500, "1500ms"],
  [15_000, "15s"],
  [90_000, "90s"],
  [5_400_000, "90m"],
  [86_400_000, "1d"],
  [2_592_000_000, "30d"],
])("%d ms are %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("what is formatted is read back", () => {
  fc.assert(fc.property(fc.nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
});
