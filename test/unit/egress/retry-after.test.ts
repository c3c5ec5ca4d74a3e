import { describe, expect, onTestFinished, test } from "vitest";
import { parseHttpDate, readRetryAfter } from "../../../src/egress/retry-after.ts";
import { retryDelay } from "../../../src/host/model/retry-schedules.ts";

describe("Retry-After", () => {
  const now = Date.parse("2026-01-05T10:00:00Z");

  test.each([
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7_000],
    ["Mon, 05 Jan 2026 10:01:00 GMT", 60_000],
    ["Monday, 05-Jan-26 10:01:00 GMT", 60_000],
    ["Mon, 05 Jan 2026 09:00:00 GMT", 0],
    ["Mon Jan  5 10:01:00 2026", 60_000],
    ["Mon Jan 05 10:01:00 2026", 60_000],
    ["Wednesday, 05-Jan-77 10:01:00 GMT", 0],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 0],
    ["Sun, 30 Feb 2026 08:49:37 GMT", undefined],
    ["Mon, 05 Xyz 2026 10:01:00 GMT", undefined],
    ["Mon, 05 Jan 2026 25:01:00 GMT", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["2026-01-05", undefined],
    ["soon", undefined],
    ["Mon, soon", undefined],
    ["99999999999", undefined],
    ["", undefined],
  ])("%j is %s ms", (value, waitMs) => {
    expect(readRetryAfter(value, now)).toBe(waitMs);
  });
});

test.each(["UTC", "America/New_York", "Asia/Kolkata"])("an HTTP date is UTC on a machine in %s", (zone) => {
  const before = process.env["TZ"];
  onTestFinished(() => {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  });
  process.env["TZ"] = zone;
  const at = Date.UTC(1994, 10, 6, 8, 49, 37);
  for (const text of [
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  ]) {
    expect(readRetryAfter(text, at - 15_000)).toBe(15_000);
  }
});

test("for any Retry-After, the next attempt is between one and two steps away", () => {
  const now = Date.UTC(2026, 10, 28, 12, 0, 0);
  const profile = { steps: [60_000], jitter: 0 };
  const values = [
    "0",
    "1",
    "90",
    "999999999",
    "99999999999999999999",
    "-1",
    "soon",
    "",
    "Sat, 28 Nov 2026 12:01:30 GMT",
    "Saturday, 28-Nov-26 12:01:30 GMT",
    "Sat Nov 28 12:01:30 2026",
    "Sat Nov 28 11:00:00 2026",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Sat Nov 99 12:01:30 2026",
  ];
  for (const value of values) {
    const delay = retryDelay(profile, 1, 0.5, readRetryAfter(value, now));
    expect(delay, value).toBeGreaterThanOrEqual(60_000);
    expect(delay, value).toBeLessThanOrEqual(120_000);
  }
  expect(retryDelay(profile, 1, 0.5, readRetryAfter("Sat Nov 28 12:01:30 2026", now))).toBe(90_000);
});

describe("HTTP dates", () => {
  const now = Date.UTC(2026, 0, 5);

  test.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["sun, 6 nOV 1994 08:49:37 utc", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sun, 06 Nov 1994 08:49:37 +0000", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sun, 06 Nov 1994 08:49:37 -0000", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sun, 06-Nov-1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sun Nov  6 08:49:37 1994", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sat Nov 26 08:49:37 1994", Date.UTC(1994, 10, 26, 8, 49, 37)],
    ["Sat, 01 Jan 2000 00:00:00 GMT", Date.UTC(2000, 0, 1)],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
    ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
    ["Mon, 05 Jan 76 00:00:00 GMT", undefined],
    ["Monday, 05-Jan-76 00:00:00 GMT", Date.UTC(2076, 0, 5)],
    ["Monday, 05-Jan-77 00:00:00 GMT", Date.UTC(1977, 0, 5)],
    ["Thu, 29 Feb 2023 00:00:00 GMT", undefined],
    ["Sat, 31 Dec 2016 23:59:61 GMT", undefined],
    ["Sat, 31 Dec 2016 23:60:00 GMT", undefined],
    ["Sat, 31 Dec 2016 24:00:00 GMT", undefined],
    ["Sat, 00 Dec 2016 00:00:00 GMT", undefined],
    ["Sat, 31 Dez 2016 00:00:00 GMT", undefined],
    ["Sat, 31 Dec 2016 00:00:00 CET", undefined],
    ["Sat, 31 Dec 2016 00:00:00 +0100", undefined],
    ["Sam, 31 Dec 2016 00:00:00 GMT", undefined],
    ["x Sat, 31 Dec 2016 00:00:00 GMT", undefined],
    ["Sat, 31 Dec 2016 00:00:00 GMT x", undefined],
    ["Saturday, 31-Dec-2016 00:00:00 GMT x", undefined],
    ["x Saturday, 31-Dec-2016 00:00:00 GMT", undefined],
    ["Sat Dec 31 00:00:00 2016 x", undefined],
    ["x Sat Dec 31 00:00:00 2016", undefined],
    ["Sat, 31 Dec 2016 0:00:00 GMT", undefined],
  ])("%s", (text, at) => {
    expect(parseHttpDate(text, now)).toBe(at);
  });

  test.each([
    ["Jan", 0],
    ["Feb", 1],
    ["Mar", 2],
    ["Apr", 3],
    ["May", 4],
    ["Jun", 5],
    ["Jul", 6],
    ["Aug", 7],
    ["Sep", 8],
    ["Oct", 9],
    ["Nov", 10],
    ["Dec", 11],
  ])("the month %s is parsed", (name, month) => {
    expect(parseHttpDate(`Sun, 06 ${name} 1994 08:49:37 GMT`, now)).toBe(Date.UTC(1994, month, 6, 8, 49, 37));
  });

  test.each(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])(
    "a date on a %s is parsed, even if the weekday is wrong",
    (day) => {
      expect(parseHttpDate(`${day}, 06 Nov 1994 08:49:37 GMT`, now)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
    },
  );
});
