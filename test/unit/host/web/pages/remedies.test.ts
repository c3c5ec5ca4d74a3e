import { expect, test } from "vitest";
import { OF_INSTALLS } from "../../../../../src/host/web/api/error-codes.ts";
import { ROUTES } from "../../../../../src/host/web/api/routes.ts";
import { remedyFor } from "../../../../../src/host/web/pages/remedies.ts";
import { OF_FORMS } from "../../../../fixtures/form-operations.ts";

test("every code that a form can be refused with has a text that says what to try", () => {
  const routes = ROUTES.filter(({ id }) => OF_FORMS.includes(id));
  expect(routes.map(({ id }) => id).toSorted()).toEqual(OF_FORMS);
  const codes = new Set([
    ...routes.flatMap(({ errors = [] }) => errors),
    ...OF_INSTALLS,
    "BODY_SCHEMA",
  ] as const);
  expect([...codes].filter((code) => remedyFor(code) === undefined)).toEqual([]);
});

test("a filter of a webhook is not called a descriptor", () => {
  expect(remedyFor("DESCRIPTOR_FILTER")).toContain("Correct the filter");
});
