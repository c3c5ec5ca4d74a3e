import { describe, expect, test } from "vitest";
import { field, optional, shaped, usual } from "../../../src/catalogue/event-type.ts";
import { createSchema, expandFields, listFields } from "../../../src/catalogue/schema.ts";
import { createShapes } from "../../../src/catalogue/shapes.ts";

const schemas = createShapes({
  Crane: {
    "id!": "integer",
    name: "string",
    "operator?": ["Person | null", "nobody at night"],
    parts: "Part[]",
    "custom_*?": "any",
  },
  Person: { nickname: "string | null" },
  Part: { "weight?": "number" },
});

const FIELDS = [
  shaped("crane", "Crane", "the one that stopped"),
  ...optional(shaped("others", "Person[]"), field("reason", "string")),
  ...usual(shaped("stops", "integer[]")),
  { ...field("note", "string"), loose: true as const },
];
const schema = { ...createSchema("Stopped", FIELDS), schemas };

describe("the schema of fields", () => {
  test("demands required ones, and names those that every recorded body has", () => {
    expect(createSchema("Stopped", FIELDS)).toEqual({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Stopped",
      type: "object",
      properties: {
        crane: { $ref: "#/schemas/Crane", description: "the one that stopped" },
        others: { type: "array", items: { $ref: "#/schemas/Person" } },
        reason: { type: "string" },
        stops: { type: "array", items: { type: "integer" } },
        note: {},
      },
      required: ["crane"],
      "x-callboard-usual": ["stops"],
    });
  });
});

describe("the fields of a body", () => {
  const crane = [
    { path: "crane.id", type: "integer", required: true },
    { path: "crane.name", type: "string", required: false, usual: true },
    { path: "crane.operator", type: "object", required: false, nullable: true, note: "nobody at night" },
    { path: "crane.operator.nickname", type: "string", required: false, usual: true, nullable: true },
    { path: "crane.parts", type: "array", required: false, usual: true },
    { path: "crane.parts[].weight", type: "number", required: false },
    { path: "crane.custom_*", type: "any", required: false },
  ];

  test("are those written down, each with the members of its shape", () => {
    expect(expandFields(FIELDS, schema)).toEqual([
      { path: "crane", type: "object", required: true, note: "the one that stopped" },
      ...crane,
      { path: "others", type: "array", required: false },
      { path: "others[].nickname", type: "string", required: false, usual: true, nullable: true },
      { path: "reason", type: "string", required: false },
      { path: "stops", type: "array", required: false, usual: true },
      { path: "note", type: "string", required: true, loose: true },
    ]);
  });

  test("are read from a schema alike; the note beside a reference counts before that of its target", () => {
    expect(listFields(schema).slice(0, 1 + crane.length)).toEqual([
      { path: "crane", type: "object", required: true, note: "the one that stopped" },
      ...crane,
    ]);
  });
});
