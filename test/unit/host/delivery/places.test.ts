import { describe, expect, test } from "vitest";
import { RECLAIM_EVERY_MS, createPlaces } from "../../../../src/host/delivery/places.ts";
import type { EndpointState } from "../../../../src/host/delivery/lanes.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";

const endpoint = (isPrompt: boolean) => ({ isPrompt }) as EndpointState;
const delivery = () => ({}) as DueDelivery;

test("attempts that gave their place back still count towards the limit, of which prompt ones keep a quarter", () => {
  const places = createPlaces(8);
  const slow = endpoint(false);
  const hanging = Array.from({ length: 6 }, delivery);
  for (const [index, each] of hanging.entries()) {
    expect(places.hasRoom(false)).toBe(true);
    expect(places.isAtLimit()).toBe(false);
    places.take(each, slow, index);
  }
  places.reclaim(10_000);
  expect(places.hasRoom(false)).toBe(false);
  expect(places.isAtLimit()).toBe(true);

  const prompt = endpoint(true);
  for (let count = 0; count < 2; count += 1) {
    expect(places.hasRoom(true)).toBe(true);
    places.take(delivery(), prompt, 10_000);
  }
  expect(places.hasRoom(true)).toBe(false);

  places.release(hanging[0]!, slow);
  expect(places.hasRoom(true)).toBe(true);
  expect(places.hasRoom(false)).toBe(false);
  for (const each of hanging.slice(1, 3)) places.release(each, slow);
  expect(places.hasRoom(false)).toBe(true);
});

test("without a limit only places count", () => {
  const places = createPlaces();
  for (let count = 0; count < 256; count += 1) places.take(delivery(), endpoint(false), 0);
  expect(places.hasRoom(false)).toBe(false);
  expect(places.isAtLimit()).toBe(false);
  places.reclaim(10_000);
  expect(places.hasRoom(false)).toBe(true);
});

describe("a place", () => {
  test("that is still held when the attempt ends makes its endpoint prompt, and one that is not does not", () => {
    const places = createPlaces();
    const [held, late] = [delivery(), delivery()];
    const [quick, slow] = [endpoint(false), endpoint(true)];
    places.take(late, slow, 0);
    places.take(held, quick, 1);

    places.reclaim(250);
    places.release(late, slow);
    places.release(held, quick);

    expect([quick.isPrompt, slow.isPrompt]).toEqual([true, false]);
  });

  test("is taken back after 250 ms and not before, from all that held theirs for so long", () => {
    const places = createPlaces();
    const endpoints = [endpoint(true), endpoint(true), endpoint(true)];
    for (const [index, each] of endpoints.entries()) places.take(delivery(), each, [0, 0, 1][index]!);

    places.reclaim(249);
    expect(endpoints.map(({ isPrompt }) => isPrompt)).toEqual([true, true, true]);
    places.reclaim(250);
    expect(endpoints.map(({ isPrompt }) => isPrompt)).toEqual([false, false, true]);
    expect(RECLAIM_EVERY_MS).toBe(125);
  });
});

describe("256 places", () => {
  const fill = (places: ReturnType<typeof createPlaces>, isPrompt: boolean) => {
    const taken = Array.from({ length: 256 }, delivery);
    const at = endpoint(isPrompt);
    for (const each of taken) {
      expect(places.hasRoom(isPrompt)).toBe(true);
      places.take(each, at, 0);
    }
    expect(places.hasRoom(isPrompt)).toBe(false);
    return { taken, at };
  };

  test("are there for those who answer promptly, and 256 for the others", () => {
    const places = createPlaces();

    const prompt = fill(places, true);
    expect(places.hasRoom(false)).toBe(true);
    fill(places, false);

    places.release(prompt.taken[0]!, prompt.at);
    expect([places.hasRoom(true), places.hasRoom(false)]).toEqual([true, false]);
  });

  test("are free again when they are taken back", () => {
    const places = createPlaces();
    fill(places, true);
    fill(places, false);

    places.reclaim(250);

    expect([places.hasRoom(true), places.hasRoom(false)]).toEqual([true, true]);
  });
});
