import { describe, expect, test } from "vitest";
import {
  CHART_RANGES,
  CHART_RANGE_NAMES,
  fillSlots,
  firstMinute,
  toChartRange,
} from "../../../../src/host/model/chart-range.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 5, 15, 13, 31, 7);

describe("the range of a chart", () => {
  test.each([
    ["7d", "7d"],
    ["90d", "24h"],
    [null, "24h"],
  ])("%s is %s", (text, range) => {
    expect(toChartRange(text)).toBe(range);
  });

  test.each([
    ["1h", Date.UTC(2026, 5, 15, 12, 32)],
    ["24h", Date.UTC(2026, 5, 14, 14)],
    ["7d", Date.UTC(2026, 5, 8, 18)],
    ["30d", Date.UTC(2026, 4, 17)],
  ] as const)("%s begins with a whole slot and ends with the one that has begun", (range, begin) => {
    expect(firstMinute(range, NOW) * MINUTE).toBe(begin);
    const { slots, slotMinutes } = CHART_RANGES[range];
    expect(slots * slotMinutes * MINUTE).toBe(
      { "1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY }[range],
    );
    const last = fillSlots(range, [], NOW).at(-1)?.startsAt ?? 0;
    expect(last).toBeLessThanOrEqual(NOW);
    expect(last + slotMinutes * MINUTE).toBeGreaterThan(NOW);
  });
});

describe("the slots of a chart", () => {
  test.each(CHART_RANGE_NAMES)("%s: without attempts all are empty", (range) => {
    const slots = fillSlots(range, [], NOW);
    expect(slots).toHaveLength(CHART_RANGES[range].slots);
    expect(slots.every(({ good, bad }) => good + bad === 0)).toBe(true);
  });

  test("add up what falls into one, and leave out what is before or after", () => {
    const at = (startsAt: number, good: number, bad: number) => ({ startsAt, good, bad });
    const slots = fillSlots(
      "24h",
      [
        at(Date.UTC(2026, 5, 15, 13), 1, 2),
        at(Date.UTC(2026, 5, 15, 13, 30), 3, 4),
        at(Date.UTC(2026, 5, 14, 14), 5, 0),
        at(Date.UTC(2026, 5, 14, 13, 59), 9, 9),
        at(Date.UTC(2026, 5, 15, 14), 9, 9),
      ],
      NOW,
    );
    expect(slots.at(-1)).toEqual(at(Date.UTC(2026, 5, 15, 13), 4, 6));
    expect(slots[0]).toEqual(at(Date.UTC(2026, 5, 14, 14), 5, 0));
    expect(slots.reduce((sum, { good, bad }) => sum + good + bad, 0)).toBe(15);
  });
});
