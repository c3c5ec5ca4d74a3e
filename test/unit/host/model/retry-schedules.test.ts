import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  NO_RETRIES,
  RETRY_SCHEDULES,
  isRetrySchedule,
  longestDelay,
  retryDelay,
} from "../../../../src/host/model/retry-schedules.ts";
import type { RetrySchedule } from "../../../../src/host/model/retry-schedules.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The largest number that a source of randomness gives. */
const NEARLY_ONE = 1 - Number.EPSILON;

/** The delay of every retry, with this randomness. */
const listDelays = (profile: RetrySchedule, random: number): readonly (number | undefined)[] =>
  Array.from({ length: profile.steps.length + 1 }, (_, index) => retryDelay(profile, index + 1, random));

describe("jira", () => {
  test.each([
    ["5 minutes at least", 0, 5 * MINUTE],
    ["10 minutes on average", 0.5, 10 * MINUTE],
    ["15 minutes at most", NEARLY_ONE, 15 * MINUTE],
  ])("retries five times, each after %s", (_fact, random, delay) => {
    expect(listDelays(RETRY_SCHEDULES.jira, random)).toEqual([delay, delay, delay, delay, delay, undefined]);
  });
});

describe("standard", () => {
  test("retries seven times: after 5 s, 1 min, 5 min, 30 min, 2 h, 5 h and 10 h", () => {
    expect(listDelays(RETRY_SCHEDULES.standard, 0.5)).toEqual([
      5 * SECOND,
      MINUTE,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      undefined,
    ]);
  });

  test.each([
    [0, 0.8],
    [NEARLY_ONE, 1.2],
  ])("with the randomness %d each step is %d times as long", (random, factor) => {
    const between = listDelays(RETRY_SCHEDULES.standard, 0.5);

    expect(listDelays(RETRY_SCHEDULES.standard, random)).toEqual(
      between.map((delay) => (delay === undefined ? undefined : Math.round(delay * factor))),
    );
  });
});

test("dev retries five times within a minute, without chance", () => {
  const delays = [200, 1_000, 5_000, 15_000, 30_000, undefined];

  expect(listDelays(RETRY_SCHEDULES.dev, 0)).toEqual(delays);
  expect(listDelays(RETRY_SCHEDULES.dev, NEARLY_ONE)).toEqual(delays);
});

test("a delivery that is attempted once has no delay after its first failure", () => {
  expect(NO_RETRIES).toEqual({ steps: [], jitter: 0 });
  expect(retryDelay(NO_RETRIES, 1, 0.5)).toBeUndefined();
});

describe("Retry-After", () => {
  const fixed: RetrySchedule = { steps: [MINUTE], jitter: 0.2 };
  const between: RetrySchedule = { steps: [{ from: 5 * MINUTE, to: 15 * MINUTE }], jitter: 0 };

  test.each([
    ["nothing, and the step it is", fixed, 0.5, 0, MINUTE],
    ["less than the step, and the step it is", fixed, 0.5, 59_999, MINUTE],
    ["more than the step, and it is followed", fixed, 0.5, 90_000, 90_000],
    ["twice the step, and it is followed", fixed, 0.5, 2 * MINUTE, 2 * MINUTE],
    ["more than twice the step, and that it is", fixed, 0.5, 2 * MINUTE + 1, 2 * MINUTE],
    ["a day, and twice the step it is, whatever the jitter", fixed, NEARLY_ONE, 24 * HOUR, 2 * MINUTE],
    ["less than the step with its jitter", fixed, NEARLY_ONE, 65_000, 72_000],
    ["a day where the step is a range: twice its beginning", between, 0, 24 * HOUR, 10 * MINUTE],
    ["a day where chance is beyond that already", between, NEARLY_ONE, 24 * HOUR, 15 * MINUTE],
    ["seven minutes where the step is a range", between, 0, 7 * MINUTE, 7 * MINUTE],
  ])("asks for %s", (_fact, profile, random, retryAfterMs, delay) => {
    expect(retryDelay(profile, 1, random, retryAfterMs)).toBe(delay);
  });

  test("makes no schedule longer", () => {
    expect(retryDelay(fixed, 2, 0.5, 1_000)).toBeUndefined();
  });
});

describe("the longest delay", () => {
  test("is not exceeded by any", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(RETRY_SCHEDULES)),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.option(fc.nat(10 ** 9), { nil: undefined }),
        (profile, failed, random, retryAfterMs) => {
          const delay = retryDelay(profile, failed, random, retryAfterMs) ?? 0;
          expect(delay).toBeLessThanOrEqual(longestDelay(profile, failed));
        },
      ),
    );
  });

  test.each([
    ["dev", RETRY_SCHEDULES.dev, [0, 400, 2_000, 10_000, 30_000, 60_000, 0]],
    ["jira", RETRY_SCHEDULES.jira, [0, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE, 0]],
    ["a jitter above one", { steps: [MINUTE], jitter: 1.5 }, [0, 2.5 * MINUTE, 0]],
    ["a narrow range", { steps: [{ from: 5 * MINUTE, to: 6 * MINUTE }], jitter: 0 }, [0, 10 * MINUTE, 0]],
  ])(
    "of %s is what Retry-After may ask for, and none before the first attempt",
    (_name, profile, longest) => {
      expect(longest.map((_, failed) => longestDelay(profile, failed))).toEqual(longest);
    },
  );
});

test.each([
  ["jira", true],
  ["standard", true],
  ["dev", true],
  ["toString", false],
  ["", false],
])("%j is a retry schedule: %s", (name, isOne) => {
  expect(isRetrySchedule(name)).toBe(isOne);
});
