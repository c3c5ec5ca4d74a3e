import fc from "fast-check";
import { expect, test } from "vitest";
import { describeRate, readPace, toIntervalMs } from "../../../../src/host/model/pace.ts";

const WHOLE = {
  rate: { count: 5, per: "second" },
  slots: 4,
  timeoutMs: 10_000,
  retryDelaysMs: [5_000, 60_000],
} as const;

test.each([
  ["all members", WHOLE, WHOLE],
  ["a retry schedule by name", { retryProfile: "jira" }, { retryProfile: "jira" }],
  ["no retry", { retryDelaysMs: [] }, { retryDelaysMs: [] }],
  [
    "the least values",
    { rate: { count: 1, per: "minute" }, slots: 1, timeoutMs: 100, retryDelaysMs: [100] },
    undefined,
  ],
  [
    "the greatest values",
    {
      rate: { count: 10_000, per: "second" },
      slots: 1_000,
      timeoutMs: 600_000,
      retryDelaysMs: Array.from({ length: 20 }, () => 86_400_000),
    },
    undefined,
  ],
  ["members that are null", { ...WHOLE, slots: null, retryProfile: null }, { ...WHOLE, slots: undefined }],
] as const)("%s are read as they were written", (_name, given, pace) => {
  expect(readPace(given)).toEqual({ kind: "pace", pace: pace ?? given });
});

test.each([
  ["nothing", undefined],
  ["null", null],
  ["an empty object", {}],
  ["members that are all null", { rate: null, slots: null }],
])("%s is no pace", (_name, given) => {
  expect(readPace(given)).toEqual({ kind: "pace", pace: undefined });
});

test.each([
  ["a list", [], "", "must be an object"],
  ["text", "5/second", "", "must be an object"],
  [
    "an unknown member",
    { speed: 1 },
    "",
    "must have no other members than rate, slots, timeoutMs, retryProfile, retryDelaysMs",
  ],
  ["a rate that is a number", { rate: 5 }, "/rate", "must be an object with count and per"],
  [
    "a rate with another member",
    { rate: { count: 1, per: "second", burst: 3 } },
    "/rate",
    "must have no other members than count, per",
  ],
  [
    "a rate of 0",
    { rate: { count: 0, per: "second" } },
    "/rate/count",
    "must be a whole number from 1 to 10000",
  ],
  [
    "a rate of 10,001",
    { rate: { count: 10_001, per: "second" } },
    "/rate/count",
    "must be a whole number from 1 to 10000",
  ],
  [
    "half a rate",
    { rate: { count: 0.5, per: "second" } },
    "/rate/count",
    "must be a whole number from 1 to 10000",
  ],
  ["a rate per hour", { rate: { count: 1, per: "hour" } }, "/rate/per", "must be second or minute"],
  ["no slots", { slots: 0 }, "/slots", "must be a whole number from 1 to 1000"],
  ["1,001 slots", { slots: 1_001 }, "/slots", "must be a whole number from 1 to 1000"],
  ["slots as text", { slots: "4" }, "/slots", "must be a whole number from 1 to 1000"],
  ["a timeout of 99 ms", { timeoutMs: 99 }, "/timeoutMs", "must be a whole number from 100 to 600000"],
  [
    "a timeout of 600,001 ms",
    { timeoutMs: 600_001 },
    "/timeoutMs",
    "must be a whole number from 100 to 600000",
  ],
  ["an unknown schedule", { retryProfile: "never" }, "/retryProfile", "is not the name of a retry schedule"],
  [
    "a schedule that is a number",
    { retryProfile: 1 },
    "/retryProfile",
    "is not the name of a retry schedule",
  ],
  [
    "delays as text",
    { retryDelaysMs: "5s" },
    "/retryDelaysMs",
    "must be a list of at most 20 delays in milliseconds",
  ],
  [
    "21 delays",
    { retryDelaysMs: Array.from({ length: 21 }, () => 1_000) },
    "/retryDelaysMs",
    "must be a list of at most 20 delays in milliseconds",
  ],
  [
    "a delay of 99 ms",
    { retryDelaysMs: [100, 99] },
    "/retryDelaysMs/1",
    "must be a whole number from 100 to 86400000",
  ],
  [
    "a delay of more than a day",
    { retryDelaysMs: [86_400_001] },
    "/retryDelaysMs/0",
    "must be a whole number from 100 to 86400000",
  ],
  [
    "delays beside a schedule",
    { retryProfile: "jira", retryDelaysMs: [] },
    "/retryDelaysMs",
    "must be left out beside retryProfile",
  ],
])("%s is refused at its place", (_name, given, pointer, detail) => {
  expect(readPace(given, "/pace")).toEqual({
    kind: "refused",
    problems: [{ pointer: `/pace${pointer}`, detail, code: "PACE" }],
  });
});

test("all problems are told at once", () => {
  const reading = readPace({ rate: { count: 0, per: "hour" }, slots: 0, timeoutMs: 1, retryDelaysMs: [1] });
  expect(reading.kind === "refused" && reading.problems.map(({ pointer }) => pointer)).toEqual([
    "/rate/count",
    "/rate/per",
    "/slots",
    "/timeoutMs",
    "/retryDelaysMs/0",
  ]);
});

test("a rate is a time between attempts, and a text", () => {
  expect(toIntervalMs({ count: 5, per: "second" })).toBe(200);
  expect(toIntervalMs({ count: 90, per: "minute" })).toBeCloseTo(666.67, 1);
  expect(describeRate({ count: 1_500, per: "minute" })).toBe("1,500 per minute");
});

test("any JSON is a pace that reads the same again, or is refused with places inside it", () => {
  const member = fc.constantFrom(
    "rate",
    "slots",
    "timeoutMs",
    "retryProfile",
    "retryDelaysMs",
    "count",
    "per",
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(member, fc.jsonValue()),
    fc.integer(),
    fc.constant("second"),
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(member, value)), (given) => {
      const reading = readPace(given, "/pace");
      if (reading.kind === "pace") expect(readPace(reading.pace)).toEqual(reading);
      else for (const { pointer } of reading.problems) expect(pointer).toMatch(/^\/pace/);
    }),
  );
});
