import { describe, expect, test } from "vitest";
import { createSteadyClock } from "../../src/steady.ts";

describe("steady clock", () => {
  function clock() {
    const at = { monotonic: 1_000, uptime: 50 };
    const now = createSteadyClock(
      () => at.monotonic,
      () => at.uptime,
    );
    /** Both go on, the coarse one in whole seconds, and the computer sleeps for so long. */
    let awakeMs = 0;
    let sleptMs = 0;
    const goOn = (ms: number, asleepMs = 0) => {
      awakeMs += ms;
      sleptMs += asleepMs;
      at.monotonic = 1_000 + awakeMs;
      at.uptime = 50 + Math.floor((awakeMs + sleptMs) / 1_000);
    };
    return { now, goOn };
  }

  test("the clock follows the monotonic time", () => {
    const { now, goOn } = clock();
    const begin = now();
    for (let n = 0; n < 500; n += 1) goOn(777);
    expect(now() - begin).toBe(500 * 777);
  });

  test("the clock advances while the computer sleeps", () => {
    const { now, goOn } = clock();
    const begin = now();
    goOn(5_000, 3_600_000);
    expect(now() - begin).toBeGreaterThanOrEqual(3_604_000);
    expect(now() - begin).toBeLessThanOrEqual(3_606_000);
    goOn(5_000);
    expect(now() - begin).toBeLessThanOrEqual(3_611_000);
  });

  test("the clock never goes back, for any uptime", () => {
    let uptime = 1_000_000;
    let monotonic = 0;
    const now = createSteadyClock(
      () => monotonic,
      () => uptime,
    );
    let last = now();
    for (const change of [5, -500_000, 3, 900_000, -900_000, 0]) {
      monotonic += 1_500;
      uptime += change;
      expect(now()).toBeGreaterThan(last);
      last = now();
    }
  });
});
