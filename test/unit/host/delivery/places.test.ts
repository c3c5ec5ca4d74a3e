import { expect, test } from "vitest";
import { createPlaces } from "../../../../src/host/delivery/places.ts";
import type { EndpointState } from "../../../../src/host/delivery/lanes.ts";
import type { DueDelivery } from "../../../../src/host/store/deliveries.ts";

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
