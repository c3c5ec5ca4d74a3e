import { describe, expect, test } from "vitest";
import { isWorthCollecting } from "../../../src/cli/spare-memory.ts";
import type { MemoryLevel } from "../../../src/cli/spare-memory.ts";

const MB = 1_000_000;
const AFTER_START: MemoryLevel = {
  cpuShare: 0.005,
  heldBytes: 74 * MB,
  usedBytes: 36 * MB,
  heldAfterLast: undefined,
};

describe("memory is collected", () => {
  test.each<[expected: boolean, when: string, level: Partial<MemoryLevel>]>([
    [true, "after a start, once nothing is going on", {}],
    [false, "not while there is work", { cpuShare: 0.02 }],
    [true, "just below that", { cpuShare: 0.0199 }],
    [false, "not again while the heap stays as it was left", { heldBytes: 35 * MB, heldAfterLast: 34 * MB }],
    [false, "not for less than 8 MB", { heldBytes: 42 * MB - 1, heldAfterLast: 34 * MB }],
    [true, "for 8 MB", { heldBytes: 42 * MB, heldAfterLast: 34 * MB }],
    [true, "up to 64 MB that are used", { usedBytes: 64 * MB }],
    [false, "not in a larger heap, which takes too long", { usedBytes: 64 * MB + 1 }],
  ])("%s: %s", (expected, _when, level) => {
    expect(isWorthCollecting({ ...AFTER_START, ...level })).toBe(expected);
  });
});
