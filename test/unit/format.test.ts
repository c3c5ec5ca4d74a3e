import { describe, expect, test } from "vitest";
import { count, duration, percent, plural, size, utc } from "../../src/format.ts";

describe("numbers, sizes, durations and times", () => {
  test.each([
    [count(12_345), "12,345"],
    [plural(1, "delivery", "deliveries"), "1 delivery"],
    [plural(0, "delivery", "deliveries"), "0 deliveries"],
    [plural(2_000, "delivery", "deliveries"), "2,000 deliveries"],
    [duration(12.4), "12 ms"],
    [duration(999), "999 ms"],
    [duration(1_500), "1.5 s"],
    [duration(90_000), "1.5 min"],
    [duration(7_200_000), "2 h"],
    [duration(30 * 86_400_000), "30 days"],
    [size(0), "0 B"],
    [size(1_023), "1,023 B"],
    [size(1_536), "1.5 KiB"],
    [size(25 * 1024 ** 2), "25 MiB"],
    [size(1.5 * 1024 ** 3), "1.5 GiB"],
    [percent(0.9999), "99.9%"],
    [percent(1), "100%"],
    [percent(undefined), "–"],
    [utc(0), "1970-01-01 00:00:00 UTC"],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });
});
