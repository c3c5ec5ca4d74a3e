import { describe, expect, test } from "vitest";
import { createWorkAhead } from "../../../../src/host/model/work-ahead.ts";

describe("number of deliveries that may be leased", () => {
  test("is that of two seconds at the rate of the last window", () => {
    const ahead = createWorkAhead(2_000);

    ahead.settled(1_000, 0);
    for (let at = 100; at <= 500; at += 100) ahead.settled(500, at);

    // 2,500 in half a second: the first ones began the window.
    expect(ahead.most()).toBe(10_000);
  });

  test("has a lower and an upper end", () => {
    const ahead = createWorkAhead(2_000);
    expect(ahead.most()).toBe(4_000);

    ahead.settled(1, 0);
    ahead.settled(1, 10_000);
    expect(ahead.most()).toBe(4_000);

    ahead.settled(1_000_000, 11_000);
    expect(ahead.most()).toBe(20_000);
  });

  test("changes with a whole window only", () => {
    const ahead = createWorkAhead(2_000);

    ahead.settled(1, 0);
    ahead.settled(5_000, 499);
    expect(ahead.most()).toBe(4_000);

    ahead.settled(0, 500);
    expect(ahead.most()).toBe(20_000);
  });

  test("begins a new window with a clock that was set back", () => {
    const ahead = createWorkAhead(2_000);

    ahead.settled(1, 10_000);
    ahead.settled(5_000, 9_000);
    expect(ahead.most()).toBe(4_000);

    ahead.settled(2_500, 9_500);
    expect(ahead.most()).toBe(10_000);
  });
});
