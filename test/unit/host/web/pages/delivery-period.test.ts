import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../../src/errors.ts";
import {
  describePeriod,
  listNeighbors,
  readPeriod,
  withHour,
} from "../../../../../src/host/web/pages/delivery-period.ts";

const NOW = Date.parse("2026-11-30T14:25:10.250Z");
const query = (text: string) => new URLSearchParams(text);
const period = (text: string) => {
  const found = readPeriod(query(text), NOW);
  return found && [found.since, found.until].map((at) => new Date(at).toISOString());
};

describe("the period of an address", () => {
  test.each([
    ["", undefined],
    ["range=", undefined],
    ["range=9h", undefined],
    ["range=toString", undefined],
    ["hour=2026-11-30T09:00", undefined],
    ["range=1h", ["2026-11-30T13:25:10.250Z", "2026-11-30T14:25:10.250Z"]],
    ["range=1h&hour=2026-11-30T09:00", ["2026-11-30T13:25:10.250Z", "2026-11-30T14:25:10.250Z"]],
    ["range=24h", ["2026-11-29T14:25:10.250Z", "2026-11-30T14:25:10.250Z"]],
    ["range=7d", ["2026-11-23T14:25:10.250Z", "2026-11-30T14:25:10.250Z"]],
    ["range=hour", ["2026-11-30T14:00:00.000Z", "2026-11-30T15:00:00.000Z"]],
    ["range=hour&hour=", ["2026-11-30T14:00:00.000Z", "2026-11-30T15:00:00.000Z"]],
    ["range=hour&hour=2026-11-29T23:30", ["2026-11-29T23:30:00.000Z", "2026-11-30T00:30:00.000Z"]],
    ["range=hour&hour=2026-11-29T23:30:15", ["2026-11-29T23:30:15.000Z", "2026-11-30T00:30:15.000Z"]],
    ["range=hour&hour=2026-11-29T23:30%2B02:00", ["2026-11-29T21:30:00.000Z", "2026-11-29T22:30:00.000Z"]],
  ])("of ?%s is %o", (text, expected) => {
    expect(period(text)).toEqual(expected);
  });

  test.each(["noon", "2026-02-30T12:00", "14:00"])("the hour %s is refused", (hour) => {
    const at = query(`range=hour&hour=${hour}`);
    for (const read of [() => readPeriod(at, NOW), () => withHour(at, NOW)])
      expect(read).toThrow(expect.objectContaining({ code: "QUERY_INVALID" }));
  });
});

test.each([
  ["range=hour&q=x", "range=hour&q=x&hour=2026-11-30T14%3A00%3A00"],
  ["range=hour&hour=2026-11-29T09:15", "range=hour&hour=2026-11-29T09%3A15%3A00"],
  ["range=1h&hour=2026-11-29T09:15", "range=1h"],
  ["hour=x&q=x", "q=x"],
])("?%s has the hour of ?%s", (text, expected) => {
  expect(withHour(query(text), NOW).toString()).toBe(expected);
});

test.each([
  ["range=24h", "Last 24 hours"],
  ["range=9h", undefined],
  ["range=hour&hour=2026-11-29T23:30", "2026-11-29 23:30 to 00:30 UTC"],
])("?%s is %s in words", (text, expected) => {
  expect(describePeriod(query(text), NOW)).toBe(expected);
});

describe("the hours beside", () => {
  const hours = (text: string) => {
    const found = listNeighbors("/log", query(text), NOW);
    return found && [found.before, found.after].map((href) => href && period(href.slice("/log?".length)));
  };

  test("any other period are none", () => {
    for (const text of ["", "range=24h", "hour=2026-11-29T09:00"]) expect(hours(text)).toBeUndefined();
  });

  test("a past hour touch it", () => {
    expect(hours("range=hour&hour=2026-11-30T09:00")).toEqual([
      ["2026-11-30T08:00:00.000Z", "2026-11-30T09:00:00.000Z"],
      ["2026-11-30T10:00:00.000Z", "2026-11-30T11:00:00.000Z"],
    ]);
  });

  test("the present hour and the last one have none after them, and no gap before them", () => {
    expect(hours("range=hour")).toEqual([
      ["2026-11-30T13:00:00.000Z", "2026-11-30T14:00:00.000Z"],
      undefined,
    ]);
    expect(hours("range=1h")).toEqual([["2026-11-30T12:25:11.000Z", "2026-11-30T13:25:11.000Z"], undefined]);
  });

  test("keep the other filters, and begin on the first page", () => {
    const text = "q=budget&site=jira&range=1h&cursor=c&trail=t&notice=n";
    expect(listNeighbors("/log", query(text), NOW)?.before).toBe(
      "/log?q=budget&site=jira&range=hour&hour=2026-11-30T12%3A25%3A11",
    );
  });
});

test("any hour is one hour, or refused by name", () => {
  const date = fc.date({ min: new Date(0), max: new Date("9999-12-31T22:00:00Z"), noInvalidDate: true });
  const hour = fc.oneof(
    fc.string(),
    date.map((each) => each.toISOString().slice(0, 16)),
  );
  fc.assert(
    fc.property(hour, (text) => {
      const asked = new URLSearchParams({ range: "hour", hour: text });
      try {
        const { since, until } = readPeriod(asked, NOW) ?? { since: 0, until: 0 };
        expect(until - since).toBe(3_600_000);
        expect(readPeriod(withHour(asked, NOW), NOW)?.since).toBe(Math.floor(since / 1000) * 1000);
      } catch (error) {
        if (!(error instanceof CallboardError)) throw error;
        expect(error.code).toBe("QUERY_INVALID");
      }
    }),
  );
});
