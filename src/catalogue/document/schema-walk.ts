/**
 * Where JSON Schema (draft 2020-12) has schemas inside a schema. Everything else, such as the value of `const`, is data, even
 * if it looks like a schema. Pure.
 */
import { isObject } from "../../json/object.ts";
import type { JsonObject } from "../../json/object.ts";
import { escapeStep } from "../../json/pointer.ts";

export type SchemaObject = JsonObject;

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
const KINDS: ReadonlyMap<string, "one" | "list" | "named"> = new Map([
  ...(
    [
      "additionalItems",
      "additionalProperties",
      "contains",
      "contentSchema",
      "else",
      "if",
      "items",
      "not",
      "propertyNames",
      "then",
      "unevaluatedItems",
      "unevaluatedProperties",
    ] as const
  ).map((keyword) => [keyword, "one"] as const),
  ...(["allOf", "anyOf", "oneOf", "prefixItems"] as const).map((keyword) => [keyword, "list"] as const),
  ...(
    ["$defs", "definitions", "dependentSchemas", "dependencies", "patternProperties", "properties"] as const
  ).map((keyword) => [keyword, "named"] as const),
]);

export interface Subschema {
  /** JSON pointer from the schema around it. */
  readonly pointer: string;
  readonly keyword: string;
  /** An object, or a boolean. Other values are left out. */
  readonly schema: SchemaObject | boolean;
}

const isSchema = (value: unknown): value is SchemaObject | boolean =>
  isObject(value) || typeof value === "boolean";

/** Lists the schemas one level below. */
export function listSubschemas(schema: SchemaObject): readonly Subschema[] {
  const found: Subschema[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = KINDS.get(keyword);
    if (kind === undefined) continue;
    if (kind === "one" && isSchema(value)) found.push({ pointer: `/${keyword}`, keyword, schema: value });
    // `items` was a list before draft 2020-12.
    else if (Array.isArray(value) || (kind === "named" && isObject(value))) {
      for (const [name, each] of Object.entries(value)) {
        const pointer = `/${keyword}/${escapeStep(name)}`;
        if (isSchema(each)) found.push({ pointer, keyword, schema: each });
      }
    }
  }
  return found;
}

/**
 * Copies a schema with every schema inside it replaced by what `change` returns, the innermost first. Data is shared with the
 * original.
 */
export function mapSchema(
  schema: SchemaObject,
  change: (schema: SchemaObject) => SchemaObject,
): SchemaObject {
  const mapAny = (value: unknown): unknown => (isObject(value) ? mapSchema(value, change) : value);
  const copy = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      const kind = KINDS.get(keyword);
      if (kind === undefined) return [keyword, value];
      if (Array.isArray(value)) return [keyword, value.map(mapAny)];
      if (kind === "named" && isObject(value)) {
        return [
          keyword,
          Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapAny(each)])),
        ];
      }
      return [keyword, kind === "one" ? mapAny(value) : value];
    }),
  );
  return change(copy);
}

/** Returns the list that is the value of the keyword, or an empty one. */
export function listParts(schema: SchemaObject, keyword: string): readonly unknown[] {
  const parts = schema[keyword];
  return Array.isArray(parts) ? parts : [];
}
