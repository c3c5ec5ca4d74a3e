import { describe, expect, test } from "vitest";
import {
  batch,
  delaysOr,
  duration,
  eventAges,
  futureTime,
  orEmpty,
  pastTime,
  time,
  timeOrDelay,
  timeOrSeconds,
} from "../../../../src/cli/program/option-values.ts";

const HOUR_MS = 3_600_000;

test.each([
  ["250ms", 250],
  ["1.5h", 5_400_000],
  ["30d", 30 * 24 * HOUR_MS],
])("the duration %s is %d ms", (text, ms) => {
  expect(duration({ example: "30s" })(text)).toBe(ms);
});

test.each(["soon", "", "30", "30 s", "-1s", "1h30m", "36501d", "1e3s"])(
  "the duration %j is refused",
  (text) => {
    expect(() => duration({ example: "30s" })(text)).toThrow(
      "It must be a duration: a number with its unit (ms, s, m, h or d), such as 30s.",
    );
  },
);

test("a duration outside of its limits is refused with them", () => {
  const parse = duration({ example: "1h", minMs: 60_000, maxMs: 7 * 24 * HOUR_MS });
  expect(["1m", "7d"].map(parse)).toEqual([60_000, 604_800_000]);
  for (const text of ["59s", "8d"])
    expect(() => parse(text)).toThrow("a duration from 1m up to 7d: a number");
});

test.each([
  ["none", "none"],
  ["5s,1m", [5_000, 60_000]],
  ["", ""],
])("the delays %j are %j", (text, value) => {
  expect(orEmpty(delaysOr("none"))(text)).toEqual(value);
});

test("other delays are refused with the names and the form", () => {
  expect(() => delaysOr("jira", "dev")("5s,later")).toThrow(
    /^It must be jira, dev, or durations .* such as 5s,1m,1h\.$/,
  );
});

describe("a time", () => {
  test.each([
    ["2026-03-01", "2026-03-01T00:00:00.000Z"],
    ["2026-03-01T12:30Z", "2026-03-01T12:30:00.000Z"],
    ["2026-03-01T12:30:15.5+02:00", "2026-03-01T10:30:15.500Z"],
  ])("%s is %s in the past, in the future and alone", (text, iso) => {
    expect([pastTime, futureTime, timeOrDelay, time].map((parse) => parse(text))).toEqual([
      iso,
      iso,
      iso,
      iso,
    ]);
  });

  test("can be a duration before now, or from now", () => {
    expect(Date.now() - Date.parse(pastTime("2h"))).toBeCloseTo(2 * HOUR_MS, -4);
    expect(Date.parse(futureTime("2h")) - Date.now()).toBeCloseTo(2 * HOUR_MS, -4);
  });

  test("can be a delay, which the server counts", () => {
    expect(timeOrDelay("1.5h")).toBe("90m");
  });

  test.each([pastTime, futureTime, timeOrDelay, time])("is refused by %o if it is anything else", (parse) => {
    const others = [
      "yesterday",
      "",
      "5",
      "2026-13-01",
      "2026-03-01 12:00",
      "+999999-01-01",
      "99999999999999999999d",
    ];
    for (const text of others)
      expect(() => parse(text), text).toThrow(/^It must be a time such as 2026-01-31T12:00:00Z/);
  });

  test("alone is no duration", () => {
    expect(() => time("1h")).toThrow("It must be a time such as 2026-01-31T12:00:00Z.");
  });
});

test("a time can be a number of seconds since 1970", () => {
  expect(["1772323200", "2026-03-01T00:00:00.900Z"].map(timeOrSeconds)).toEqual([
    1_772_323_200, 1_772_323_200,
  ]);
  for (const text of ["noon", "1h", "", "123456789012"])
    expect(() => timeOrSeconds(text)).toThrow(/^It must be a time/);
});

test("a batch is a number of events and a duration", () => {
  expect(batch("50,2s")).toEqual({ max: 50, withinMs: 2_000 });
  for (const text of ["50", "50,2", "many,2s", ",2s"]) expect(() => batch(text)).toThrow(/such as 50,2s\.$/);
});

test("ages of event types gather; an empty text adds none", () => {
  const first = eventAges("jira:issue_created=90d");
  expect(eventAges("a=b=1h", first)).toEqual([
    { event: "jira:issue_created", ms: 90 * 24 * HOUR_MS },
    { event: "a=b", ms: HOUR_MS },
  ]);
  expect(eventAges("")).toEqual([]);
  for (const text of ["jira:issue_created", "=1h", "a=soon"])
    expect(() => eventAges(text)).toThrow(/^It must be an event type and a duration/);
});
