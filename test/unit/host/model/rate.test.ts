import { describe, expect, test } from "vitest";
import {
  addGiven,
  countAhead,
  countAttempt,
  countToReserve,
  createRateState,
  findNextTime,
  giveWindow,
  isDue,
  isHeldLong,
  toAskedWindow,
} from "../../../../src/host/model/rate.ts";
import type { RateState } from "../../../../src/host/model/rate.ts";

const SLOW = { count: 5, per: "minute" } as const;
const FIVE = { count: 5, per: "second" } as const;
const FAST = { count: 100, per: "second" } as const;

function withWindow(rate: Parameters<typeof createRateState>[0], from: number, count: number): RateState {
  const state = createRateState(rate);
  addGiven(state, { kind: "window", from }, count);
  return state;
}
const full = (nextAt: number): RateState => {
  const state = createRateState(SLOW);
  addGiven(state, { kind: "full", nextAt }, 1);
  return state;
};

describe("attempts of a window", () => {
  test("are due one after the other, each at its time", () => {
    const state = withWindow(FIVE, 1_000, 2);
    expect(isDue(state, 999)).toBe(false);
    expect(isDue(state, 1_000)).toBe(true);
    countAttempt(state);
    expect(isDue(state, 1_199)).toBe(false);
    expect(findNextTime(state, 1_199)).toBe(1_200);
    expect(isDue(state, 1_200)).toBe(true);
    countAttempt(state);
    expect(isDue(state, 1_400)).toBe(false);
    expect(findNextTime(state, 1_400)).toBeUndefined();
  });

  test("go on with the next window", () => {
    const state = withWindow(FIVE, 1_000, 1);
    addGiven(state, { kind: "window", from: 1_400 }, 1);
    countAttempt(state);
    expect(findNextTime(state, 1_000)).toBe(1_400);
  });

  test("are dropped 250 ms later, those of a slow rate after a quarter of their interval", () => {
    expect(isDue(withWindow(FIVE, 1_000, 1), 1_250)).toBe(true);
    expect(isDue(withWindow(FIVE, 1_000, 1), 1_251)).toBe(false);
    expect(isDue(withWindow(SLOW, 1_000, 1), 4_000)).toBe(true);
    expect(isDue(withWindow(SLOW, 1_000, 1), 4_001)).toBe(false);
  });

  test("that are not too late stay when others are dropped", () => {
    const state = withWindow(FAST, 1_000, 25);
    expect(isDue(state, 1_450)).toBe(true);
    expect(state.windows).toEqual([{ at: 1_200, left: 5 }]);
    addGiven(state, { kind: "window", from: 2_000 }, 25);
    expect(isDue(state, 1_999)).toBe(false);
    expect(state.windows).toEqual([{ at: 2_000, left: 25 }]);
  });

  test("without a window, an attempt that nothing holds back changes nothing", () => {
    const state = createRateState(FIVE);
    countAttempt(state);
    expect(state.windows).toEqual([]);
  });
});

describe("the window to ask for", () => {
  test.each([
    ["a single attempt at a slow rate", SLOW, 10, 1],
    ["the attempts of 250 ms", FAST, 1_000, 25],
    ["no more than there are deliveries", FAST, 3, 3],
    ["none without deliveries", FAST, 0, 0],
  ] as const)("has %s", (_name, rate, deliveries, count) => {
    expect(countToReserve(createRateState(rate), deliveries, 0)).toBe(count);
  });

  test("is what is missing, until one window is in reserve", () => {
    expect(countToReserve(withWindow(FAST, 0, 10), 12, 0)).toBe(2);
    expect(countToReserve(withWindow(FAST, 0, 10), 10, 0)).toBe(0);
    expect(countToReserve(withWindow(FAST, 0, 24), 100, 0)).toBe(25);
    expect(countToReserve(withWindow(FAST, 0, 25), 100, 0)).toBe(0);
    expect(countToReserve(withWindow(FAST, 0, 10), 4, 0)).toBe(0);
  });

  test("is none while one is asked for, or none is left to give", () => {
    expect(countToReserve({ ...createRateState(FAST), isAsking: true }, 5, 0)).toBe(0);
    expect(countToReserve(full(9_000), 5, 8_499)).toBe(0);
    expect(countToReserve(full(9_000), 5, 8_500)).toBe(1);
  });

  test("is as long as its attempts, and no other may end later than the time ahead and one window", () => {
    expect(toAskedWindow(createRateState(FAST), 25)).toEqual({ spanMs: 250, farthestMs: 750 });
    expect(toAskedWindow(createRateState(SLOW), 1)).toEqual({ spanMs: 12_000, farthestMs: 12_500 });
    expect(toAskedWindow(createRateState({ count: 3, per: "second" }), 1).spanMs).toBe(334);
  });
});

describe("giving out windows", () => {
  const asked = { spanMs: 250, farthestMs: 750 };

  test.each([
    ["the first begins now", undefined, 1_000],
    ["the next begins behind the last one", 1_300, 1_300],
    ["the last one ends 500 ms ahead at most", 1_500, 1_500],
    ["time that nobody took is made up for", 950, 950],
    ["100 ms of it at most", 500, 900],
    ["a window from another rate doesn't count", 1_751, 1_000],
  ])("%s", (_name, nextAt, from) => {
    expect(giveWindow(nextAt, asked, 1_000)).toEqual({ given: { kind: "window", from }, nextAt: from + 250 });
  });

  test.each([1_501, 1_750])("none is given while the last one ends at %d", (nextAt) => {
    expect(giveWindow(nextAt, asked, 1_000)).toEqual({ given: { kind: "full", nextAt }, nextAt });
  });

  test.each([SLOW, FIVE, FAST, { count: 7, per: "second" } as const])(
    "processes that always ask keep %j over every 10 s",
    (rate) => {
      const processes = Array.from({ length: 4 }, () => createRateState(rate));
      const sent: number[] = [];
      let nextAt: number | undefined;
      for (let now = 0; now < 60_000; now += 5) {
        for (const state of processes) {
          const count = countToReserve(state, 1_000, now);
          if (count > 0) {
            const given = giveWindow(nextAt, toAskedWindow(state, count), now);
            nextAt = given.nextAt;
            addGiven(state, given.given, count);
          }
          while (isDue(state, now)) {
            countAttempt(state);
            sent.push(now);
          }
        }
      }
      const perTenSeconds = 10_000 / createRateState(rate).intervalMs;
      const counts = Array.from(
        { length: 50 },
        (_, second) => sent.filter((at) => at >= second * 1_000 && at < second * 1_000 + 10_000).length,
      );
      expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(perTenSeconds * 1.02));
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(Math.floor(perTenSeconds * 0.97));
    },
  );
});

describe("deliveries in memory", () => {
  test("are those of 750 ms, and one at least", () => {
    expect(countAhead(createRateState(FAST), 0)).toBe(75);
    expect(countAhead(createRateState(FIVE), 0)).toBe(4);
    expect(countAhead(createRateState(SLOW), 0)).toBe(1);
  });

  test("are none while no window is to be had", () => {
    expect(countAhead(full(9_000), 8_499)).toBe(0);
    expect(countAhead(full(9_000), 8_500)).toBe(1);
    const state = full(9_000);
    addGiven(state, { kind: "window", from: 8_000 }, 1);
    expect(countAhead(state, 8_000)).toBe(1);
  });

  test("are held too long when the next window is more than 1 s away", () => {
    expect(isHeldLong(full(9_000), 7_500)).toBe(false);
    expect(isHeldLong(full(9_000), 7_499)).toBe(true);
    const state = full(9_000);
    addGiven(state, { kind: "window", from: 7_000 }, 1);
    expect(isHeldLong(state, 7_000)).toBe(false);
  });

  test("are looked at again when a window is to be had", () => {
    expect(findNextTime(full(9_000), 8_499)).toBe(8_500);
    expect(findNextTime(full(9_000), 8_500)).toBeUndefined();
  });

  test("asking ends with the answer", () => {
    const state = createRateState(FIVE);
    state.isAsking = true;
    addGiven(state, { kind: "full", nextAt: 1_000 }, 1);
    expect(state).toMatchObject({ isAsking: false, fullUntil: 500, alarmAt: Infinity });
  });
});
