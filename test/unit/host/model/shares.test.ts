import { expect, test } from "vitest";
import { exceededShare } from "../../../../src/host/model/shares.ts";

const SHARES = { each: 100, all: 300 };

test.each([
  ["has room", { own: 40, all: 40, users: 1 }, 60, undefined],
  ["is over its own share", { own: 41, all: 41, users: 1 }, 60, "own"],
  ["begins with more than its share", { own: 0, all: 0, users: 1 }, 500, undefined],
  ["begins while all together have too much", { own: 0, all: 300, users: 4 }, 50, undefined],
  ["is above the average while all have too much", { own: 80, all: 290, users: 4 }, 20, "all"],
  ["is below the average while all have too much", { own: 10, all: 295, users: 4 }, 20, undefined],
] as const)("one that %s", (_which, use, more, expected) => {
  expect(exceededShare(use, more, SHARES)).toBe(expected);
});
