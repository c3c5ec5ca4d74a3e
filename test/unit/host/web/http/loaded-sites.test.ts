import { expect, test } from "vitest";
import { UnloadedError } from "../../../../../src/host/model/site-snapshot.ts";
import { createWithSites } from "../../../../../src/host/web/http/loaded-sites.ts";

function createStage() {
  const loads: (readonly number[] | "all")[] = [];
  const loaded = new Set<number>();
  let isWhole = false;
  const withSites = createWithSites({
    load: (siteNos) => {
      loads.push(siteNos);
      for (const siteNo of siteNos) loaded.add(siteNo);
      return Promise.resolve();
    },
    loadAll: () => {
      loads.push("all");
      isWhole = true;
      return Promise.resolve();
    },
  });
  const need = (siteNo: number | undefined): void => {
    const isThere = isWhole || (siteNo !== undefined && loaded.has(siteNo));
    if (!isThere) throw new UnloadedError("not loaded", siteNo);
  };
  return { loads, withSites, need };
}

test.each([
  ["no site", [], []],
  ["one site", [7], [[7]]],
  ["a few sites", [7, 8, 9], [[7], [8], [9]]],
  ["many sites", [1, 2, 3, 4, 5], [[1], [2], [3], "all"]],
  ["all sites", [undefined], ["all"]],
] as const)("work that needs %s is done with them", async (_what, needed, expected) => {
  const { loads, withSites, need } = createStage();
  const done = await withSites(async () => {
    await Promise.resolve();
    for (const siteNo of needed) need(siteNo);
    return "done";
  });
  expect(done).toBe("done");
  expect(loads).toEqual(expected);
});

test("other errors, and those of loading, are the caller's", async () => {
  const { withSites, loads } = createStage();
  await expect(withSites(() => Promise.reject(new Error("another")))).rejects.toThrow("another");
  expect(loads).toEqual([]);
  const failing = createWithSites({
    load: () => Promise.reject(new Error("away")),
    loadAll: () => Promise.reject(new Error("away")),
  });
  await expect(failing(() => Promise.reject(new UnloadedError("not loaded", 1)))).rejects.toThrow("away");
});
