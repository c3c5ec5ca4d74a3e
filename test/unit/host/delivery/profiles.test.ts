import fc from "fast-check";
import { expect, test } from "vitest";
import { RETRY_PROFILES, longestDelay, retryDelay } from "../../../../src/host/delivery/profiles.ts";

test("no delay is longer than the longest that a schedule allows", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(RETRY_PROFILES)),
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

test("the longest delays of the dev schedule are twice its steps, and none before the first attempt", () => {
  expect([0, 1, 2, 5, 6].map((failed) => longestDelay(RETRY_PROFILES.dev, failed))).toEqual([
    0, 400, 2_000, 60_000, 0,
  ]);
});
