import fc from "fast-check";
import { expect, test } from "vitest";
import {
  MAX_AHEAD_MS,
  describeTooLate,
  findPlannedTime,
  isExpired,
  readTerms,
  toTerms,
} from "../../../../src/host/model/terms.ts";

const TIME = "2026-01-31T12:00:00Z";
const AT = Date.UTC(2026, 0, 31, 12);

test.each([
  ["nothing", {}, undefined],
  ["retry: true, which is usual", { retry: true }, undefined],
  ["retry: false", { retry: false }, { retry: false }],
  ["an end", { expiresAt: TIME }, { expiresAt: AT }],
  [
    "an end with an offset and fractions",
    { expiresAt: "2026-01-31T13:00:00.250+01:00" },
    { expiresAt: AT + 250 },
  ],
  ["an end without seconds", { expiresAt: "2026-01-31T12:00Z" }, { expiresAt: AT }],
  ["a planned time", { deliverAfter: TIME }, { deliverAfter: { at: AT } }],
  ["a delay", { deliverAfter: "15m" }, { deliverAfter: { delayMs: 900_000 } }],
  ["the longest delay", { deliverAfter: "7d" }, { deliverAfter: { delayMs: MAX_AHEAD_MS } }],
  ["no delay", { deliverAfter: "0s" }, { deliverAfter: { delayMs: 0 } }],
  ["a delay of 1 ms and of 1 h", { deliverAfter: "1ms" }, { deliverAfter: { delayMs: 1 } }],
  ["hours", { deliverAfter: "2h" }, { deliverAfter: { delayMs: 7_200_000 } }],
] as const)("%s is read", (_name, fields, terms) => {
  expect(readTerms(fields)).toEqual({ terms, problems: [] });
});

test.each([
  ["expiresAt", "tomorrow"],
  ["expiresAt", "2026-01-31"],
  ["expiresAt", "2026-01-31T12:00:00"],
  ["expiresAt", "2026-02-31T25:00:00Z"],
  ["expiresAt", "1969-12-31T23:59:59Z"],
  ["expiresAt", AT],
  ["expiresAt", null],
  ["expiresAt", "1h"],
  ["retry", "false"],
  ["retry", 0],
  ["retry", null],
  ["deliverAfter", "8d"],
  ["deliverAfter", "1w"],
  ["deliverAfter", "-1s"],
  ["deliverAfter", "1.5s"],
  ["deliverAfter", " 1s"],
  ["deliverAfter", "1s\n"],
  ["deliverAfter", "15"],
  ["deliverAfter", "1S"],
  ["deliverAfter", "9999999999ms"],
  ["deliverAfter", 900_000],
  ["deliverAfter", {}],
] as const)("%s: %j is refused", (field, value) => {
  const { problems } = readTerms({ [field]: value });
  expect(problems.map((each) => each.field)).toEqual([field]);
});

test("all problems are told at once, in words of their fields", () => {
  expect(readTerms({ expiresAt: 1, retry: 1, deliverAfter: 1 }).problems).toEqual([
    { field: "expiresAt", detail: "must be a time such as 2026-01-31T12:00:00Z" },
    { field: "retry", detail: "must be true or false" },
    {
      field: "deliverAfter",
      detail: "must be a time such as 2026-01-31T12:00:00Z, or a delay such as 15m of at most 7d",
    },
  ]);
});

test("any values are read or refused, and never both", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (expiresAt, retry, deliverAfter) => {
      const { terms, problems } = readTerms({ expiresAt, retry, deliverAfter });
      for (const { field } of problems) expect(terms?.[field]).toBeUndefined();
    }),
  );
});

test.each([
  ["nothing is planned", { retry: false }, { retry: false }],
  ["a delay counts from the acceptance", { deliverAfter: { delayMs: 500 } }, { deliverAfter: 1_500 }],
  ["a time that has passed stays", { deliverAfter: { at: 10 } }, { deliverAfter: 10 }],
  ["7 days ahead", { deliverAfter: { at: 1_000 + MAX_AHEAD_MS } }, { deliverAfter: 1_000 + MAX_AHEAD_MS }],
  ["more than 7 days ahead", { deliverAfter: { at: 1_001 + MAX_AHEAD_MS } }, "too-far"],
] as const)("terms of an event that is accepted: %s", (_name, asked, terms) => {
  expect(toTerms(asked, 1_000)).toEqual(terms);
});

test.each([
  ["at its end", { terms: { expiresAt: 100 }, redelivery: 0 }, 100, true],
  ["before its end", { terms: { expiresAt: 100 }, redelivery: 0 }, 99, false],
  ["that a person asked for again", { terms: { expiresAt: 100 }, redelivery: 1 }, 100, false],
  ["without an end", { terms: { retry: false }, redelivery: 0 }, 100, false],
  ["without terms", { redelivery: 0 }, 100, false],
] as const)("a delivery %s", (_name, delivery, at, expired) => {
  expect(isExpired(delivery, at)).toBe(expired);
});

test.each([
  ["before its time", { terms: { deliverAfter: 100 }, redelivery: 0 }, 99, 100],
  ["at its time", { terms: { deliverAfter: 100 }, redelivery: 0 }, 100, undefined],
  ["that a person asked for again", { terms: { deliverAfter: 100 }, redelivery: 1 }, 99, undefined],
  ["without a time", { terms: {}, redelivery: 0 }, 99, undefined],
  ["without terms", { redelivery: 0 }, 99, undefined],
] as const)("a delivery is planned: %s", (_name, delivery, now, until) => {
  expect(findPlannedTime(delivery, now)).toBe(until);
});

test.each([
  ["no end", { deliverAfter: AT + 1 }, undefined],
  ["an end ahead", { expiresAt: AT + 1 }, undefined],
  ["an end after the planned time", { expiresAt: AT + 2, deliverAfter: AT + 1 }, undefined],
  ["an end that is now", { expiresAt: AT }, "expiresAt 2026-01-31T12:00:00.000Z had passed"],
  ["an end before now", { expiresAt: AT - 1_000 }, "expiresAt 2026-01-31T11:59:59.000Z had passed"],
  [
    "an end at the planned time",
    { expiresAt: AT + 1, deliverAfter: AT + 1 },
    "expiresAt 2026-01-31T12:00:00.001Z is not after deliverAfter 2026-01-31T12:00:00.001Z",
  ],
  [
    "an end before the planned time",
    { expiresAt: AT + 1, deliverAfter: AT + 1_000 },
    "expiresAt 2026-01-31T12:00:00.001Z is not after deliverAfter 2026-01-31T12:00:01.000Z",
  ],
])("terms with %s are noted if no attempt is possible", (_what, terms, note) => {
  const noted = describeTooLate(terms, AT);
  if (note === undefined) expect(noted).toBeUndefined();
  else expect(noted).toContain(note);
});
