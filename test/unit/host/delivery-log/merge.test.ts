import { describe, expect, test } from "vitest";
import { mergeWalks, walkInGroups, walkNewest } from "../../../../src/host/delivery-log/merge.ts";
import type { WalkedRows } from "../../../../src/host/delivery-log/merge.ts";

type Rows = WalkedRows<{ readonly id: string }>;

const walk = (ids: string, stoppedAt?: string): Rows => ({
  rows: ids.split("").map((id) => ({ id })),
  stoppedAt,
});
const merged = (walks: readonly Rows[], limit: number) => {
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

test.each([
  ["the site with the newest rows is walked alone when it fills the page", ["ihg", "fed"], 2, "ih", [1]],
  ["a site whose newest row belongs on the page is walked", ["ihd", "fea"], 3, "ihf", [1, 2]],
  ["a site whose newest row is below the page is not walked", ["ihd", "c", "fea"], 4, "ihfe", [1, 3]],
  ["every site is walked when they don't fill the page", ["i", "h", "g"], 4, "ihg", [1, 2, 3]],
  ["sites are walked by their newest row", ["c", "i"], 1, "i", [2]],
  ["no site has no page", [], 3, "", []],
] as const)("%s", async (_fact, sites, limit, ids, order) => {
  const walked: number[] = [];
  const { rows } = await walkNewest(
    sites.map((site, index) => ({ siteNo: index + 1, newest: site.slice(0, 1) })),
    limit,
    (siteNo) => {
      walked.push(siteNo);
      return Promise.resolve(walk(sites[siteNo - 1] ?? ""));
    },
  );
  expect(rows.map(({ id }) => id).join("")).toBe(ids);
  expect(walked).toEqual(order);
});

test("a filter that drops the newest rows of a site makes the next site count", async () => {
  const found: Readonly<Record<number, Rows>> = { 1: walk("b"), 2: walk("e") };
  const { rows } = await walkNewest(
    [
      { siteNo: 1, newest: "f" },
      { siteNo: 2, newest: "e" },
    ],
    1,
    (siteNo) => Promise.resolve(found[siteNo] ?? walk("")),
  );
  expect(rows).toEqual([{ id: "e" }]);
});

describe("in groups", () => {
  const walkAll = async (sites: readonly string[], limit: number) => {
    const groups: (readonly number[])[] = [];
    const { rows } = await walkInGroups(
      sites.map((site, index) => ({ siteNo: index + 1, newest: site.slice(0, 1) })),
      limit,
      (siteNos, from = "") => {
        groups.push(siteNos);
        const ids = siteNos
          .flatMap((siteNo) => (sites[siteNo - 1] ?? "").split(""))
          .filter((id) => id >= from);
        return Promise.resolve(
          ids
            .toSorted()
            .reverse()
            .slice(0, limit)
            .map((id) => ({ id })),
        );
      },
    );
    return { ids: rows.map(({ id }) => id).join(""), groups };
  };

  test.each([
    ["as many sites as the page has rows are enough", ["a", "ih", "c", "fed"], 2, "ih", [[2, 4]]],
    ["fewer sites are walked to their ends", ["ih", "ca"], 3, "ihc", [[1, 2]]],
    ["rows of one site can fill the page", ["ihgf", "b", "a", "c"], 3, "ihg", [[1, 4, 2]]],
    ["no site has no page", [], 3, "", []],
  ] as const)("%s", async (_fact, sites, limit, ids, groups) => {
    expect(await walkAll(sites, limit)).toEqual({ ids, groups });
  });

  test("a newest row that is gone by now makes the next group count", async () => {
    const groups: (readonly number[])[] = [];
    const newest = "hgfe".split("").map((id, index) => ({ siteNo: index + 1, newest: id }));
    const { rows } = await walkInGroups(newest, 2, (siteNos) => {
      groups.push(siteNos);
      return Promise.resolve(
        siteNos.flatMap((siteNo) => (siteNo === 1 ? [] : walk("hgfe"[siteNo - 1] ?? "").rows)),
      );
    });
    expect(rows).toEqual([{ id: "g" }, { id: "f" }]);
    expect(groups).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});
