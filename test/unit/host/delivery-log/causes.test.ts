/** What is said of a failed attempt depends on what follows it. */
import { expect, test } from "vitest";
import { REASONS, findCause } from "../../../../src/host/delivery-log/causes.ts";

const FAILURES = [
  ["unreachable:timeout", undefined],
  ["unreachable:local", undefined],
  ["refused", 429],
  ["refused", 500],
  ["refused", 404],
  ["refused", 302],
] as const;

test.each(FAILURES)("%s %s is said to be retried only where another attempt follows", (outcome, status) => {
  const remedy = (sequel: Parameters<typeof findCause>[2]) => findCause(outcome, status, sequel)?.remedy;
  expect(remedy("retried")).toContain("The delivery is retried.");
  expect(remedy("ended")).not.toMatch(/retried|tried again/);
  expect(remedy("test")).toContain("A test delivery is never retried.");
});

test("a 410 of values that were not saved has no subscription to resume", () => {
  expect(findCause("refused", 410, "ended")?.remedy).toContain("Resume the subscription");
  expect(findCause("refused", 410, "unsaved test")?.remedy).toBe("Check the URL.");
  expect(findCause("accepted", 200, "test")).toBeUndefined();
});

test("the end of a test says nothing of a retry schedule", () => {
  expect(REASONS["not-retried"]).not.toContain("schedule");
});
