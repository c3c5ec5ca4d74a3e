/** The small pure parts: kinds of addresses, Retry-After, the limit. */
import { describe, expect, onTestFinished, test } from "vitest";
import { addressKind, canonicalAddress } from "../../../src/egress/address.ts";
import { createLimit } from "../../../src/egress/limit.ts";
import { readRetryAfter } from "../../../src/egress/retry-after.ts";
import { retryDelay } from "../../../src/host/delivery/profiles.ts";

test.each([
  ["8.8.8.8", "public"],
  ["172.15.255.255", "public"],
  ["172.16.0.0", "private"],
  ["100.64.0.0", "private"],
  ["127.0.0.1", "loopback"],
  ["169.254.169.254", "link-local"],
  ["168.63.129.16", "link-local"],
  ["192.0.0.192", "reserved"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "unusable"],
  ["0.0.0.0", "unusable"],
  ["2606:4700:4700::1111", "public"],
  ["::1", "loopback"],
  ["::ffff:10.0.0.1", "private"],
  ["::ffff:0a00:0001", "private"],
  ["::FFFF:8.8.8.8", "public"],
  ["64:ff9b::7f00:1", "reserved"],
  ["4000::1", "reserved"],
  ["fe80::1", "link-local"],
  ["fec0::1", "reserved"],
  ["fd00:ec2::254", "private"],
  ["ff02::1", "unusable"],
  ["::127.0.0.1", "unusable"],
  ["::ffff:0:127.0.0.1", "unusable"],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "unusable"],
  ["2001:2::1", "reserved"],
  ["5f00::1", "reserved"],
  ["fe80::1%eth0", "unusable"],
  ["localhost", "unusable"],
  ["", "unusable"],
])("%s is %s", (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test("an address has one spelling", () => {
  expect(canonicalAddress("2001:0DB8:0:0::1")).toBe("2001:db8::1");
  expect(canonicalAddress("::FFFF:7f00:1")).toBe("127.0.0.1");
  expect(canonicalAddress("127.1")).toBeUndefined();
});

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

test.each(["UTC", "America/New_York", "Asia/Kolkata"])(
  "an HTTP date means UTC on a machine in %s",
  (zone) => {
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
  },
);

test("whatever Retry-After says, the next attempt is between the step and twice the step away", () => {
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

test("a limit lets two run, starts the next when one ends, and survives failures", async () => {
  const limit = createLimit(2);
  const ends: ((error?: Error) => void)[] = [];
  const started: number[] = [];
  const task = (number: number) => () =>
    new Promise<number>((resolve, reject) => {
      started.push(number);
      ends[number] = (error) => (error === undefined ? resolve(number) : reject(error));
    });
  const results = [0, 1, 2, 3].map((number) => limit(task(number)));
  expect(started).toEqual([0, 1]);
  ends[0]!(new Error("no"));
  await expect(results[0]).rejects.toThrow("no");
  await expect.poll(() => started).toEqual([0, 1, 2]);
  ends[1]!();
  ends[2]!();
  expect(await results[1]).toBe(1);
  expect(await results[2]).toBe(2);
  await expect.poll(() => started).toEqual([0, 1, 2, 3]);
  ends[3]!();
  expect(await results[3]).toBe(3);
});
