import { expect, test } from "vitest";
import { createRefusalPace } from "../../../../../src/host/web/http/refusal-pace.ts";

const CLIENT = "192.0.2.1";

test("the first refusals of a second are sent at once, the others later, for each client by itself", () => {
  let now = 5_000;
  const { limit, pauseFor } = createRefusalPace(() => now);
  const most = limit.max;
  expect(Array.from({ length: most }, () => pauseFor(CLIENT))).toEqual(Array(most).fill(0));
  expect(pauseFor(CLIENT)).toBeGreaterThan(0);
  expect(pauseFor("192.0.2.2")).toBe(0);
  expect(limit.level?.()).toEqual({ highest: most + 1, of: CLIENT });
  now += 999;
  expect(pauseFor(CLIENT)).toBeGreaterThan(0);
  now += 1;
  expect(limit.level?.().highest).toBe(0);
  expect(pauseFor(CLIENT)).toBe(0);
});

test("the addresses of one IPv6 client count together", () => {
  const { limit, pauseFor } = createRefusalPace(() => 0);
  for (let one = 0; one < limit.max; one += 1) pauseFor(`2001:db8::${one.toString(16)}`);
  expect(pauseFor("2001:db8::ffff")).toBeGreaterThan(0);
});

test("beyond 10,000 clients in a second, counting begins anew", () => {
  const { limit, pauseFor } = createRefusalPace(() => 0);
  for (let one = 0; one <= limit.max; one += 1) pauseFor(CLIENT);
  const others = Array.from({ length: 9_999 }, (_, index) => `198.18.${index >> 8}.${index & 255}`);
  for (const other of others.slice(1)) pauseFor(other);
  expect(pauseFor(CLIENT)).toBeGreaterThan(0);
  pauseFor(others[0]!);
  expect(pauseFor(CLIENT)).toBe(0);
});

test("the limit says what it counts, and for whom", () => {
  expect(createRefusalPace().limit).toMatchObject({ default: 50, max: 50, unit: "requests", per: "client" });
});
