import { expect, test } from "vitest";
import { countWindows, fullWindow } from "../../bench/rate-windows.ts";

/** A time in each `everyMs`, for 20 s. */
const evenly = (everyMs: number): readonly number[] =>
  Array.from({ length: 20_000 / everyMs }, (_, index) => index * everyMs);

test("a rate that is kept evenly has its deliveries in each ten seconds", () => {
  expect(fullWindow(20)).toBe(200);
  expect(countWindows(evenly(50), 20_000)).toEqual({ fewest: 200, most: 200, windows: 181 });
});

test("a burst and a gap are seen, and the first second is left out", () => {
  const beginning = Array.from({ length: 100 }, () => 0);
  const burst = Array.from({ length: 11 }, () => 5_025);
  const times = [...beginning, ...evenly(50), ...burst].toSorted((one, other) => one - other);
  expect(countWindows(times, 20_000).most).toBe(211);
  const withGap = evenly(50).filter((at) => at < 12_000 || at >= 13_000);
  expect(countWindows(withGap, 20_000).fewest).toBe(180);
});
