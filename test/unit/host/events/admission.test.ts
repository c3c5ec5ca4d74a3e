import { describe, expect, test } from "vitest";
import { createWaitingBytes, isNearlyFull } from "../../../../src/host/events/admission.ts";

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

const waitingBytes = () => createWaitingBytes((siteNo) => `site-${siteNo}`);
const refused = (share: "site" | "server") =>
  expect.objectContaining({ code: "OVERLOADED", retryAfterSeconds: 1, extra: { share } });

describe("bytes that wait to be committed", () => {
  test("of one site are 64 MiB at most", () => {
    const bytes = waitingBytes();

    bytes.add(1, 1 * MIB);
    bytes.add(1, 63 * MIB);

    expect(() => bytes.add(1, 1)).toThrow(refused("site"));
    expect(() => bytes.add(1, 1)).toThrow(/"site-1" with 67108864 bytes .* its share is 67108864 bytes/);
    expect(() => bytes.add(2, 1)).not.toThrow();
  });

  test("are taken from a site that has none waiting, however many they are", () => {
    expect(() => waitingBytes().add(1, 100 * MIB)).not.toThrow();
  });

  test("of all sites are 256 MiB at most, for those above their equal share", () => {
    const bytes = waitingBytes();
    for (const siteNo of [1, 2, 3, 4]) bytes.add(siteNo, 60 * MIB);
    bytes.add(5, 10 * MIB);

    expect(() => bytes.add(1, 4 * MIB)).not.toThrow();
    expect(() => bytes.add(2, 4 * MIB)).toThrow(refused("server"));
    expect(() => bytes.add(5, 10 * MIB)).not.toThrow();
    expect(() => bytes.add(6, 1)).not.toThrow();
  });

  test("make room when they are committed", () => {
    const bytes = waitingBytes();
    bytes.add(1, 64 * MIB);

    bytes.remove(1, 32 * MIB);
    expect(() => bytes.add(1, 32 * MIB)).not.toThrow();
    bytes.remove(1, 64 * MIB);

    expect(bytes.limits.map(({ level }) => level?.())).toEqual([{ highest: 0 }, { highest: 0 }]);
  });

  test("are shown with their levels", () => {
    const bytes = waitingBytes();
    bytes.add(1, 5);
    bytes.add(2, 7);

    expect(
      bytes.limits.map(({ per, default: byDefault, max, level }) => [per, byDefault, max, level?.()]),
    ).toEqual([
      ["site", 64 * MIB, 64 * MIB, { highest: 7, of: "site site-2" }],
      ["host", 256 * MIB, 256 * MIB, { highest: 12 }],
    ]);
  });
});
