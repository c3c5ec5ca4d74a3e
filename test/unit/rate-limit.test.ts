import { expect, test } from "vitest";
import { createRateLimit } from "../../src/rate-limit.ts";

const refused = expect.objectContaining({ code: "RATE_LIMITED", retryAfterSeconds: 1 });

test("amounts add up, and refused ones are not counted", () => {
  const limit = createRateLimit(10, 1_000, () => 0);
  limit.take("a", 6);
  expect(() => limit.take("a", 5)).toThrow(refused);
  limit.take("a", 4);
  expect(() => limit.take("a")).toThrow(refused);
  expect(limit.taken()).toEqual([["a", 10]]);
});

test("a refusal says when the oldest amount is forgotten", () => {
  let now = 5_000;
  const limit = createRateLimit(2, 10_000, () => now);
  limit.take("a");
  now = 7_500;
  limit.take("a");
  expect(() => limit.take("a")).toThrow(expect.objectContaining({ retryAfterSeconds: 8 }));
});

test("an amount beyond the limit is refused for a whole period", () => {
  const limit = createRateLimit(2, 10_000, () => 5_000);
  expect(() => limit.take("a", 3)).toThrow(expect.objectContaining({ retryAfterSeconds: 10 }));
  expect(limit.taken()).toEqual([]);
});

test("an amount is forgotten when its period is over", () => {
  let now = 5_000;
  const limit = createRateLimit(1, 1_000, () => now);
  limit.take("a");
  now = 5_999;
  expect(() => limit.take("a")).toThrow(refused);
  now = 6_000;
  expect(() => limit.take("a")).not.toThrow();
});

test("each key is counted for itself, and forgotten after its period", () => {
  let now = 0;
  const limit = createRateLimit(2, 1_000, () => now);
  limit.take("a");
  limit.take("a");
  expect(() => limit.take("a")).toThrow(refused);
  limit.take("b");
  now = 1_001;
  expect(() => limit.take("a")).not.toThrow();
});

test("beyond the maximum number of keys, only the least recently used one is forgotten", () => {
  const limit = createRateLimit(1, 1_000, () => 0);
  limit.take("first");
  limit.take("second");
  for (let index = 0; index < 9_999; index += 1) limit.take(`other ${index}`);
  expect(() => limit.take("second")).toThrow(refused);
  expect(() => limit.take("first")).not.toThrow();
});
