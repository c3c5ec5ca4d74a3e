import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createUuids, deliveryUuid, madeAt, newEventUuid, newUuid } from "../../../../src/host/model/ids.ts";

const MANY = 10_000;
const UUID_V7 = /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;

function expectIncreasing(ids: readonly string[]): void {
  expect(ids.filter((id, index) => index > 0 && id <= ids[index - 1]!)).toEqual([]);
}

describe("the ids of a process", () => {
  test("strictly increase, within a millisecond as well, and carry their time", () => {
    const before = Date.now();
    const ids = Array.from({ length: MANY }, newUuid);
    expectIncreasing(ids);
    for (const id of ids) expect(id).toMatch(UUID_V7);
    for (const id of [ids[0]!, ids.at(-1)!]) {
      expect(madeAt(id)).toBeGreaterThanOrEqual(before);
      expect(madeAt(id)).toBeLessThanOrEqual(Date.now() + 1);
    }
  });

  test("strictly increase for events with all of their deliveries", () => {
    const ids = Array.from({ length: MANY / 10 }, newEventUuid).flatMap((event) => [
      event,
      deliveryUuid(event, 0),
      deliveryUuid(event, 0xfffe),
    ]);
    expectIncreasing(ids);
  });

  test("strictly increase whatever the clock does, and whatever is drawn", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -10_000_000, max: 10_000_000 }), { minLength: 1, maxLength: 50 }),
        fc.constantFrom(
          () => Buffer.alloc(16, 0xff),
          () => Buffer.alloc(16),
          () => randomBytes(16),
        ),
        (steps, random) => {
          let now = Date.UTC(2026, 0, 1);
          const make = createUuids(() => now, random);
          const ids = steps.flatMap((step) => {
            now += step;
            return Array.from({ length: 20 }, () => `${make().slice(0, 28)}0000`);
          });
          expectIncreasing(ids);
        },
      ),
    );
  });

  test("go on in the next millisecond when one is full", () => {
    const make = createUuids(
      () => 1_000,
      () => Buffer.alloc(16, 0xff),
    );
    // The counter begins in the middle of its room of 2^32, and goes up by 2^16.
    const ids = Array.from({ length: 2 ** 15 + 30 }, make);
    expect([madeAt(ids[0]!), madeAt(ids.at(-1)!)]).toEqual([1_000, 1_001]);
    expect(ids.at(-1)! > ids.at(-20)!).toBe(true);
  });
});
