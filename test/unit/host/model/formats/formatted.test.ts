import { expect, test } from "vitest";
import { SHARED_FORMATS } from "../../../../../src/catalogue/formats.ts";
import { describeCut, formatSize, withinLimit } from "../../../../../src/host/model/formats/formatted.ts";

const findFormat = (key: string) => SHARED_FORMATS.find((format) => format.key === key)!;
const createBody = (size: number) => ({ kind: "body", body: Buffer.alloc(0), size }) as const;

test("sizes have their unit", () => {
  expect([
    formatSize(1),
    formatSize(28_672),
    formatSize(2_000, "characters"),
    formatSize(1, "characters"),
  ]).toEqual(["1 byte", "28,672 bytes", "2,000 characters", "1 character"]);
});

test("a cut is told with the limit of the target", () => {
  expect(describeCut({ from: 45_120, to: 40_000 }, findFormat("slack"))).toBe(
    "Body cut from 45,120 characters to 40,000 characters: Slack accepts 40,000 characters",
  );
});

test("a body of the limit is sent, one of a byte more fails", () => {
  const format = findFormat("pagerduty");
  expect(withinLimit(createBody(524_288), format)).toEqual(createBody(524_288));
  expect(withinLimit(createBody(524_289), format)).toEqual({
    kind: "failed",
    because: "over-limit",
    detail: "The body has 524,289 bytes, and PagerDuty accepts 524,288 bytes",
  });
  expect(withinLimit(createBody(1e9), findFormat("cloudevents"))).toEqual(createBody(1e9));
});
