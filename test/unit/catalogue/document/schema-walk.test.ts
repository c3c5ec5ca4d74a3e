import { describe, expect, test } from "vitest";
import { listSubschemas, mapSchema } from "../../../../src/catalogue/document/schema-walk.ts";

const SCHEMA = {
  type: "object",
  properties: { $ref: { type: "string" }, "a/b": true },
  items: [{ const: 1 }],
  prefixItems: [{ const: 2 }],
  not: { const: { not: { const: 3 } } },
  default: { items: { const: 4 } },
  additionalProperties: false,
  allOf: "wrong",
};

describe("listSubschemas", () => {
  test("finds schemas in all kinds of keywords, and none in data", () => {
    expect(listSubschemas(SCHEMA).map(({ pointer, schema }) => [pointer, schema])).toEqual([
      ["/properties/$ref", { type: "string" }],
      ["/properties/a~1b", true],
      ["/items/0", { const: 1 }],
      ["/prefixItems/0", { const: 2 }],
      ["/not", { const: { not: { const: 3 } } }],
      ["/additionalProperties", false],
    ]);
  });
});

describe("mapSchema", () => {
  test("changes every schema, the innermost first, and leaves data as it is", () => {
    const seen: unknown[] = [];
    const mapped = mapSchema({ not: { items: { const: { not: 1 } } }, properties: { a: true } }, (schema) => {
      seen.push(Object.keys(schema));
      return { ...schema, x: seen.length };
    });
    expect(seen).toEqual([["const"], ["items"], ["not", "properties"]]);
    expect(mapped).toEqual({
      not: { items: { const: { not: 1 }, x: 1 }, x: 2 },
      properties: { a: true },
      x: 3,
    });
  });

  test("changes nothing by itself", () => {
    expect(mapSchema(SCHEMA, (schema) => schema)).toEqual(SCHEMA);
  });
});
