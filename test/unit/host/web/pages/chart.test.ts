import { describe, expect, test } from "vitest";
import { axisEnd, chartView } from "../../../../../src/host/web/pages/chart.ts";

const PAGE = { path: "/admin", query: new URLSearchParams("tab=deliveries&notice=x&range=7d") };
const slots = (...counts: readonly (readonly [good: number, bad: number])[]) =>
  counts.map(([good, bad], index) => ({ startsAt: index * 3_600_000, good, bad }));

describe("a chart", () => {
  test.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 5],
    [7, 10],
    [10, 10],
    [11, 20],
    [999, 1_000],
    [2_001, 5_000],
  ])("the axis for %i ends at %i", (value, end) => {
    expect(axisEnd(value)).toBe(end);
  });

  test("has bars on one line, good below and bad above, as high as the axis says", () => {
    const { bars, ticks, attempts, good, width } = chartView(
      "24h",
      slots([50, 50], [0, 0], [1, 0], [25, 0]),
      PAGE,
    );
    expect(ticks).toEqual([100, 50, 0]);
    expect(bars[0]).toEqual({ x: 1, good: { y: 50, height: 50 }, bad: { y: 0, height: 50 } });
    expect(bars[1]).toMatchObject({ good: { height: 0 }, bad: { height: 0 } });
    expect(bars[3]).toMatchObject({ x: 31, good: { y: 75, height: 25 } });
    expect([attempts, good, width]).toEqual([126, 76, 40]);
  });

  test("draws one attempt among a million", () => {
    const { bars } = chartView("24h", slots([1_000_000, 0], [0, 1]), PAGE);
    expect(bars[1]?.bad.height).toBeGreaterThan(1);
  });

  test("with single attempts has no half of an attempt at its axis", () => {
    expect(chartView("24h", slots([1, 0]), PAGE).ticks).toEqual([1, 0]);
  });

  test("links to the other ranges keep the page's other parameters", () => {
    const { ranges, timeAs } = chartView("7d", slots([0, 0]), PAGE);
    expect(ranges.map(({ href, current }) => [href, current])).toEqual([
      ["/admin?tab=deliveries&range=1h", false],
      ["/admin?tab=deliveries&range=24h", false],
      ["/admin?tab=deliveries&range=7d", true],
      ["/admin?tab=deliveries&range=30d", false],
    ]);
    expect(timeAs).toBe("day");
  });

  test("has four times below it, evenly spread", () => {
    const { marks } = chartView("24h", slots(...Array.from({ length: 24 }, () => [0, 0] as const)), PAGE);
    expect(marks.map((mark) => mark / 3_600_000)).toEqual([0, 6, 12, 18]);
  });
});
