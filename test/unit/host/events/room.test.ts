import { expect, test } from "vitest";
import { isNearlyFull } from "../../../../src/host/events/room.ts";

const MIB = 1024 * 1024;
const bsize = 4_096;
const disk = (wholeMiB: number, freeBytes: number) => ({
  bsize,
  blocks: (wholeMiB * MIB) / bsize,
  bavail: freeBytes / bsize,
});

test.each([
  ["64 MiB free on a large disk", disk(100_000, 64 * MIB), false],
  ["one block less", disk(100_000, 64 * MIB - bsize), true],
  ["nothing free", disk(100_000, 0), true],
  ["a twentieth free on a small disk", disk(100, 5 * MIB), false],
  ["one block less of a small disk", disk(100, 5 * MIB - bsize), true],
])("%s: nearly full is %s", (_what, given, isFull) => {
  expect(isNearlyFull(given)).toBe(isFull);
});
