import { expect, test } from "vitest";
import { KEEP, OVERLAP_MS, findPrevious, rotate } from "../../../../src/host/model/rotation.ts";
import type { Rotating, Wish } from "../../../../src/host/model/rotation.ts";

const NOW = 1_700_000_000_000;
const given = (value: string): Wish<string> => ({ kind: "given", value });
const change = (before: Rotating<string> | undefined, wish: Wish<string>, hasOverlap = true, now = NOW) =>
  rotate(before, { wish, now, hasOverlap });
const A: Rotating<string> = { value: "a", since: 1 };

test("what is left out stays, and what is removed has no overlap", () => {
  expect(change(A, KEEP)).toBe(A);
  expect(change(undefined, KEEP)).toBeUndefined();
  expect(change(A, { kind: "none" })).toBeUndefined();
});

test("the first value has none before it", () => {
  expect(change(undefined, given("a"))).toEqual({ value: "a", since: NOW });
});

test("a new value leaves the one before in force for a day", () => {
  const after = change(A, given("b"));
  expect(after).toEqual({ value: "b", since: NOW, previous: { value: "a", until: NOW + 86_400_000 } });
  expect(OVERLAP_MS).toBe(86_400_000);
  expect(findPrevious(after, NOW + OVERLAP_MS - 1)).toBe("a");
  expect(findPrevious(after, NOW + OVERLAP_MS)).toBeUndefined();
  expect(findPrevious(A, NOW)).toBeUndefined();
  expect(findPrevious(undefined, NOW)).toBeUndefined();
});

test("the same value again changes nothing, and the overlap goes on", () => {
  const after = change(A, given("b"));
  expect(change(after, given("b"), true, NOW + 5)).toBe(after);
});

test("without an overlap the one before is dropped, also one that still counted", () => {
  const rotated = change(A, given("b"));
  expect(change(rotated, given("c"), false)).toEqual({ value: "c", since: NOW });
  expect(change(rotated, given("b"), false)).toEqual({ value: "b", since: NOW });
});

test("each version differs from the one before, within a millisecond and when the clock went back", () => {
  const first = change(undefined, given("a"));
  const second = change(first, given("b"));
  expect(second?.since).toBe(NOW + 1);
  expect(change(second, given("c"), true, NOW - 1_000)?.since).toBe(NOW + 2);
});
