import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createProcessClock, createServerClock } from "../../../../../src/host/store/db/clock.ts";

test("the clock of a process begins as the computer's, and then goes on steadily", () => {
  let steady = 77.5;
  const now = createProcessClock(() => steady, 1_000_000);
  expect(now()).toBe(1_000_000);
  steady += 60_000;
  expect(now()).toBe(1_060_000);
});

describe("the clock of a server", () => {
  test("is known to half the time that the question took", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.array(fc.tuple(fc.nat(5_000), fc.nat(300), fc.nat(300)), { minLength: 1, maxLength: 20 }),
        (offset, questions) => {
          let steady = 0;
          const clock = createServerClock(() => steady, 0);
          let shortest = Infinity;
          for (const [pause, there, back] of questions) {
            steady += pause;
            const sentAt = steady;
            const serverTime = steady + there + offset;
            steady += there + back;
            clock.observe(serverTime, sentAt, steady);
            shortest = Math.min(shortest, there + back);
            expect(Math.abs(clock.now() - (steady + offset))).toBeLessThanOrEqual(shortest + 1);
          }
        },
      ),
    );
  });

  test("is followed when it is set", () => {
    let steady = 0;
    const clock = createServerClock(() => steady, 0);
    clock.observe(5_000, 0, 2);
    steady = 10;
    clock.observe(5_010 - 3_600_000, 9, 10);
    expect(clock.now()).toBeLessThanOrEqual(5_011 - 3_600_000);
  });
});
