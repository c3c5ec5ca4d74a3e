import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkReferences,
  decodeEscapes,
  decodePointer,
  MAX_PLACES,
  pickReachedSchemas,
  resolveReference,
} from "../../../../src/catalogue/document/references.ts";
import { escapeStep } from "../../../../src/json/pointer.ts";
import type { SchemaObject } from "../../../../src/catalogue/document/schema-walk.ts";

const PLACE = "/events/e/schema";

function listProblems(schemas: SchemaObject, ...own: readonly SchemaObject[]): readonly string[] {
  const found: string[] = [];
  checkReferences(
    schemas,
    own.map((schema, index) => [index === 0 ? PLACE : `${PLACE}${index}`, schema]),
    (pointer, detail) => found.push(`${pointer}: ${detail}`),
  );
  return found;
}
const ref = ($ref: unknown) => ({ $ref });

describe("checkReferences", () => {
  test.each<[string, SchemaObject, SchemaObject]>([
    ["a shared schema", { A: {} }, ref("#/schemas/A")],
    ["a part of a shared schema", { A: { properties: { b: {} } } }, ref("#/schemas/A/properties/b")],
    [
      "a percent-encoded part",
      { A: { properties: { "a b/c": {} } } },
      ref("#/schemas/A/properties/a%20b~1c"),
    ],
    ["a shared schema from another", { A: {}, B: ref("#/schemas/A") }, ref("#/schemas/B")],
    ["a place of the own schema", {}, { $defs: { a: {} }, properties: { b: ref("#/$defs/a") } }],
    ["a schema that is true", { A: { not: true } }, ref("#/schemas/A/not")],
    ["the same schema twice", { A: {} }, { allOf: [ref("#/schemas/A"), ref("#/schemas/A")] }],
    ["nothing, in data", {}, { const: ref("http://example.com"), properties: { $ref: { type: "string" } } }],
  ])("accepts %s", (_name, schemas, schema) => {
    expect(listProblems(schemas, schema)).toEqual([]);
  });

  test.each<[string, SchemaObject, SchemaObject, string]>([
    [
      "a remote reference",
      {},
      ref("https://example.com/a.json"),
      `${PLACE}/$ref: The reference "https://example.com/a.json" must begin with`,
    ],
    ["a file", {}, ref("a.yaml#/x"), `${PLACE}/$ref: The reference "a.yaml#/x" must begin with`],
    [
      "a schema that is missing",
      {},
      { items: ref("#/schemas/A") },
      `${PLACE}/items/$ref: The reference "#/schemas/A" leads to no schema.`,
    ],
    [
      "an inherited name",
      {},
      ref("#/schemas/constructor"),
      `${PLACE}/$ref: The reference "#/schemas/constructor" leads`,
    ],
    [
      "all shared schemas",
      { A: {} },
      ref("#/schemas"),
      `${PLACE}/$ref: The reference "#/schemas" leads to no schema.`,
    ],
    ["an anchor", {}, ref("#a"), `${PLACE}/$ref: The reference "#a" leads to no schema.`],
    ["a number", {}, ref(7), `${PLACE}/$ref: A reference must be a text.`],
    ["itself", {}, { items: ref("#") }, `${PLACE}/items/$ref: The reference "#" leads back to itself.`],
    [
      "a cycle in the own schema",
      {},
      { $defs: { a: { items: ref("#/$defs/a") } } },
      `${PLACE}/$defs/a/items/$ref: The reference "#/$defs/a" leads back`,
    ],
    [
      "an own place of a shared schema",
      { A: { $defs: { b: {} }, items: ref("#/$defs/b") } },
      {},
      '/schemas/A/items/$ref: The reference "#/$defs/b" leads to no schema. References between shared schemas begin',
    ],
    [
      "a pattern of another language",
      { A: { pattern: "\\A" } },
      {},
      '/schemas/A/pattern: The pattern "\\\\A" is not',
    ],
    [
      "a pattern of names",
      {},
      { patternProperties: { "(/": {} } },
      `${PLACE}/patternProperties/(~1: The pattern "(/"`,
    ],
    ["an address", {}, { $id: "x" }, `${PLACE}/$id: $id is not supported in schemas.`],
    [
      "a reference by anchor",
      {},
      { not: { $dynamicRef: "#x" } },
      `${PLACE}/not/$dynamicRef: $dynamicRef is not`,
    ],
    [
      "another draft",
      {},
      { $schema: "http://json-schema.org/draft-07/schema#" },
      `${PLACE}/$schema: The only dialect`,
    ],
  ])("reports %s", (_name, schemas, schema, expected) => {
    expect(listProblems(schemas, schema)).toEqual([expect.stringContaining(expected)]);
  });

  test("reports a cycle of shared schemas once, however many event types refer to it", () => {
    const schemas = { A: { items: ref("#/schemas/B") }, B: { not: ref("#/schemas/A") } };
    expect(listProblems(schemas, ref("#/schemas/A"), ref("#/schemas/B"))).toEqual([
      expect.stringContaining('/schemas/B/not/$ref: The reference "#/schemas/A" leads back to itself.'),
    ]);
  });

  test("names the place of a shared schema that only a reference has reached", () => {
    expect(listProblems({ A: { x: { items: ref("#/schemas/B") } } }, ref("#/schemas/A/x"))).toEqual([
      expect.stringContaining("/schemas/A/x/items/$ref: "),
    ]);
  });

  test("reports schemas that references blow up, in little time", () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 60 }, (_, level) => [
        `L${level}`,
        level === 0 ? {} : { allOf: [ref(`#/schemas/L${level - 1}`), ref(`#/schemas/L${level - 1}`)] },
      ]),
    );
    expect(listProblems(schemas, ref("#/schemas/L59"))).toEqual([
      expect.stringContaining(
        `${PLACE}: The schema has more than ${MAX_PLACES.toLocaleString("en-US")} places`,
      ),
      expect.stringContaining("/events: "),
    ]);
  });

  test("reports a chain of 5,000 schemas", () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, level) => [
        `L${level}`,
        level === 4_999 ? {} : ref(`#/schemas/L${level + 1}`),
      ]),
    );
    expect(listProblems(schemas)[0]).toContain("is nested deeper than 300 levels.");
  });

  test("takes any schemas", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (schemas) => {
        expect(() => listProblems(schemas, schemas)).not.toThrow();
      }),
    );
  });
});

test("the fragment of a reference gives the steps of its pointer, percent-encoded or not", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (steps) => {
      const pointer = steps.map((step) => `/${escapeStep(step)}`).join("");
      expect(decodePointer(encodeURIComponent(pointer))).toEqual(steps);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(decodePointer(`/%${text}`)).toBeInstanceOf(Array);
    }),
  );
  expect(decodePointer("/a%2")).toEqual(["a%2"]);
});

test("resolveReference takes any text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(resolveReference(`#/schemas/A/${text}`, { A: {} }, undefined)).toBeUndefined();
    }),
  );
});

describe("pickReachedSchemas", () => {
  const schemas = {
    A: { properties: { b: ref("#/schemas/B"), again: ref("#/schemas/A/properties/b") } },
    B: { anyOf: [{ type: "string" }, ref("#/schemas/C/x-parts/d")] },
    C: { "x-parts": { d: ref("#/schemas/D") }, not: ref("#/schemas/E") },
    D: true,
    E: {},
    F: ref("#/x-own"),
    G: {},
  };
  test.each<[string, SchemaObject, readonly string[]]>([
    ["nothing", { type: "object" }, []],
    ["a chain, through parts that are no schemas", ref("#/schemas/A"), ["A", "B", "C", "D"]],
    ["what the schemas in a schema reach", { allOf: [{ items: ref("#/schemas/E") }] }, ["E"]],
    ["what its own places reach", { $ref: "#/x-own", "x-own": ref("#/schemas/G") }, ["G"]],
    ["a reference to itself", { properties: { all: ref("#"), g: ref("#/schemas/G") } }, ["G"]],
    [
      "nothing through a shared schema's reference to the own schema",
      { ...ref("#/schemas/F"), "x-own": ref("#/schemas/G") },
      ["F"],
    ],
    [
      "nothing that isn't there",
      { anyOf: [ref("#/schemas/none"), ref("#/schemas/constructor"), ref(7), ref("http://x/#/schemas/A")] },
      [],
    ],
    ["nothing in data", { const: ref("#/schemas/A"), properties: { $ref: {} } }, []],
  ])("finds %s", (_name, schema, names) => {
    const picked = pickReachedSchemas(schema, schemas);
    expect(Object.keys(picked).toSorted()).toEqual(names);
    for (const name of names) expect(picked[name]).toBe(schemas[name as keyof typeof schemas]);
  });

  test("a reached schema is looked at once, however many references lead to it", () => {
    const levels = Array.from({ length: 1_000 }, (_, level) => [
      `L${level}`,
      { allOf: [ref(`#/schemas/L${level + 1}`), ref(`#/schemas/L${level + 1}`)] },
    ]);
    expect(Object.keys(pickReachedSchemas(ref("#/schemas/L0"), Object.fromEntries(levels)))).toHaveLength(
      1_000,
    );
  });
});

test("escapes are decoded, and a text without them stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(decodeEscapes(encodeURIComponent(text))).toBe(text);
      expect(decodeEscapes(`${text.replaceAll("%", "")}%`)).toBe(`${text.replaceAll("%", "")}%`);
    }),
  );
});
