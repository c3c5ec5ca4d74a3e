/** A persistent map does what a Map does, and every one before a change stays as it was. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PersistentMap } from "../../../../src/host/model/persistent-map.ts";

/** Small keys meet each other often; many changes at once exceed what is kept beside the shared part. */
const changes = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.option(fc.nat(), { nil: undefined })), {
    maxLength: 300,
  }),
  { maxLength: 12 },
);
const sorted = (map: ReadonlyMap<number, number>) => [...map].sort(([one], [other]) => one - other);

test("after any changes, the map equals a Map, and earlier maps are unchanged", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 400 })), changes, (first, rounds) => {
      const plain = new Map(first.map((key) => [key, -1]));
      let map = PersistentMap.of(plain);
      const history: (readonly [PersistentMap<number, number>, readonly (readonly [number, number])[]])[] =
        [];
      for (const round of rounds) {
        history.push([map, sorted(plain)]);
        map = map.with(round);
        for (const [key, value] of round) {
          if (value === undefined) plain.delete(key);
          else plain.set(key, value);
        }
        expect(map.size).toBe(plain.size);
        const keys = Array.from({ length: 401 }, (_, key) => key);
        expect(keys.map((key) => map.get(key))).toEqual(keys.map((key) => plain.get(key)));
        expect(keys.filter((key) => map.has(key))).toEqual(keys.filter((key) => plain.has(key)));
      }
      history.push([map, sorted(plain)]);
      for (const [each, entries] of history) {
        expect(sorted(each)).toEqual(entries);
        expect(each.size).toBe(entries.length);
      }
    }),
    { numRuns: 60 },
  );
});

test("the map has the reading interface of Map", () => {
  const map = PersistentMap.of([
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ]).with([
    [2, undefined],
    [3, "C"],
    [4, "d"],
  ]);
  const seen: unknown[] = [];
  map.forEach((value, key) => seen.push([key, value]));

  expect(seen).toEqual([
    [1, "a"],
    [3, "C"],
    [4, "d"],
  ]);
  expect([...map.entries()]).toEqual(seen);
  expect([...map.keys()]).toEqual([1, 3, 4]);
  expect([...map.values()]).toEqual(["a", "C", "d"]);
});

test("a change without effect returns the same map", () => {
  const map = PersistentMap.of([[1, "a"]]);

  expect(map.with([])).toBe(map);
  expect(map.with([[2, undefined]])).toBe(map);
  expect(map.with([[1, undefined]]).with([[1, undefined]]).size).toBe(0);
});
