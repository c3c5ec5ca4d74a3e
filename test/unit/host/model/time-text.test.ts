import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTime } from "../../../../src/host/model/time-text.ts";

test.each([
  ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.500Z"],
  ["2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z"],
  ["2026-01-31T12:00Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31", "2026-01-31T00:00:00.000Z"],
  ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
  ["2024-02-29", "2024-02-29T00:00:00.000Z"],
])("%s is %s", (text, time) => {
  expect(new Date(parseTime(text)!).toISOString()).toBe(time);
});

test.each([
  "2026-02-30T00:00:00Z",
  "2025-02-29",
  "2026-13-01",
  "2026-01-31T25:00:00Z",
  "",
  "now",
  "2026",
  "x2026-01-31",
  "2026-01-31 and more",
  "2026-01-31T12:00:00Z and more",
  "2026-01-31T12:00:00Z+02:00",
])("%j is no time", (text) => expect(parseTime(text)).toBeUndefined());

test("every time in ISO 8601 is itself, and any other text is no time or one that Date reads the same", () => {
  const max = Date.parse("9999-12-31T23:59:59.999Z");
  fc.assert(
    fc.property(fc.integer({ min: 0, max }), (at) => {
      expect(parseTime(new Date(at).toISOString())).toBe(at);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      expect([undefined, Date.parse(text)]).toContain(parseTime(text));
    }),
  );
});
