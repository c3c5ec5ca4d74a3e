import { expect, test } from "vitest";
import { createCommitMeter } from "../../../../../src/host/store/db/commit-meter.ts";

/** A commit that ends when it is told to. */
function begin(measure: <T>(commit: () => Promise<T>) => Promise<T>) {
  let end: (error?: Error) => void = () => undefined;
  const measured = measure(
    () =>
      new Promise<void>((resolve, reject) => {
        end = (error) => (error === undefined ? resolve() : reject(error));
      }),
  );
  const ended = (error?: Error) => {
    end(error);
    return measured;
  };
  return { end: () => ended(), fail: () => ended(new Error("no")) };
}

test("two commits at once are busy time once, and each has its own time", async () => {
  let now = 0;
  const { measure, read } = createCommitMeter(() => now);
  const first = begin(measure);
  now = 10;
  const second = begin(measure);
  now = 30;
  await first.end();
  now = 35;
  expect(read()).toEqual({ commits: 1, totalMs: 30, busyMs: 35 });
  await second.end();
  now = 100;
  expect(read()).toEqual({ commits: 2, totalMs: 55, busyMs: 35 });
});

test("a commit that fails counts, too", async () => {
  let now = 0;
  const { measure, read } = createCommitMeter(() => now);
  const commit = begin(measure);
  now = 7;
  await expect(commit.fail()).rejects.toThrow("no");
  expect(read()).toEqual({ commits: 1, totalMs: 7, busyMs: 7 });
});
