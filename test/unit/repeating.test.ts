import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRepeating } from "../../src/repeating.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const runsAt: number[] = [];
const failures: unknown[] = [];

function repeating(run: () => Promise<unknown>, firstMs?: number) {
  runsAt.length = 0;
  failures.length = 0;
  const from = Date.now();
  return createRepeating({
    run: () => {
      runsAt.push(Date.now() - from);
      return run();
    },
    everyMs: 100,
    ...(firstMs === undefined ? {} : { firstMs }),
    onError: (error) => failures.push(error),
  });
}

test("work runs every so often once it was started", async () => {
  const work = repeating(() => Promise.resolve());
  await vi.advanceTimersByTimeAsync(500);
  expect(runsAt).toEqual([]);
  work.start();
  await vi.advanceTimersByTimeAsync(350);
  expect(runsAt).toEqual([600, 700, 800]);
});

test("the first run can come at another time", async () => {
  repeating(() => Promise.resolve(), 10).start();
  await vi.advanceTimersByTimeAsync(220);
  expect(runsAt).toEqual([10, 110, 210]);
});

test("runs never overlap: the time counts from the end of the one before", async () => {
  repeating(() => new Promise((resolve) => setTimeout(resolve, 250))).start();
  await vi.advanceTimersByTimeAsync(900);
  expect(runsAt).toEqual([100, 450, 800]);
});

test("a run says when the next one comes", async () => {
  const waits = [30, undefined, Infinity];
  repeating(() => Promise.resolve(waits.shift())).start();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(runsAt).toEqual([100, 130, 230]);
});

test("a run that fails is reported once, and does not end the work", async () => {
  let count = 0;
  const work = repeating(() => (++count === 1 ? Promise.reject(new Error("away")) : Promise.resolve()));
  work.start();
  await vi.advanceTimersByTimeAsync(250);
  expect(runsAt).toEqual([100, 200]);
  expect(failures).toEqual([new Error("away")]);
});

test("a stop waits for the run under way, and none follows", async () => {
  let end = (): void => undefined;
  const work = repeating(() => new Promise<void>((resolve) => (end = resolve)));
  work.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(work.isStopped()).toBe(false);
  let isOver = false;
  const stopped = work.stop().then(() => (isOver = true));
  expect(work.isStopped()).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isOver).toBe(false);
  end();
  await stopped;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runsAt).toEqual([100]);
});

test("a stop before the first run leaves it out", async () => {
  const work = repeating(() => Promise.resolve());
  work.start();
  await work.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runsAt).toEqual([]);
});

test("a wake-up runs it at once, and once more when it comes during a run", async () => {
  let ends: (() => void) | undefined;
  const work = repeating(() => new Promise<void>((resolve) => (ends = resolve)));
  work.start();
  await vi.advanceTimersByTimeAsync(100);
  work.wake();
  work.wake();
  await vi.advanceTimersByTimeAsync(30);
  ends?.();
  await vi.advanceTimersByTimeAsync(10);
  ends?.();
  await vi.advanceTimersByTimeAsync(20);
  work.wake();
  await vi.advanceTimersByTimeAsync(10);
  ends?.();
  expect(runsAt).toEqual([100, 130, 160]);
  void work.stop();
  work.wake();
  await vi.advanceTimersByTimeAsync(500);
  expect(runsAt).toHaveLength(3);
});
