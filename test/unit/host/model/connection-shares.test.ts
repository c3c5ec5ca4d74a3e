import { expect, test } from "vitest";
import { MIN_CONNECTIONS, mayConnect, maxConnections } from "../../../../src/host/model/connection-shares.ts";

/** How many connections a client gets that asks for all. */
function filled(open: number, all: number): number {
  let own = 0;
  while (open + own < all && mayConnect(own, open + own, all)) own += 1;
  return own;
}

test("one client gets half of the connections, the next one half of the rest", () => {
  const first = filled(0, 10_000);
  expect(first).toBe(maxConnections(10_000));
  expect(filled(first, 10_000)).toBe(2_500);
});

test("up to 16 connections are allowed while any is free", () => {
  expect(filled(9_990, 10_000)).toBe(10);
  expect(filled(9_900, 10_000)).toBe(50);
  expect(mayConnect(MIN_CONNECTIONS, 9_990, 10_000)).toBe(false);
});
