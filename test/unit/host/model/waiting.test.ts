import { expect, test } from "vitest";
import { sumUpWaiting } from "../../../../src/host/model/waiting.ts";

const COUNTS = [
  { siteNo: 1, endpointNo: 1, lane: 0, waiting: 2 },
  { siteNo: 1, endpointNo: 2, lane: 0, waiting: 3 },
  { siteNo: 1, endpointNo: 1, lane: 1, waiting: 4 },
  { siteNo: 2, endpointNo: 3, lane: 1, waiting: 6 },
] as const;

test("waiting deliveries are summed up by site and lane", () => {
  expect(Object.fromEntries(sumUpWaiting(COUNTS, 9).bySite)).toEqual({ 1: { 0: 5, 1: 4 }, 2: { 1: 6 } });
  expect(sumUpWaiting([], 9)).toEqual({ bySite: new Map(), fullest: [] });
});

test("the fullest endpoints come first, both lanes together; of two alike the lower number", () => {
  expect(sumUpWaiting(COUNTS, 9).fullest).toEqual([
    { siteNo: 1, endpointNo: 1, waiting: 6 },
    { siteNo: 2, endpointNo: 3, waiting: 6 },
    { siteNo: 1, endpointNo: 2, waiting: 3 },
  ]);
  expect(sumUpWaiting(COUNTS, 1).fullest).toHaveLength(1);
});
