import fc from "fast-check";
import { expect, test } from "vitest";
import { CallboardError } from "../../../../../src/errors.ts";
import {
  NO_TERMS,
  isAboutTerms,
  readTermsFields,
  toAskedTerms,
} from "../../../../../src/host/web/pages/terms-form.ts";

const TIME = "2026-01-31T12:00:00Z";
const AT = Date.UTC(2026, 0, 31, 12);
const read = (fields: Record<string, string>) => readTermsFields(new URLSearchParams(fields));

function catchRefusal(fields: Record<string, string>, isTest = false): CallboardError {
  try {
    toAskedTerms(read(fields), isTest);
  } catch (error) {
    if (error instanceof CallboardError) return error;
  }
  throw new Error("it was not refused");
}

test.each([
  ["nothing", {}, undefined],
  ["spaces", { expiresAt: " ", deliverAfter: "\t" }, undefined],
  ["an end", { expiresAt: ` ${TIME} ` }, { expiresAt: AT }],
  ["a delay", { deliverAfter: "15m" }, { deliverAfter: { delayMs: 900_000 } }],
  ["a planned time", { deliverAfter: TIME }, { deliverAfter: { at: AT } }],
  ["one attempt", { isOnce: "on" }, { retry: false }],
])("%s is read from the form", (_name, fields, terms) => {
  expect(toAskedTerms(read(fields), false)).toEqual(terms);
});

test("an empty form has no terms", () => {
  expect(read({})).toEqual(NO_TERMS);
});

test("what can't be read is refused at its field, all at once", () => {
  const { code, errors } = catchRefusal({ expiresAt: "tomorrow", deliverAfter: "8d", isOnce: "on" });
  expect(code).toBe("EVENT_SCHEMA");
  expect(errors.map(({ pointer }) => pointer)).toEqual(["/expiresAt", "/deliverAfter"]);
});

test("a test has no times, and one attempt anyway", () => {
  expect(toAskedTerms(read({ isOnce: "on" }), true)).toBe(undefined);
  expect(catchRefusal({ expiresAt: TIME, deliverAfter: "1m" }, true).errors).toEqual([
    { pointer: "/expiresAt", detail: "must be empty: a test is sent at once" },
    { pointer: "/deliverAfter", detail: "must be empty: a test is sent at once" },
  ]);
});

test.each([
  ["EVENT_SCHEMA", ["/deliverAfter"], true],
  ["EVENT_SCHEMA", ["/expiresAt", "/deliverAfter"], true],
  ["EVENT_SCHEMA", ["/expiresAt", "/payload"], false],
  ["EVENT_SCHEMA", [], false],
  ["EVENT_OFF_SCHEMA", ["/expiresAt"], false],
] as const)("%s about %j is about terms: %s", (code, pointers, isAbout) => {
  const errors = pointers.map((pointer) => ({ pointer, detail: "is wrong" }));
  expect(isAboutTerms(new CallboardError(code, "It is wrong", { errors }))).toBe(isAbout);
});

test("any form is read, and what it has is accepted or refused at its field", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("expiresAt", "deliverAfter", "isOnce"), fc.string()),
      (fields) => {
        try {
          toAskedTerms(read(fields), false);
        } catch (error) {
          expect(error instanceof CallboardError && isAboutTerms(error)).toBe(true);
        }
      },
    ),
  );
});
