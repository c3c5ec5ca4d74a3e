import { expect, test } from "vitest";
import { walkByTime, walkManySites } from "../../../../src/host/delivery-log/by-time.ts";
import type { MetKey, RowKey } from "../../../../src/host/store/tables/newest-keys.ts";

/** A letter is a key: of site 1, or of site 2 as a capital. The row of a key has the same letter. */
const toKey = (letter: string): MetKey => ({
  siteNo: letter === letter.toUpperCase() ? 2 : 1,
  id: letter.toLowerCase(),
  isWanted: letter !== "x",
});

function createLog(letters: string) {
  const keys = letters.split("").map(toKey);
  const sizes: number[] = [];
  return {
    sizes,
    next: (below: string, limit: number) => {
      sizes.push(limit);
      return Promise.resolve(keys.filter(({ id }) => id < below).slice(0, limit));
    },
    read: (read: readonly RowKey[], limit: number) =>
      Promise.resolve(read.slice(0, limit).map(({ id }) => id)),
  };
}

test.each([
  ["the newest rows, and no more", "zyw", 2, "zy", undefined, [2]],
  ["all rows where there are fewer", "zyw", 5, "zyw", undefined, [5]],
  ["rows of the sites that are asked for, with a longer second step", "zYWvu", 2, "zv", undefined, [2, 8]],
  ["rows that have the name that is looked for", "zxvu", 2, "zv", undefined, [2, 8]],
  ["nothing of an empty log", "", 2, "", undefined, [2]],
  [
    "the place where it stopped, after many keys of other sites",
    "ZYWVUTSRQPONMLKJIHGFEDCa",
    1,
    "",
    "e",
    [1, 4, 16],
  ],
])("a walk by time finds %s", async (_fact, letters, limit, rows, stoppedAt, sizes) => {
  const { next, read, sizes: taken } = createLog(letters);
  const isWanted = (siteNo: number): boolean => siteNo === 1;
  const found = await walkByTime({ below: "~", limit, next, read, isWanted });
  expect([found.rows.join(""), found.stoppedAt, taken]).toEqual([rows, stoppedAt, sizes]);
});

const MANY = Array.from({ length: 100 }, (_, index) => (index === 0 ? 1 : index + 2));

test("what a walk by time left is looked for site by site, below the place where it stopped", async () => {
  const asked: unknown[] = [];
  const rest = (below: string, limit: number) => {
    asked.push([below, limit]);
    return Promise.resolve({ rows: ["a"], stoppedAt: undefined });
  };
  // The three steps look at 42 keys.
  const keys = Array.from({ length: 60 }, (_, index) => ({
    siteNo: index === 0 ? 1 : 2,
    id: String(99 - index),
    isWanted: true,
  }));
  const next = (below: string, limit: number) =>
    Promise.resolve(keys.filter(({ id }) => id < below).slice(0, limit));
  const { read } = createLog("");
  const options = { below: "~", limit: 2 };
  const { rows } = await walkManySites(MANY, { next, read }, rest, options);
  expect(rows).toEqual(["99", "a"]);
  expect(asked).toEqual([["58", 1]]);
  expect(await walkManySites(MANY.slice(1), { next, read }, rest, options)).toEqual({
    rows: ["a"],
    stoppedAt: undefined,
  });
  expect(await walkManySites(MANY, undefined, rest, options)).toMatchObject({ rows: ["a"] });
  expect(asked.slice(1)).toEqual([
    ["~", 2],
    ["~", 2],
  ]);
});
