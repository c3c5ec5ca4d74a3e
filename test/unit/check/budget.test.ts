import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_REQUESTS, createBudget } from "../../../src/check/budget.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("requests", () => {
  test("end before 500, so that the host has some left", () => {
    const budget = createBudget(1_000, Date.now);
    let spent = 0;
    expect(() => {
      for (; spent < MAX_REQUESTS; spent += 1) budget.spend();
    }).toThrow("the limit of 500 requests is reached");
    expect(spent).toBeGreaterThan(400);
    expect(spent).toBeLessThan(MAX_REQUESTS);
  });
  test("of the host count as well, and are never refused", () => {
    const budget = createBudget(1_000, Date.now);
    for (let count = 0; count < MAX_REQUESTS; count += 1) budget.note();
    expect(budget.spent()).toBe(MAX_REQUESTS);
    expect(() => budget.spend()).toThrow("the limit of 500 requests");
  });
});

describe("time", () => {
  test("stands still before the start, and ends after it", () => {
    const budget = createBudget(1_000, Date.now);
    vi.advanceTimersByTime(5_000);
    expect(budget.leftMs()).toBe(1_000);
    budget.start();
    vi.advanceTimersByTime(400);
    budget.start();
    expect(budget.leftMs()).toBe(600);
    vi.advanceTimersByTime(5_000);
    expect(budget.leftMs()).toBe(0);
    expect(() => budget.spend()).toThrow("the time limit of 1 s is reached");
  });
  test("ends work that takes longer, by its own limit or that of the run", async () => {
    const budget = createBudget(1_000, Date.now);
    budget.start();
    await expect(budget.within(Promise.resolve("done"))).resolves.toBe("done");
    const never = new Promise(() => undefined);
    const own = expect(budget.within(never, 300)).rejects.toThrow("not done within 0.3 s");
    const whole = expect(budget.within(never, 3_000)).rejects.toThrow("the time limit of 1 s is reached");
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([own, whole]);
  });
});
