import { expect, test } from "vitest";
import { mergeWalks } from "../../../../src/host/delivery-log/merge.ts";
import type { Walked } from "../../../../src/host/store/tables/delivery-log.ts";

const walk = (ids: string, stoppedAt?: string): Walked => ({
  rows: ids.split("").map((id) => ({ id })) as unknown as Walked["rows"],
  stoppedAt,
});
const merged = (walks: readonly Walked[], limit: number) => {
  const { rows, stoppedAt } = mergeWalks(walks, limit);
  return [rows.map(({ id }) => id).join(""), stoppedAt];
};

test.each([
  ["no walk at all", [], 3, "", undefined],
  ["walks that ended, newest first", [walk("ca"), walk("db")], 9, "dcba", undefined],
  ["no more than was asked for", [walk("ca"), walk("db")], 3, "dcb", undefined],
  ["exactly what was asked for", [walk("ca"), walk("db")], 4, "dcba", undefined],
  ["nothing below the place where a walk stopped", [walk("f", "e"), walk("gb")], 9, "gf", "e"],
  ["what stands at that place", [walk("fe", "e"), walk("gb")], 9, "gfe", "e"],
  [
    "nothing below the highest of several such places",
    [walk("f", "c"), walk("g", "e"), walk("d")],
    9,
    "gf",
    "e",
  ],
  ["a full page, which needs no such place", [walk("fe", "e"), walk("g", "b")], 2, "gf", undefined],
] as const)("a list has %s", (_fact, walks, limit, ids, stoppedAt) => {
  expect(merged(walks, limit)).toEqual([ids, stoppedAt]);
});
