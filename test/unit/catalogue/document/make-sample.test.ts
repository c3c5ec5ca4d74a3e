import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeSample } from "../../../../src/catalogue/document/make-sample.ts";
import type { SchemaObject } from "../../../../src/catalogue/document/schema-walk.ts";
import { runs } from "../../../support/properties.ts";

const SCHEMAS = { Crane: { type: "object", properties: { id: { type: "integer", minimum: 3 } } } };

describe("makeSample", () => {
  test.each<[SchemaObject, unknown]>([
    [{ type: "string", format: "date" }, "2026-01-15"],
    [{ type: "string", minLength: 6 }, "textxx"],
    [{ type: "string", maxLength: 2 }, "te"],
    [{ type: ["null", "string"] }, null],
    [{ type: "number", exclusiveMinimum: 3 }, 4],
    [{ type: "number", maximum: -2 }, -2],
    [{ type: "boolean" }, true],
    [{ type: "array", items: { type: "integer" }, minItems: 2 }, [1, 1]],
    [{ type: "array", prefixItems: [{ const: 7 }] }, [7]],
    [{ enum: ["a", "b"] }, "a"],
    [{ type: "integer", examples: [12] }, 12],
    [{ type: "array", items: { type: "string" }, example: "x" }, ["text"]],
    [
      {
        allOf: [
          { properties: { a: { properties: { b: { const: 1 } } } } },
          { properties: { a: { properties: { c: { const: 2 }, b: {} } } } },
        ],
      },
      { a: { b: 1, c: 2 } },
    ],
    [{ type: "string", default: "x" }, "x"],
    [{ allOf: [{ $ref: "#/schemas/Crane" }, { properties: { a: { const: 1 } } }] }, { id: 3, a: 1 }],
    [{ anyOf: [{ $ref: "#/schemas/Crane" }, { type: "null" }] }, { id: 3 }],
    [{ $defs: { a: { const: 5 } }, properties: { a: { $ref: "#/$defs/a" }, b: false } }, { a: 5 }],
    [{}, {}],
  ])("makes of %j: %j", (schema, expected) => {
    expect(makeSample(schema, SCHEMAS)).toEqual(expected);
  });

  test("ends for schemas that refer to themselves or have many properties", () => {
    const wide = {
      properties: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`p${index}`, {}])),
    };
    expect(Object.keys(makeSample(wide, {}) as object).length).toBeLessThan(400);
    const circle = { type: "object", required: ["a"], properties: { a: { $ref: "#/schemas/C" } } };
    expect(JSON.stringify(makeSample({ $ref: "#/schemas/C" }, { C: circle })).length).toBeLessThan(1_000);
  });

  test("fits schemas of types, limits and properties", () => {
    const { schema } = fc.letrec<{ schema: SchemaObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<SchemaObject>(
          { type: "string", maxLength: 3 },
          { type: "integer", minimum: 5 },
          { type: "boolean" },
        ),
        fc.record({ enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1 }) }),
        fc.record({ type: fc.constant("array"), items: tie("schema"), minItems: fc.nat({ max: 3 }) }),
        fc.record({
          type: fc.constant("object"),
          properties: fc.dictionary(fc.constantFrom("a", "b"), tie("schema")),
          required: fc.constant([]),
        }),
      ),
    }));
    const ajv = new Ajv2020({ strict: false, logger: false });
    fc.assert(
      fc.property(schema, (given) => {
        expect(ajv.compile(given)(makeSample(given, {}))).toBe(true);
      }),
      runs(40),
    );
  });
});
