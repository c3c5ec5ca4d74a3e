import { expect, test } from "vitest";
import { toBars } from "../../../../../src/host/web/pages/spark.ts";

test("bars stand on one line, good below and bad above, the highest fills the chart", () => {
  const slot = (good: number, bad: number) => ({ startsAt: 0, good, bad });

  expect(toBars([slot(50, 50), slot(0, 0), slot(1, 0), slot(25, 0)])).toEqual([
    { x: 0, good: { y: 29, height: 25 }, bad: { y: 4, height: 25 } },
    { x: 10, good: { y: 54, height: 0 }, bad: { y: 54, height: 0 } },
    { x: 20, good: { y: 52, height: 2 }, bad: { y: 52, height: 0 } },
    { x: 30, good: { y: 41, height: 13 }, bad: { y: 41, height: 0 } },
  ]);
  expect(toBars([slot(0, 0)])).toEqual([{ x: 0, good: { y: 54, height: 0 }, bad: { y: 54, height: 0 } }]);
});
