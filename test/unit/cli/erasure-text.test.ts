import { expect, test } from "vitest";
import { NOTHING_FOUND, addPass, describePass, sumCounts } from "../../../src/cli/erasure-text.ts";

const ONE = { found: { "event.body": 2, "audit.actor": 1 }, left: { "site.name": 1 }, canceled: 3 };
const OTHER = { found: { "event.body": 5, "attempt.url": 4 }, left: {}, canceled: 1 };

test("passes are added place by place, and leave those before as they are", () => {
  expect(addPass(ONE, OTHER)).toEqual({
    found: { "event.body": 7, "audit.actor": 1, "attempt.url": 4 },
    left: { "site.name": 1 },
    canceled: 4,
  });
  expect(ONE.found).toEqual({ "event.body": 2, "audit.actor": 1 });
  expect(addPass(NOTHING_FOUND, ONE)).toEqual(ONE);
});

test("places are counted together", () => {
  expect(sumCounts(ONE.found)).toBe(3);
  expect(sumCounts({})).toBe(0);
});

test("a pass says what was found where, and what an administrator has to change", () => {
  expect(describePass("erased", ONE)).toEqual([
    "3 values erased",
    "  event.body: 2",
    "  audit.actor: 1",
    "In the configuration, to be changed or deleted there:",
    "  site.name: 1",
  ]);
  expect(describePass("would be erased", { found: { "event.body": 1 }, left: {} })).toEqual([
    "1 value would be erased",
    "  event.body: 1",
  ]);
  expect(describePass("erased", NOTHING_FOUND)).toEqual(["0 values erased"]);
});
