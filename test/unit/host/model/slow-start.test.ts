import { expect, test } from "vitest";
import { createSlowStart } from "../../../../src/host/model/slow-start.ts";

test("a process begins with 32 attempts", () => {
  const start = createSlowStart();
  expect(start.mayBegin(31)).toBe(true);
  expect(start.mayBegin(32)).toBe(false);
});

test("each attempt that was recorded makes room for one more", () => {
  const start = createSlowStart();
  start.grow(32);
  expect(start.mayBegin(63)).toBe(true);
  expect(start.mayBegin(64)).toBe(false);
});

test("the start is over with 1,024 attempts", () => {
  const start = createSlowStart();
  start.grow(991);
  expect(start.mayBegin(1_023)).toBe(false);
  start.grow(1);
  expect(start.mayBegin(1_000_000)).toBe(true);
});

test("the start can be ended before", () => {
  const start = createSlowStart();
  start.end();
  expect(start.mayBegin(1_000_000)).toBe(true);
});
