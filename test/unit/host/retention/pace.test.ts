import { expect, test } from "vitest";
import { nextSize, pauseAfter } from "../../../../src/host/retention/pace.ts";

test.each([
  ["doubles at most, however quick the batch was", 100, 0, 200],
  ["doubles when half the time was taken", 100, 10, 200],
  ["stays when the batch took 20 ms", 100, 20, 100],
  ["shrinks at once to what fits", 100, 200, 10],
  ["is 1 at least", 10, 10_000, 1],
  ["is 2,000 at most", 1_500, 1, 2_000],
  ["is a whole number", 100, 30, 66],
])("the size of the next batch %s", (_fact, size, tookMs, next) => {
  expect(nextSize(size, tookMs)).toBe(next);
});

test.each([
  ["stays when the batch took 250 ms", 100, 250, 100],
  ["doubles when the statements alone took 40 ms", 1, 40, 2],
  ["shrinks at once to what fits", 100, 1_000, 25],
])("beside other transactions, the size of the next batch %s", (_fact, size, tookMs, next) => {
  expect(nextSize(size, tookMs, true)).toBe(next);
});

test.each([
  [0, 5],
  [5, 5],
  [6, 6],
  [400, 400],
])("after a batch of %i ms others have %i ms", (tookMs, pauseMs) => {
  expect(pauseAfter(tookMs)).toBe(pauseMs);
});
