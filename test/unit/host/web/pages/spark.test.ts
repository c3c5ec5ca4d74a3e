import { describe, expect, test } from "vitest";
import { SPARK, toBars, daySlots } from "../../../../../src/host/web/pages/spark.ts";

const HALF_HOUR = 1_800_000;
const NOW = 100 * HALF_HOUR + 7;

describe("the slots of a day", () => {
  test("are 48 half hours up to now, empty ones included", () => {
    const slots = daySlots([], NOW);

    expect(slots).toHaveLength(48);
    expect([slots[0]?.startsAt, slots[1]?.startsAt, slots[47]?.startsAt]).toEqual([
      53 * HALF_HOUR,
      54 * HALF_HOUR,
      100 * HALF_HOUR,
    ]);
    expect(slots.every(({ good, bad }) => good === 0 && bad === 0)).toBe(true);
  });

  test("add up the sites, and leave out what is older", () => {
    const at = (startsAt: number, good: number, bad: number) => ({
      startsAt: startsAt * HALF_HOUR,
      good,
      bad,
    });
    const slots = daySlots(
      [
        [at(100, 1, 2), at(53, 5, 0)],
        [at(100, 3, 4), at(52, 9, 9)],
      ],
      NOW,
    );

    expect(slots[47]).toEqual(at(100, 4, 6));
    expect(slots[0]).toEqual(at(53, 5, 0));
    expect(slots.reduce((sum, { good, bad }) => sum + good + bad, 0)).toBe(15);
  });
});

test("bars stand on one line, good below and bad above, the highest fills the chart", () => {
  const slot = (good: number, bad: number) => ({ startsAt: 0, good, bad });

  expect(SPARK).toMatchObject({ step: 10, height: 56 });
  expect(toBars([slot(50, 50), slot(0, 0), slot(1, 0), slot(25, 0)])).toEqual([
    { x: 0, good: { y: 29, height: 25 }, bad: { y: 4, height: 25 } },
    { x: 10, good: { y: 54, height: 0 }, bad: { y: 54, height: 0 } },
    { x: 20, good: { y: 52, height: 2 }, bad: { y: 52, height: 0 } },
    { x: 30, good: { y: 41, height: 13 }, bad: { y: 41, height: 0 } },
  ]);
  expect(toBars([slot(0, 0)])).toEqual([{ x: 0, good: { y: 54, height: 0 }, bad: { y: 54, height: 0 } }]);
});
