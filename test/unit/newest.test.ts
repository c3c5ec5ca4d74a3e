import { expect, test } from "vitest";
import { setNewest } from "../../src/newest.ts";

test("the oldest entries beyond the maximum are deleted", () => {
  const map = new Map([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
  setNewest(map, "d", 4, 2);
  expect([...map]).toEqual([
    ["c", 3],
    ["d", 4],
  ]);
});

test("an entry that is set again is the newest one", () => {
  const map = new Map([
    ["a", 1],
    ["b", 2],
  ]);
  setNewest(map, "a", 5, 2);
  expect([...map]).toEqual([
    ["b", 2],
    ["a", 5],
  ]);
  setNewest(map, "c", 6, 2);
  expect([...map.keys()]).toEqual(["a", "c"]);
});
