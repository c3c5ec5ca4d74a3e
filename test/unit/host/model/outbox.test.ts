import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import {
  describeStanding,
  readTermsColumn,
  toOutcome,
  toPortions,
} from "../../../../src/host/model/outbox.ts";
import type { OutboxRow } from "../../../../src/host/model/outbox.ts";

describe("outcome of a row that was not accepted", () => {
  test.each([
    ["OVERLOADED", 3, 3_000],
    ["STORAGE", undefined, 1_000],
    ["SHUTTING_DOWN", undefined, 1_000],
    ["RATE_LIMITED", 0.5, 500],
  ] as const)("%s postpones it", (code, retryAfterSeconds, retryAfterMs) => {
    const error = new CallboardError(code, "x", retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    expect(toOutcome(error)).toEqual({ kind: "postponed", retryAfterMs });
  });

  test("any other code refuses it, with the first problems", () => {
    const errors = Array.from({ length: 9 }, (_, at) => ({ pointer: `/${at}`, detail: "is wrong" }));
    expect(toOutcome(new CallboardError("EVENT_SCHEMA", "The event does not fit", { errors }))).toEqual({
      kind: "refused",
      code: "EVENT_SCHEMA",
      detail: "The event does not fit\n/0 is wrong\n/1 is wrong\n/2 is wrong\n/3 is wrong\n/4 is wrong",
    });
  });

  test("an unexpected error refuses it as INTERNAL, with a text that PostgreSQL stores", () => {
    const outcome = toOutcome(new Error(`a\0${"b".repeat(2_000)}`));
    expect(outcome).toEqual({ kind: "refused", code: "INTERNAL", detail: `a${"b".repeat(999)}` });
  });
});

describe("the terms of a row", () => {
  test.each([
    [null, {}],
    ["{}", {}],
    ['{"retry": false}', { retry: false }],
    // What is no term value is refused where those of every event are.
    [
      '{"expiresAt": "2026-01-31T12:00:00Z", "deliverAfter": 7}',
      { expiresAt: "2026-01-31T12:00:00Z", deliverAfter: 7 },
    ],
  ])("%s are read", (text, terms) => {
    expect(readTermsColumn(text)).toEqual(terms);
  });

  test.each([
    "null",
    "[]",
    '"15m"',
    '{"id": "other"}',
    '{"client": {}}',
    `{"expiresAt": "${"x".repeat(1_000)}"}`,
  ])("%s are refused", (text) => {
    expect(() => readTermsColumn(text)).toThrow(
      expect.objectContaining({
        code: "EVENT_SCHEMA",
        errors: [
          { pointer: "/terms", detail: expect.stringContaining("expiresAt, retry, deliverAfter") as string },
        ],
      }),
    );
  });
});

test("any JSON is either terms or refused with a code", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        const terms = readTermsColumn(text);
        expect(["expiresAt", "retry", "deliverAfter"]).toEqual(expect.arrayContaining(Object.keys(terms)));
      } catch (error) {
        expect(error).toMatchObject({ code: "EVENT_SCHEMA" });
      }
    }),
  );
});

test("payloads are read in portions, a larger one alone", () => {
  const rows = [3, 3, 4, 1, 20, 1, 9].map(
    (payloadBytes, no) => ({ no: String(no), payloadBytes }) as OutboxRow,
  );
  const sizes = toPortions(rows, 10).map((portion) => portion.map(({ payloadBytes }) => payloadBytes));
  expect(sizes).toEqual([[3, 3, 4], [1], [20], [1, 9]]);
  expect(toPortions([], 10)).toEqual([]);
});

test.each([
  [{ kind: "starting" }, "not read yet"],
  [{ kind: "failing", problem: "it is away" }, "it is away"],
  [{ kind: "reading", waiting: 7, refused: 0 }, "ok"],
  [{ kind: "reading", waiting: 0, refused: 1 }, "1 refused row; see refused_code and refused_detail"],
  [
    { kind: "reading", waiting: 0, refused: 10_000 },
    "10000 or more refused rows; see refused_code and refused_detail",
  ],
] as const)("the state %j is shown as %j", (standing, text) => {
  expect(describeStanding(standing)).toBe(text);
});
