import fc from "fast-check";
import { expect, test } from "vitest";
import { readPace } from "../../../../../src/host/model/pace.ts";
import type { Pace } from "../../../../../src/host/model/pace.ts";
import { listPace, paceFields, readPaceFields, toPace } from "../../../../../src/host/web/pages/pace-form.ts";

test.each<readonly [string, Pace | undefined]>([
  ["nothing", undefined],
  ["a rate", { rate: { count: 90, per: "minute" } }],
  ["slots and a timeout", { slots: 3, timeoutMs: 2_500 }],
  ["a schedule by name", { retryProfile: "standard" }],
  ["own delays of every unit", { retryDelaysMs: [150, 5_000, 60_000, 7_200_000, 86_400_000] }],
  ["no retry", { retryDelaysMs: [] }],
])("%s comes back from the form as it was", (_name, pace) => {
  const form = new URLSearchParams({ ...paceFields(pace) });
  expect(readPace(toPace(readPaceFields(form)))).toEqual({ kind: "pace", pace });
});

test("what can't be read is refused at its field", () => {
  const form = new URLSearchParams({
    rateCount: "five",
    ratePer: "hour",
    slots: "-1",
    timeout: "soon",
    retryDelays: "5s, later",
  });
  const reading = readPace(toPace(readPaceFields(form)));
  expect(reading.kind === "refused" && reading.problems.map(({ pointer }) => pointer)).toEqual([
    "/rate/count",
    "/rate/per",
    "/slots",
    "/timeoutMs",
    "/retryDelaysMs",
  ]);
});

test("a pace is listed by the names of its fields", () => {
  expect(listPace(undefined)).toEqual([]);
  expect(listPace({ rate: { count: 5, per: "second" }, timeoutMs: 1_000, retryDelaysMs: [] })).toEqual([
    ["Rate", "5 per second"],
    ["Request timeout", "1s"],
    ["Own retry delays", "none"],
  ]);
});

test("any text in the fields is read or refused, and what is read comes back", () => {
  const names = ["rateCount", "ratePer", "slots", "timeout", "retryProfile", "retryDelays"] as const;
  const text = fc.oneof(fc.string(), fc.constantFrom("", "5", "5s", "1m,2h", "none", "second", "jira"));
  fc.assert(
    fc.property(fc.tuple(text, text, text, text, text, text), (values) => {
      const form = new URLSearchParams(names.map((name, index) => [name, values[index] ?? ""]));
      const reading = readPace(toPace(readPaceFields(form)));
      if (reading.kind === "pace") expect(readPace(toPace(paceFields(reading.pace)))).toEqual(reading);
    }),
  );
});
