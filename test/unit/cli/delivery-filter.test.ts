import { describe, expect, test } from "vitest";
import { readTime } from "../../../src/cli/delivery-filter.ts";

describe("a time of a command", () => {
  test("is ISO 8601, or a duration before now", () => {
    expect(readTime("since", "2026-03-01")).toBe("2026-03-01T00:00:00.000Z");
    expect(Date.now() - Date.parse(readTime("since", "2h"))).toBeCloseTo(2 * 3_600_000, -4);
  });

  test.each(["yesterday", "", "99999999999999999999d", "+999999-01-01"])(
    "%j is refused with what it may be",
    (text) => {
      expect(() => readTime("since", text)).toThrow(
        /^--since .*is neither a time nor a duration such as 1h$/,
      );
    },
  );
});
