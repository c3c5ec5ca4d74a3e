import { expect, test } from "vitest";
import { toFieldType, toTypeSchema } from "../../../src/catalogue/type-notation.ts";

const REFERENCE = { $ref: "#/schemas/JiraUser" };

test.each([
  ["string", { type: "string" }, "string"],
  ["any", {}, "any"],
  ['"enabled"', { const: "enabled" }, "string"],
  ["integer[]", { type: "array", items: { type: "integer" } }, "array"],
  ["string[][]", { type: "array", items: { type: "array", items: { type: "string" } } }, "array"],
  ["string | null", { type: ["string", "null"] }, "string"],
  ["integer | string", { type: ["integer", "string"] }, "any"],
  ["JiraUser", REFERENCE, "object"],
  ["JiraUser | null", { anyOf: [REFERENCE, { type: "null" }] }, "object"],
  ["JiraUser[]", { type: "array", items: REFERENCE }, "array"],
  ["JiraUser[] | null", { anyOf: [{ type: "array", items: REFERENCE }, { type: "null" }] }, "array"],
] as const)("%s is the schema %j and the field type %s", (written, schema, type) => {
  expect(toTypeSchema(written)).toEqual(schema);
  expect(toFieldType(written)).toBe(type);
});
