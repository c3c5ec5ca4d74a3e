import { expect, test } from "vitest";
import { createLimit } from "../../../src/egress/limit.ts";

test("a limit of 2 runs two tasks, starts the next when one ends, and survives failures", async () => {
  const limit = createLimit(2);
  const ends: ((error?: Error) => void)[] = [];
  const started: number[] = [];
  const task = (number: number) => () =>
    new Promise<number>((resolve, reject) => {
      started.push(number);
      ends[number] = (error) => (error === undefined ? resolve(number) : reject(error));
    });
  const results = [0, 1, 2, 3].map((number) => limit(task(number)));
  expect(started).toEqual([0, 1]);
  ends[0]!(new Error("no"));
  await expect(results[0]).rejects.toThrow("no");
  await expect.poll(() => started).toEqual([0, 1, 2]);
  ends[1]!();
  ends[2]!();
  expect(await results[1]).toBe(1);
  expect(await results[2]).toBe(2);
  await expect.poll(() => started).toEqual([0, 1, 2, 3]);
  ends[3]!();
  expect(await results[3]).toBe(3);
});
