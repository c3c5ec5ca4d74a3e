import { describe, expect, test } from "vitest";
import { RECLAIM_EVERY_MS, createSlotPool } from "../../../../src/host/model/slot-pool.ts";
import type { EndpointState } from "../../../../src/host/model/lanes.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";

const endpoint = (isPrompt: boolean) => ({ isPrompt }) as EndpointState;
const delivery = () => ({}) as DueDelivery;

test("attempts that lost their slot still count towards the limit, of which prompt ones keep a quarter", () => {
  const slots = createSlotPool(8);
  const slow = endpoint(false);
  const hanging = Array.from({ length: 6 }, delivery);
  for (const [index, each] of hanging.entries()) {
    expect(slots.hasFreeSlot(false)).toBe(true);
    expect(slots.isAtLimit()).toBe(false);
    slots.acquire(each, slow, index);
  }
  slots.reclaim(10_000);
  expect(slots.hasFreeSlot(false)).toBe(false);
  expect(slots.isAtLimit()).toBe(true);

  const prompt = endpoint(true);
  for (let count = 0; count < 2; count += 1) {
    expect(slots.hasFreeSlot(true)).toBe(true);
    slots.acquire(delivery(), prompt, 10_000);
  }
  expect(slots.hasFreeSlot(true)).toBe(false);

  slots.release(hanging[0]!, slow);
  expect(slots.hasFreeSlot(true)).toBe(true);
  expect(slots.hasFreeSlot(false)).toBe(false);
  for (const each of hanging.slice(1, 3)) slots.release(each, slow);
  expect(slots.hasFreeSlot(false)).toBe(true);
});

test("without a limit only slots count", () => {
  const slots = createSlotPool();
  for (let count = 0; count < 256; count += 1) slots.acquire(delivery(), endpoint(false), 0);
  expect(slots.hasFreeSlot(false)).toBe(false);
  expect(slots.isAtLimit()).toBe(false);
  slots.reclaim(10_000);
  expect(slots.hasFreeSlot(false)).toBe(true);
});

describe("a place", () => {
  test("that is still held when the attempt ends makes its endpoint prompt, and one that is not does not", () => {
    const slots = createSlotPool();
    const [held, late] = [delivery(), delivery()];
    const [quick, slow] = [endpoint(false), endpoint(true)];
    slots.acquire(late, slow, 0);
    slots.acquire(held, quick, 1);

    slots.reclaim(250);
    slots.release(late, slow);
    slots.release(held, quick);

    expect([quick.isPrompt, slow.isPrompt]).toEqual([true, false]);
  });

  test("is taken back after 250 ms and not before, from all that held theirs for so long", () => {
    const slots = createSlotPool();
    const endpoints = [endpoint(true), endpoint(true), endpoint(true)];
    for (const [index, each] of endpoints.entries()) slots.acquire(delivery(), each, [0, 0, 1][index]!);

    expect(slots.reclaim(249)).toBe(0);
    expect(slots.held()).toBe(3);
    expect(endpoints.map(({ isPrompt }) => isPrompt)).toEqual([true, true, true]);
    expect(slots.reclaim(250)).toBe(2);
    expect(slots.held()).toBe(1);
    expect(endpoints.map(({ isPrompt }) => isPrompt)).toEqual([false, false, true]);
    expect(RECLAIM_EVERY_MS).toBe(125);
  });
});

describe("256 slots", () => {
  const fill = (slots: ReturnType<typeof createSlotPool>, isPrompt: boolean) => {
    const taken = Array.from({ length: 256 }, delivery);
    const at = endpoint(isPrompt);
    for (const each of taken) {
      expect(slots.hasFreeSlot(isPrompt)).toBe(true);
      slots.acquire(each, at, 0);
    }
    expect(slots.hasFreeSlot(isPrompt)).toBe(false);
    return { taken, at };
  };

  test("are there for those who answer promptly, and 256 for the others", () => {
    const slots = createSlotPool();

    const prompt = fill(slots, true);
    expect(slots.hasFreeSlot(false)).toBe(true);
    fill(slots, false);

    slots.release(prompt.taken[0]!, prompt.at);
    expect([slots.hasFreeSlot(true), slots.hasFreeSlot(false)]).toEqual([true, false]);
  });

  test("are free again when they are taken back", () => {
    const slots = createSlotPool();
    fill(slots, true);
    fill(slots, false);

    slots.reclaim(250);

    expect([slots.hasFreeSlot(true), slots.hasFreeSlot(false)]).toEqual([true, true]);
  });
});
