import { expect, test } from "vitest";
import { paceRows, toPace } from "../../../src/cli/pace-values.ts";

const BEFORE = { rate: null, slots: 2, timeoutMs: null, retryProfile: null, retryDelaysMs: [1_000] };

test.each([
  ["nothing", {}, undefined],
  ["a rate by its short unit", { rate: "90/m" }, { ...BEFORE, rate: { count: 90, per: "minute" } }],
  ["a rate by its unit", { rate: "5/second" }, { ...BEFORE, rate: { count: 5, per: "second" } }],
  ["slots and a timeout", { slots: "4", requestTimeout: 2_500 }, { ...BEFORE, slots: 4, timeoutMs: 2_500 }],
  ["empty texts", { slots: "", retryDelays: "" }, { ...BEFORE, slots: null, retryDelaysMs: null }],
  ["delays", { retryDelays: [5_000, 60_000] }, { ...BEFORE, retryDelaysMs: [5_000, 60_000] }],
  ["no retry", { retryDelays: "none" }, { ...BEFORE, retryDelaysMs: [] }],
  ["a schedule by name", { retryProfile: "jira" }, { ...BEFORE, retryProfile: "jira", retryDelaysMs: null }],
] as const)("%s", (_name, flags, pace) => {
  expect(toPace(flags, BEFORE)).toEqual(pace);
});

test("delays take the place of a schedule by name", () => {
  expect(toPace({ retryDelays: [1_000] }, { ...BEFORE, retryProfile: "jira", retryDelaysMs: null })).toEqual({
    ...BEFORE,
    retryDelaysMs: [1_000],
  });
});

test.each([{ rate: "5" }, { rate: "5/hour" }, { slots: "many" }])(
  "%j is refused before the server is asked",
  (flags) => {
    expect(() => toPace(flags, null)).toThrow(/is not a/);
  },
);

test("rows tell what is set", () => {
  expect(paceRows(null)).toEqual([]);
  expect(
    paceRows({ ...BEFORE, rate: { count: 5, per: "second" }, timeoutMs: 100, retryDelaysMs: [] }),
  ).toEqual([
    ["rate", "5 per second"],
    ["slots", "2"],
    ["request timeout", "100ms"],
    ["retry delays", "none"],
  ]);
  expect(paceRows({ ...BEFORE, slots: null, retryProfile: "jira", retryDelaysMs: null })).toEqual([
    ["retry schedule", "jira"],
  ]);
});
