import { describe, expect, test } from "vitest";
import { eachSite, toSiteParts } from "../../../../../src/host/store/db/by-site.ts";

const ITEMS = [
  { siteNo: 1, id: "a" },
  { siteNo: 2, id: "b" },
  { siteNo: 1, id: "c" },
];

async function collect(isDistributed: boolean) {
  const parts: string[] = [];
  const rows = await eachSite({ dialect: { isDistributed } }, ITEMS, (part) => {
    parts.push(part.map(({ id }) => id).join(""));
    return Promise.resolve(part.map(({ id }) => id));
  });
  return { parts, rows };
}

describe("work on rows of several sites", () => {
  test("is one statement on one server", async () => {
    expect(await collect(false)).toEqual({ parts: ["abc"], rows: ["a", "b", "c"] });
  });

  test("is one statement for each site where sites are distributed", async () => {
    expect(await collect(true)).toEqual({ parts: ["ac", "b"], rows: ["a", "c", "b"] });
  });

  test.each([true, false])("runs nothing without rows (distributed: %s)", async (isDistributed) => {
    const run = () => Promise.reject(new Error("run without rows"));
    expect(await eachSite({ dialect: { isDistributed } }, [], run)).toEqual([]);
  });

  test.each([true, false])("no rows have no part (distributed: %s)", (isDistributed) => {
    expect(toSiteParts({ isDistributed }, [])).toEqual([]);
  });
});
