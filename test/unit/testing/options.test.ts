import { expect, test } from "vitest";
import { parseOptions, parseTestDuration } from "../../../src/testing/options.ts";

test("without options, the site is a Jira site with the product's own retry schedule and real time", () => {
  expect(parseOptions({})).toEqual({
    product: "jira",
    document: undefined,
    site: "jira",
    scheduleName: undefined,
    settings: {},
    clock: { signing: "real" },
  });
});

test("a product document gives product and site their key", () => {
  const document = { product: "harbor", events: {} };
  expect(parseOptions({ product: document })).toMatchObject({ product: "harbor", document, site: "harbor" });
  expect(parseOptions({ product: document, site: "quay" })).toMatchObject({
    product: "harbor",
    site: "quay",
  });
});

test("a retry schedule is a name or a list of delays", () => {
  expect(parseOptions({ retrySchedule: "standard" })).toMatchObject({
    scheduleName: "standard",
    settings: {},
  });
  expect(parseOptions({ retrySchedule: ["1s", "2s"], settings: { requestTimeout: "1s" } })).toMatchObject({
    scheduleName: undefined,
    settings: { retrySchedule: ["1s", "2s"], requestTimeout: "1s" },
  });
});

test.each([[new Date(1_000)], [1_000], ["1970-01-01T00:00:01Z"]])("the clock begins at %j", (now) => {
  expect(parseOptions({ now, signingClock: "virtual" }).clock).toEqual({
    beginAt: 1_000,
    signing: "virtual",
  });
});

test("a time that is none is refused", () => {
  expect(() => parseOptions({ now: "yesterday" })).toThrow(
    expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.stringContaining('"yesterday"') }),
  );
});

test.each([
  ["6h", 21_600_000],
  ["500ms", 500],
  [250, 250],
  [0, 0],
])("%j is %i ms", (value, ms) => expect(parseTestDuration("advance", value)).toBe(ms));

test.each(["6 hours", "", "-1s", -1, Number.NaN, Number.POSITIVE_INFINITY, "367d"])(
  "%j is no duration",
  (value) => {
    expect(() => parseTestDuration("advance", value)).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.stringContaining("advance: ") }),
    );
  },
);
