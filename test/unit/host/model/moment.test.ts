import { describe, expect, test } from "vitest";
import {
  compareMoments,
  compareNumbers,
  readDate,
  readDateOperand,
} from "../../../../src/host/model/moment.ts";
import type { Comparison, Moment } from "../../../../src/host/model/moment.ts";

const NOON = Date.UTC(2024, 10, 12, 12);
const HOUR = 3_600_000;

describe("dates of JQL", () => {
  test.each([
    ["2024-11-12", { at: Date.UTC(2024, 10, 12), isFloating: true }],
    ["2024/11/12", { at: Date.UTC(2024, 10, 12), isFloating: true }],
    ["2024-1-2", { at: Date.UTC(2024, 0, 2), isFloating: true }],
    ["2024-11-12 12:00", { at: NOON, isFloating: true }],
    ["-7d", { at: NOON - 7 * 24 * HOUR, isFloating: false }],
    ["+1w", { at: NOON + 7 * 24 * HOUR, isFloating: false }],
    ["2h", { at: NOON + 2 * HOUR, isFloating: false }],
    ["-1w 2d", { at: NOON - 9 * 24 * HOUR, isFloating: false }],
    ["-90m", { at: NOON - 1.5 * HOUR, isFloating: false }],
  ])("%s is parsed", (text, moment) => {
    expect(readDateOperand(text)?.(NOON)).toEqual(moment);
  });

  test.each([
    "",
    "today",
    "2024-13-01",
    "2024-02-30",
    "2024-11-12 24:00",
    "2024-11-12 09:60",
    "-7",
    "7y",
    "12/11/2024",
  ])("%j is not a date", (text) => {
    expect(readDateOperand(text)).toBeUndefined();
  });

  test("a relative date needs the time of the event", () => {
    expect(readDateOperand("-7d")?.(undefined)).toBeUndefined();
  });
});

test.each([
  ["2024-11-12T12:00:00.000+0000", { at: NOON, isFloating: false }],
  ["2024-11-12T21:00:00.000+0900", { at: NOON, isFloating: false }],
  ["2024-11-12T12:00:00Z", { at: NOON, isFloating: false }],
  ["2024-11-12T07:00-05:00", { at: NOON, isFloating: false }],
  [NOON, { at: NOON, isFloating: false }],
  ["2024-11-12", { at: Date.UTC(2024, 10, 12), isFloating: true }],
  ["2024-11-12T12:00:00", undefined],
  ["2024-99-12", undefined],
  ["2024-11-12T99:00:00Z", undefined],
  ["soon", undefined],
  [Number.NaN, undefined],
  [true, undefined],
  [{}, undefined],
])("the date %j of a body is %j", (value, moment) => {
  expect(readDate(value)).toEqual(moment);
});

describe("comparison", () => {
  const sure = (at: number): Moment => ({ at, isFloating: false });
  const floating = (at: number): Moment => ({ at, isFloating: true });
  const all = (one: Moment, other: Moment) =>
    (["<", "<=", "=", ">=", ">"] as const).map((sign) => compareMoments(one, sign, other)[0]).join("");

  test.each([
    ["an hour before", sure(0), sure(HOUR), "ttfff"],
    ["the same", sure(0), sure(0), "ftttf"],
    ["an hour after", sure(HOUR), sure(0), "ffftt"],
    ["two days", floating(0), floating(24 * HOUR), "ttfff"],
    ["the same day", floating(0), floating(0), "ftttf"],
    ["a moment before a day in every zone", sure(0), floating(15 * HOUR), "ttfff"],
    ["a moment that could be that day's first", sure(0), floating(14 * HOUR), "utuuf"],
    ["a moment near a day", sure(0), floating(0), "uuuuu"],
    ["a moment after a day's start in every zone", sure(13 * HOUR), floating(0), "ffftt"],
    ["a moment that could be the day's first in the west", sure(12 * HOUR), floating(0), "fuutu"],
    ["a day that began before in every zone", floating(0), sure(13 * HOUR), "ttfff"],
    ["a day that begins after in every zone", floating(15 * HOUR), sure(0), "ffftt"],
  ] as const)("%s", (_what, one, other, letters) => {
    expect(all(one, other)).toBe(letters);
  });

  test.each([
    [1, "ttfff"],
    [2, "ftttf"],
    [3, "ffftt"],
  ])("the number %d compared with 2", (number, letters) => {
    const signs: readonly Comparison[] = ["<", "<=", "=", ">=", ">"];
    expect(signs.map((sign) => compareNumbers(number, sign, 2)[0]).join("")).toBe(letters);
  });
});
