import { expect, test } from "vitest";
import { toRuns } from "../../../../src/host/model/runs.ts";

test.each([
  ["no numbers are no runs", [], []],
  ["neighbors are one run", [1, 2, 3], [[1, 2, 3]]],
  ["a gap of the maximum is passed", [1, 4, 7], [[1, 4, 7]]],
  ["a longer gap begins a new run", [1, 5, 6], [[1], [5, 6]]],
  [
    "a run has the maximum length",
    [1, 2, 3, 4, 5, 6, 7],
    [
      [1, 2, 3, 4],
      [5, 6, 7],
    ],
  ],
])("%s", (_name, numbers, runs) => {
  expect(toRuns(numbers, { maxLength: 4, maxGap: 3 })).toEqual(runs);
});
