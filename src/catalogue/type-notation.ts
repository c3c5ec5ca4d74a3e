/**
 * The notation in which built-in products write down the types of members: `string`, `integer`, `number`, `boolean`, `object`,
 * `any`, a text in quotes, or the name of a shape; `[]` behind it for a list, ` | ` between alternatives such as
 * `string | null`. Pure.
 */
import type { JsonObject } from "../json/object.ts";
import { SHARED } from "./document/references.ts";

/** Types of fields in lists. */
export type FieldType = "string" | "integer" | "number" | "boolean" | "object" | "array" | "any";

const SIMPLE: ReadonlySet<string> = new Set(["string", "integer", "number", "boolean", "object", "null"]);

/** Returns the schema of a type. The name of a shape becomes a reference to the product's shared schema. */
export function toTypeSchema(type: string): JsonObject {
  const alternatives = type.split(" | ");
  if (alternatives.length === 1) return toSingleSchema(type);
  if (alternatives.every((each) => SIMPLE.has(each))) return { type: alternatives };
  return { anyOf: alternatives.map(toSingleSchema) };
}

function toSingleSchema(type: string): JsonObject {
  if (type.endsWith("[]")) return { type: "array", items: toSingleSchema(type.slice(0, -"[]".length)) };
  if (type === "any") return {};
  if (type.startsWith('"')) return { const: JSON.parse(type) as unknown };
  return SIMPLE.has(type) ? { type } : { $ref: SHARED + type };
}

/** Returns the type of a field in lists, which name no shapes. */
export function toFieldType(type: string): FieldType {
  const [only = "", ...others] = type.split(" | ").filter((each) => each !== "null");
  if (others.length > 0 || only === "any") return "any";
  if (only.endsWith("[]")) return "array";
  if (only.startsWith('"')) return "string";
  return SIMPLE.has(only) ? (only as FieldType) : "object";
}
