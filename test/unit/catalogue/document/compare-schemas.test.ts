import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareSchemas } from "../../../../src/catalogue/document/compare-schemas.ts";
import { mapSchema } from "../../../../src/catalogue/document/schema-walk.ts";
import type { SchemaObject } from "../../../../src/catalogue/document/schema-walk.ts";
import { runs } from "../../../support/properties.ts";

const P = "/events/e/schema";
const compare = (before: SchemaObject, after: SchemaObject, schemas: SchemaObject = {}, later = schemas) =>
  compareSchemas({ schema: before, schemas, pointer: P }, { schema: after, schemas: later, pointer: P });
const breaks = (before: SchemaObject, after: SchemaObject) =>
  compare(before, after).some(({ breaking }) => breaking);

const object = (properties: SchemaObject, ...required: readonly string[]) => ({
  type: "object",
  properties,
  required,
});
const A = { type: "string" };

describe("compareSchemas", () => {
  test.each<[string, SchemaObject, SchemaObject, string, string]>([
    [
      "a required property removed",
      object({ a: A, b: A }, "a"),
      object({ b: A }),
      `${P}/properties/a`,
      'The property "a" was removed, which was required.',
    ],
    [
      "a required property made optional",
      object({ a: A }, "a"),
      object({ a: A }),
      `${P}/properties/a`,
      'The property "a" is no longer required.',
    ],
    [
      "a type replaced",
      object({ a: A }),
      object({ a: { type: "integer" } }),
      `${P}/properties/a`,
      "The type was string and is integer.",
    ],
    [
      "a type widened",
      object({ a: { type: "integer" } }),
      object({ a: { type: "number" } }),
      `${P}/properties/a`,
      "The type was integer and is number.",
    ],
    [
      "null allowed",
      object({ a: A }),
      object({ a: { type: ["string", "null"] } }),
      `${P}/properties/a`,
      "The type was string and is null, string.",
    ],
    ["nullable", A, { type: "string", nullable: true }, P, "The type was string and is null, string."],
    [
      "a type removed",
      object({ a: A }),
      object({ a: {} }),
      `${P}/properties/a`,
      "The type was string and is null, boolean, object, array, string, number.",
    ],
    ["an enum widened", { enum: ["a", "b"] }, { enum: ["a", "c"] }, P, 'The value can also be "c".'],
    [
      "an enum removed",
      { type: "string", enum: ["a"] },
      A,
      P,
      'The value was one of "a" and can be another.',
    ],
    [
      "a const changed",
      { const: { a: 1, b: 2 } },
      { const: { b: 2, a: 2 } },
      P,
      'The value can also be {"a":2,"b":2}.',
    ],
    [
      "items widened",
      { type: "array", items: A },
      { type: "array" },
      `${P}/items`,
      "The type was string and is",
    ],
    [
      "a later item widened",
      { prefixItems: [A], items: A },
      { prefixItems: [A, {}], items: A },
      `${P}/prefixItems/1`,
      "The type was string",
    ],
    [
      "a list longer",
      { type: "array", maxItems: 2 },
      { type: "array", maxItems: 3 },
      `${P}/maxItems`,
      "maxItems is less strict.",
    ],
    ["a text longer", { type: "string", maxLength: 2 }, A, `${P}/maxLength`, "maxLength is less strict."],
    [
      "a lower minimum",
      { type: "number", minimum: 2 },
      { type: "number", minimum: 1 },
      `${P}/minimum`,
      "minimum is less strict.",
    ],
    [
      "an exclusive maximum included",
      { type: "number", exclusiveMaximum: 2 },
      { type: "number", maximum: 2 },
      `${P}/maximum`,
      "maximum is less strict.",
    ],
    [
      "another pattern",
      { type: "string", pattern: "^a" },
      { type: "string", pattern: "^ab" },
      `${P}/pattern`,
      'The pattern "^a" was removed or changed.',
    ],
    [
      "another format",
      { type: "string", format: "date" },
      { type: "string", format: "date-time" },
      `${P}/format`,
      'The format "date" was',
    ],
    [
      "not changed",
      { not: { const: 1 } },
      { not: { const: 2 } },
      `${P}/not`,
      "not has changed, which Callboard can't compare.",
    ],
    [
      "a condition changed",
      { if: { const: 1 }, then: A },
      { if: { const: 1 }, then: {} },
      `${P}/if`,
      "if has changed",
    ],
    [
      "an alternative added",
      { anyOf: [A] },
      { anyOf: [A, { type: "null" }] },
      P,
      "A value is possible that none of the earlier alternatives has",
    ],
    [
      "values of a map widened",
      { additionalProperties: A },
      { additionalProperties: {} },
      `${P}/additionalProperties`,
      "The type was string",
    ],
    [
      "a property off the map",
      { additionalProperties: A },
      { additionalProperties: A, properties: { a: {} } },
      `${P}/properties/a`,
      "The type was string",
    ],
    [
      "a removed property that the map still has",
      { ...object({ a: A }), additionalProperties: {} },
      { type: "object", additionalProperties: {} },
      `${P}/properties/a`,
      "The type was string",
    ],
    [
      "an impossible value possible",
      object({ a: false }),
      object({ a: A }),
      `${P}/properties/a`,
      "A value is possible that was impossible.",
    ],
    [
      "a step removed",
      { type: "integer", multipleOf: 4 },
      { type: "integer", multipleOf: 6 },
      `${P}/multipleOf`,
      "The value need no longer be a multiple of 4.",
    ],
    [
      "unique items",
      { type: "array", uniqueItems: true },
      { type: "array" },
      P,
      "The items need no longer be unique.",
    ],
    [
      "an unevaluated schema",
      { unevaluatedProperties: A, properties: { a: A } },
      { unevaluatedProperties: A, properties: { a: A, b: A } },
      `${P}/unevaluatedProperties`,
      "unevaluatedProperties has changed",
    ],
    [
      "a part of allOf widened",
      { allOf: [object({ a: A }), { minProperties: 1 }] },
      { allOf: [object({ a: {} }), { minProperties: 1 }] },
      `${P}/allOf/0/properties/a`,
      "The type was string",
    ],
  ])("finds %s", (_name, before, after, pointer, text) => {
    const breaking = compare(before, after).filter((change) => change.breaking);
    expect(breaking).toEqual([expect.objectContaining({ pointer, text: expect.stringContaining(text) })]);
  });

  test.each<[string, SchemaObject, SchemaObject, readonly string[]]>([
    [
      "an optional property added",
      object({ a: A }),
      object({ a: A, b: A }),
      ['The optional property "b" was added.'],
    ],
    [
      "a required property added",
      object({ a: A }),
      object({ a: A, b: A }, "b"),
      ['The required property "b" was added.'],
    ],
    [
      "a property added where none was allowed",
      { ...object({ a: A }), additionalProperties: false },
      { ...object({ a: A, b: A }), additionalProperties: false },
      ['The optional property "b" was added.'],
    ],
    [
      "an optional property removed",
      object({ a: A, b: A }),
      object({ a: A }),
      ['The optional property "b" was removed.'],
    ],
    [
      "an optional property required",
      object({ a: A }),
      object({ a: A }, "a"),
      ['The property "a" is now required.'],
    ],
    ["a type tightened", { type: ["string", "null"] }, A, ["The type was null, string and is string."]],
    ["an enum tightened", { enum: [1, 2] }, { enum: [2] }, ["The value can no longer be 1."]],
    [
      "limits tightened",
      { type: "integer", minimum: 1 },
      { type: "integer", exclusiveMinimum: 1 },
      ["minimum is stricter."],
    ],
    [
      "limits of a type that is not possible",
      { minimum: 1, maxLength: 4 },
      { type: "boolean" },
      ["The type was null, boolean, object, array, string, number and is boolean."],
    ],
    [
      "texts for people",
      { title: "a", description: "b", examples: [1] },
      { title: "c", default: 1, "x-y": 1 },
      [],
    ],
    [
      "another order",
      { required: ["a", "b"], properties: { a: A, b: A }, type: ["object", "null"] },
      { type: ["null", "object"], properties: { b: A, a: A }, required: ["b", "a"] },
      [],
    ],
    [
      "another way to write it",
      { type: "object", properties: { a: A } },
      { allOf: [{ type: "object" }, { properties: { a: A } }] },
      [],
    ],
    [
      "an alternative removed",
      { anyOf: [A, { type: "null" }] },
      { anyOf: [{ type: "null" }] },
      ["The alternatives are stricter."],
    ],
    [
      "alternatives in another order",
      { oneOf: [A, { type: "null" }] },
      { anyOf: [{ type: "null" }, A] },
      ["The alternatives are stricter."],
    ],
    [
      "one alternative chosen",
      { anyOf: [A, { type: "integer" }] },
      { type: "integer", minimum: 3 },
      ["The alternatives are stricter."],
    ],
    [
      "a type as alternatives",
      { type: ["string", "null"] },
      { anyOf: [{ type: "string" }, { type: "null" }] },
      ["The alternatives are stricter."],
    ],
    ["a step that divides", { type: "integer", multipleOf: 2 }, { type: "integer", multipleOf: 6 }, []],
    ["a constraint added", A, { type: "string", pattern: "a", not: { const: "b" } }, []],
  ])("accepts %s", (_name, before, after, texts) => {
    const changes = compare(before, after);
    expect(changes.map(({ text }) => text)).toEqual(texts);
    expect(changes.some(({ breaking }) => breaking)).toBe(false);
  });

  test("follows references, and points into shared schemas", () => {
    const before = {
      Crane: object({ id: { type: "integer" } }),
      Stopped: object({ crane: { $ref: "#/schemas/Crane" } }),
    };
    const after = { ...before, Crane: object({ id: A }) };
    const ref = { $ref: "#/schemas/Stopped" };
    expect(compare(ref, ref, before, after)).toEqual([
      {
        kind: "changed",
        pointer: "/schemas/Crane/properties/id",
        breaking: true,
        text: "The type was integer and is string.",
      },
    ]);
    expect(compare(ref, ref, before, { ...before, Other: {} })).toEqual([]);
    expect(compare(ref, before.Stopped, before, before)).toEqual([]);
  });

  test("resolves references into the own schema", () => {
    const schema = (type: string) => ({ $defs: { a: { type } }, properties: { a: { $ref: "#/$defs/a" } } });
    expect(compare(schema("string"), schema("integer"))).toMatchObject([
      { pointer: `${P}/$defs/a`, breaking: true },
    ]);
  });

  test("can't decide a reference that leads nowhere, a cycle, or schemas that are too complex", () => {
    const undecided = [
      expect.objectContaining({ breaking: true, text: expect.stringContaining("can't decide") }),
    ];
    expect(compare(A, { $ref: "#/schemas/No" })).toEqual(undecided);
    expect(compare({ $ref: "#" }, { $ref: "#", type: "object" })).toEqual(undecided);
    const nested = (type: string) =>
      Array.from({ length: 20 }).reduce<SchemaObject>(
        (schema) => ({
          allOf: [{ properties: { a: schema, b: schema } }, { anyOf: [schema, { minProperties: 2 }] }],
        }),
        { type },
      );
    expect(compare(nested("string"), nested("integer"))).toEqual(undecided);
  });
});

/** Bodies have no members that the schema doesn't announce. */
function closed(schema: SchemaObject): SchemaObject {
  return mapSchema(schema, (each) => {
    const {
      properties = {},
      required = [],
      additionalProperties,
      patternProperties,
      type,
    } = each as {
      readonly properties?: SchemaObject;
      readonly required?: readonly string[];
      readonly additionalProperties?: unknown;
      readonly patternProperties?: unknown;
      readonly type?: unknown;
    };
    if (type !== "object" || additionalProperties !== undefined || patternProperties !== undefined)
      return each;
    const undeclared = required.filter((name: string) => !Object.hasOwn(properties, name));
    return {
      ...each,
      properties: { ...properties, ...Object.fromEntries(undeclared.map((name: string) => [name, true])) },
      unevaluatedProperties: false,
    };
  });
}

/** Receivers ignore members that they don't know, and it makes no difference which alternatives a value has. */
function opened(schema: SchemaObject): SchemaObject {
  return mapSchema(schema, ({ additionalProperties, oneOf, ...each }) => ({
    ...each,
    ...(additionalProperties === undefined || additionalProperties === false ? {} : { additionalProperties }),
    ...(oneOf === undefined ? {} : { allOf: [{ anyOf: oneOf }] }),
  }));
}

const NAMES = ["a", "b", "c"];
const scalars = fc.constantFrom<unknown>(null, true, 0, 1, 2, 1.5, "", "a", "ab", "abc");
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const small = fc.integer({ min: 0, max: 3 });
const optional = { requiredKeys: [] as never[] };
const { schema } = fc.letrec<{ schema: SchemaObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<SchemaObject>(
      {},
      { type: "string" },
      { type: "integer" },
      { type: ["number", "null"] },
      { nullable: true, type: "boolean" },
    ),
    fc.record({ enum: fc.uniqueArray(scalars, { minLength: 1, maxLength: 3 }) }),
    fc.record(
      {
        type: fc.constant("number"),
        minimum: small,
        exclusiveMaximum: small,
        multipleOf: fc.constantFrom(1, 2),
      },
      { requiredKeys: ["type"] },
    ),
    fc.record(
      {
        type: fc.constant("string"),
        minLength: small,
        maxLength: small,
        pattern: fc.constantFrom("^a", "b"),
      },
      { requiredKeys: ["type"] },
    ),
    fc.record(
      {
        type: fc.constant("array"),
        items: tie("schema"),
        prefixItems: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        maxItems: small,
        uniqueItems: fc.boolean(),
      },
      { requiredKeys: ["type"] },
    ),
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(fc.constantFrom(...NAMES), tie("schema"), { maxKeys: 3 }),
        required: fc.subarray(NAMES),
        additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
        minProperties: small,
        patternProperties: fc.constantFrom({ "^a": { type: "string" } }, { "^a": { type: "integer" } }),
      },
      { requiredKeys: ["type"] },
    ),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record(
      {
        allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        not: fc.record({ enum: fc.array(scalars, { minLength: 1, maxLength: 2 }) }),
      },
      optional,
    ),
  ),
}));

/** Two schemas of which the second is most often the first with one part replaced. */
const pairs = fc.tuple(schema, schema, fc.nat({ max: 12 })).map(([before, other, chosen]) => {
  let seen = 0;
  const after = mapSchema(before, (each) => (seen++ === chosen ? other : each));
  return [before, seen > chosen ? after : other] as const;
});

const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });

test("what is not breaking announces no value that was not announced", () => {
  let compatible = 0;
  let accepted = 0;
  fc.assert(
    fc.property(pairs, fc.array(value, { minLength: 5, maxLength: 20 }), ([before, after], values) => {
      if (breaks(before, after)) return;
      compatible += 1;
      const [isAfter, isBefore] = [ajv.compile(closed(after)), ajv.compile(opened(before))];
      for (const each of values) {
        if (!isAfter(each)) continue;
        accepted += 1;
        expect(isBefore(each), JSON.stringify(each)).toBe(true);
      }
    }),
    runs(200),
  );
  // Otherwise the property would say nothing.
  expect(compatible).toBeGreaterThan(8);
  expect(accepted).toBeGreaterThan(15);
});

test("nothing is breaking from a schema to itself, or to one with more constraints", () => {
  fc.assert(
    fc.property(schema, schema, (before, more) => {
      expect(compare(before, structuredClone(before))).toEqual([]);
      expect(breaks({}, more)).toBe(false);
    }),
    runs(100),
  );
});
