import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createVirtualClock } from "../../../src/testing/virtual-clock.ts";

const BEGIN = Date.parse("2030-01-01T00:00:00Z");
const settled = () => Promise.resolve();

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const open = (signing: "real" | "virtual" = "real") => createVirtualClock({ beginAt: BEGIN, signing });

test("it goes on like any other clock, and runs what is due", async () => {
  const clock = open();
  const ranAt: number[] = [];
  clock.schedule(500, () => ranAt.push(clock.now() - BEGIN));
  clock.schedule(100, () => ranAt.push(clock.now() - BEGIN));
  await vi.advanceTimersByTimeAsync(300);
  expect([clock.now() - BEGIN, ranAt]).toEqual([300, [100]]);
  await vi.advanceTimersByTimeAsync(300);
  expect(ranAt).toEqual([100, 500]);
});

describe("set forward", () => {
  test("it runs what it passes, each at its time and in order", async () => {
    const clock = open();
    const ranAt: number[] = [];
    const note = () => void ranAt.push(clock.now() - BEGIN);
    for (const ms of [3_000, 1_000, 2_000, 3_001]) clock.schedule(ms, note);
    await clock.advance(3_000, settled);
    expect(ranAt).toEqual([1_000, 2_000, 3_000]);
    expect(clock.now() - BEGIN).toBe(3_000);
  });

  test("it runs what is scheduled on the way, also by work that takes turns", async () => {
    const clock = open();
    const ranAt: number[] = [];
    const again = async () => {
      ranAt.push(clock.now() - BEGIN);
      await Promise.resolve();
      clock.schedule(1_000, again);
    };
    clock.schedule(1_000, again);
    await clock.advance(3_500, settled);
    expect(ranAt).toEqual([1_000, 2_000, 3_000]);
  });

  test("it waits for what each step began before it goes on", async () => {
    const clock = open();
    const steps: string[] = [];
    clock.schedule(1, () => steps.push("first"));
    clock.schedule(2, () => steps.push("second"));
    await clock.advance(10, async () => {
      await Promise.resolve();
      steps.push("settled");
    });
    expect(steps).toEqual(["settled", "first", "settled", "second", "settled", "settled"]);
  });

  test("it runs nothing that was canceled", async () => {
    const clock = open();
    const work = vi.fn();
    clock.schedule(1_000, work).unref().cancel();
    await clock.advance(5_000, settled);
    expect(work).not.toHaveBeenCalled();
  });

  test("repeated looks are fewer on the way, and as often as before afterwards", async () => {
    const clock = open();
    let looks = 0;
    const look = () => {
      looks += 1;
      clock.scheduleLook(1_000, look);
    };
    clock.scheduleLook(1_000, look);
    await clock.advance(24 * 3_600_000, settled);
    expect(looks).toBeGreaterThanOrEqual(23);
    expect(looks).toBeLessThanOrEqual(26);

    looks = 0;
    await clock.advance(3_600_000, settled);
    await vi.advanceTimersByTimeAsync(3_600_000);
    looks = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks).toBe(10);
  });

  test("a long time has looks at least every six hours", async () => {
    const clock = open();
    let looks = 0;
    const look = () => {
      looks += 1;
      clock.scheduleLook(60_000, look);
    };
    clock.scheduleLook(60_000, look);
    await clock.advance(30 * 86_400_000, settled);
    expect(looks).toBeGreaterThanOrEqual(120);
  });
});

test("receivers judge signatures by real time, unless they have this clock", async () => {
  const real = open("real");
  const virtual = open("virtual");
  await real.advance(60_000, settled);
  await virtual.advance(60_000, settled);
  expect(real.signing()).toBe(Date.now());
  expect(virtual.signing()).toBe(BEGIN + 60_000);
});

test("nothing runs after it was stopped", async () => {
  const clock = open();
  const work = vi.fn();
  clock.schedule(100, work);
  clock.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  clock.schedule(100, work);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(work).not.toHaveBeenCalled();
});
