import { expect, test } from "vitest";
import { collectNames, describeSchema } from "../../../../../src/host/web/present/api-schema.ts";

/** The type and the rules as a reader sees them. */
const wordsFor = (schema: Readonly<Record<string, unknown>>): string => {
  const { type, rules } = describeSchema(schema);
  return [type.map(({ text }) => text).join(""), ...rules].join(" | ");
};

test.each([
  [{ type: "string", minLength: 1, maxLength: 200 }, "string | 1 to 200 characters"],
  [{ type: "string", maxLength: 5 }, "string | at most 5 characters"],
  [{ type: "string", minLength: 2, maxLength: 2 }, "string | 2 characters"],
  [{ type: ["string", "null"], enum: ["a", "b", null] }, "string or null | one of a, b"],
  [{ type: "string", format: "date-time" }, "time"],
  [{ type: "string", format: "uri" }, "string | URL"],
  [{ type: "string", pattern: "^a$" }, "string | pattern ^a$"],
  [{ type: "string", pattern: "^[^\\u0000]*$" }, "string"],
  [{ type: "integer", minimum: 1, default: 50 }, "integer | at least 1 | 50 when left out"],
  [
    { type: "array", items: { $ref: "#/components/schemas/Site" }, minItems: 1 },
    "array of Site | at least 1 item",
  ],
  [{ type: "object", additionalProperties: { type: "integer" } }, "object with values integer"],
  [{ anyOf: [{ $ref: "#/components/schemas/Site" }, { type: "null" }] }, "Site or null"],
  [{ description: "anything" }, "any value"],
])("%j is %s", (schema, words) => {
  expect(wordsFor(schema)).toBe(words);
});

test("an enum of more than 40 values is cut", () => {
  const values = Array.from({ length: 42 }, (_, at) => `v${at}`);
  expect(wordsFor({ type: "string", enum: values })).toMatch(/v39 and 2 more$/);
});

test("a reference links to the schema that it names", () => {
  expect(describeSchema({ $ref: "#/components/schemas/Site" }).type).toEqual([
    { text: "Site", schema: "Site" },
  ]);
});

test("members of objects within have rows of their own", () => {
  const count = { type: "integer", description: "Attempts" };
  const { members } = describeSchema({
    type: "object",
    required: ["within"],
    properties: {
      within: { type: "object", required: ["50"], properties: { "50": count }, description: "Times" },
      list: { type: "array", items: { type: "object", properties: { a: count } }, description: "List" },
      names: { type: "array", items: { type: "string" }, description: "Names" },
    },
  });
  expect(members.map(({ name, isRequired, description }) => [name, isRequired, description])).toEqual([
    ["within", true, "Times"],
    ["within.50", true, "Attempts"],
    ["list", false, "List"],
    ["list[].a", false, "Attempts"],
    ["names", false, "Names"],
  ]);
});

test("the names of schemas are those that are referred to, also by way of others, and each once", () => {
  const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const schemas = { A: { items: refer("B") }, B: { anyOf: [refer("A"), refer("C")] }, C: {}, D: {} };
  expect(collectNames([refer("A"), refer("C")], schemas)).toEqual(["A", "B", "C"]);
});
