import { describe, expect, test } from "vitest";
import { createLags } from "../../bench/simulate/lags.ts";
import { simulate } from "../../bench/simulate/simulation.ts";
import { DAY_MS, HOUR_MS, rateAt, sampleRates } from "../../bench/simulate/trace.ts";
import type { Cohort, Rules, Trace } from "../../bench/simulate/trace.ts";
import { RULES } from "../../bench/simulate/traces.ts";

const QUICK: Cohort = {
  name: "quick",
  endpoints: 1_000,
  deliveriesPerDay: 4_000_000,
  skew: 0.6,
  responseMs: 60,
  responseSpread: 0.6,
  errorShare: 0.01,
  secondaryShare: 0.1,
  troubles: [],
};
const STRUCK: Cohort = {
  ...QUICK,
  name: "struck",
  endpoints: 100,
  deliveriesPerDay: 400_000,
  troubles: [{ from: 0.5 * HOUR_MS, until: 1.5 * HOUR_MS, kind: "away", afterMs: 5_000 }],
};
const trace = (...cohorts: readonly Cohort[]): Trace => ({ name: "test", hours: 2, peak: 1.5, cohorts });
const run = (given: Trace, rules: Partial<Rules> = {}, seed = 1) =>
  simulate({ trace: given, rules: { ...RULES, ...rules }, factor: 10, seed });

describe("a simulation", () => {
  const dead = { ...STRUCK, endpoints: 10, deliveriesPerDay: 500 };
  const away = { ...dead.troubles[0]!, from: 0, until: Infinity };
  const paused = run({ ...trace({ ...dead, troubles: [away] }), hours: 24 * 8 });
  const struck = run(trace(QUICK, STRUCK), { endpointBacklog: 200 });

  test.each([
    ["without trouble", run(trace(QUICK))],
    ["with an outage and a full backlog", struck],
    ["with a paused endpoint", paused],
    ["with one process that can't keep up", run(trace(QUICK), { processes: 1, cpuMicros: 50_000 })],
  ])("%s loses nothing: accepted = delivered + failed + waiting", (_what, result) => {
    const { accepted, delivered, failed, waiting } = result;
    expect(accepted).toBeGreaterThan(3_000);
    expect(delivered + failed + waiting).toBe(accepted);
  });

  test("gives the same result for the same seed, and another one for another", () => {
    expect(run(trace(QUICK, STRUCK), { endpointBacklog: 200 })).toEqual(struck);
    expect(run(trace(QUICK, STRUCK), { endpointBacklog: 200 }, 2)).not.toEqual(struck);
  });

  test("accepts what the trace says, and attempts it at that rate", () => {
    const calm = { ...QUICK, deliveriesPerDay: 800_000 };
    const { accepted, attempts, attemptsPerSecond } = run({ ...trace(calm), hours: 24, peak: 1.5 });
    expect(Math.abs(accepted / calm.deliveriesPerDay - 1)).toBeLessThan(0.015);
    expect(Math.abs(attempts / (1.01 * accepted) - 1)).toBeLessThan(0.01);
    const { average, highest } = attemptsPerSecond;
    expect(highest).toBeGreaterThan(1.4 * average);
    expect(highest).toBeLessThan(2.5 * average);
  });

  test("keeps a backlog within its limit, and others unharmed", () => {
    expect(struck.highestBacklogByCohort["struck"]).toBeLessThanOrEqual(100 * 200);
    expect(struck.backlogFull).toBeGreaterThan(0);
    expect(struck.circuitsOpened).toBeGreaterThan(0);
    expect(struck.lags.primary.p99Ms).toBeLessThan(50);
  });

  test("attempts less with a circuit breaker", () => {
    const without = run(trace(QUICK, STRUCK), { endpointBacklog: 200, hasBreaker: false });
    expect(without.attempts).toBeGreaterThan(struck.attempts);
    expect(without.circuitsOpened).toBe(0);
  });

  test("pauses an endpoint that has failed for five days, and attempts one delivery an hour", () => {
    const { delivered, waiting } = paused;
    expect([paused.paused, delivered]).toEqual([10, 0]);
    expect(waiting).toBeGreaterThan(0);
  });
});

describe("a sample", () => {
  test.each([1, 10, 100, 5_000])("one in %i has the rates of the whole", (factor) => {
    const rates = sampleRates(QUICK, factor);
    expect(rates).toHaveLength(Math.max(1, QUICK.endpoints / factor));
    const all = rates.reduce((sum, rate) => sum + rate * factor, 0);
    expect(all).toBeCloseTo(QUICK.deliveriesPerDay, 3);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  test("the rate of a day has its average, and its peak at 14:00", () => {
    const hours = Array.from({ length: 24 }, (_, hour) => rateAt({ peak: 2 }, hour * HOUR_MS));
    expect(hours.reduce((sum, rate) => sum + rate, 0) / 24).toBeCloseTo(1);
    expect(hours.indexOf(Math.max(...hours))).toBe(14);
    expect(rateAt({ peak: 2 }, 14 * HOUR_MS + DAY_MS)).toBeCloseTo(2);
  });
});

describe("a histogram of times", () => {
  test("percentiles are off by at most 1 %, and the longest time is exact", () => {
    const lags = createLags();
    for (let ms = 1; ms <= 1_000; ms += 1) lags.add(ms);
    expect(Math.abs(lags.percentile(0.5) / 500 - 1)).toBeLessThan(0.011);
    expect(Math.abs(lags.percentile(0.99) / 990 - 1)).toBeLessThan(0.011);
    expect([lags.count(), lags.max()]).toEqual([1_000, 1_000]);
  });

  test("without any is 0", () => {
    expect([createLags().percentile(0.99), createLags().max()]).toEqual([0, 0]);
  });
});
