import { expect, test } from "vitest";
import {
  explainBottleneck,
  findBottleneck,
  toBottleneck,
  toLoadFigures,
} from "../../../../src/host/model/bottleneck.ts";
import type { Bottleneck, LoadFigures, LoadLook } from "../../../../src/host/model/bottleneck.ts";

const CALM: LoadFigures = { busyShare: 0.2, awaitedShare: 0, committingShare: 0.3, commitMs: 3 };
const SLOW = { committingShare: 0.9, commitMs: 50 };

test.each<readonly [string, Partial<LoadFigures>, Bottleneck | undefined]>([
  ["a calm process", {}, undefined],
  ["an event loop that is busy for 90 % of the time", { busyShare: 0.9 }, "process"],
  ["89 %", { busyShare: 0.89 }, undefined],
  ["statements that wait for a connection at every second look", { awaitedShare: 0.5 }, "connections"],
  ["at fewer looks", { awaitedShare: 0.49 }, undefined],
  ["commits of 50 ms that are always under way", SLOW, "database"],
  ["commits of 49 ms", { ...SLOW, commitMs: 49 }, undefined],
  ["slow commits now and then", { ...SLOW, committingShare: 0.89 }, undefined],
  ["slow commits of a process that is busy itself", { ...SLOW, busyShare: 0.95 }, "process"],
  ["slow commits behind too few connections", { ...SLOW, awaitedShare: 0.8 }, "connections"],
])("%s", (_what, figures, bottleneck) => {
  expect(findBottleneck({ ...CALM, ...figures })).toBe(bottleneck);
});

test("each has a sentence that says what to do", () => {
  expect(explainBottleneck("process")).toContain("Start another process");
  expect(explainBottleneck("connections")).toContain("CALLBOARD_DATABASE_POOL");
  expect(explainBottleneck("database")).toContain("The database is the limit");
});

test("a name of another version is none", () => {
  expect([toBottleneck("database"), toBottleneck("disk")]).toEqual(["database", undefined]);
});

test("figures are what happened between the first look and the last", () => {
  const first: LoadLook = {
    at: 1_000,
    commits: 10,
    commitMs: 500,
    committingMs: 400,
    activeMs: 100,
    idleMs: 900,
    isAwaited: true,
  };
  const last: LoadLook = {
    at: 3_000,
    commits: 30,
    commitMs: 700,
    committingMs: 600,
    activeMs: 600,
    idleMs: 2_400,
    isAwaited: false,
  };
  expect(toLoadFigures([first, last])).toEqual({
    busyShare: 0.25,
    awaitedShare: 0.5,
    committingShare: 0.1,
    commitMs: 10,
  });
  expect(toLoadFigures([first, { ...first, at: 2_000 }])).toMatchObject({ busyShare: 0, commitMs: 0 });
  expect([toLoadFigures([]), toLoadFigures([first])]).toEqual([undefined, undefined]);
});
