/** Makes a sample of a schema. Pure. */
import { resolveReference } from "./references.ts";
import { isObject } from "../../json/object.ts";
import type { SchemaObject } from "./schema-walk.ts";

/** Values by format, where a text of letters would be wrong. */
const BY_FORMAT: Readonly<Record<string, string>> = {
  date: "2026-01-15",
  "date-time": "2026-01-15T09:30:00Z",
  email: "maja@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  time: "09:30:00Z",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "0190d9c4-7b3a-7c41-9f0e-5d2f6a1b3c4d",
};

/** Beyond this number of values, optional properties are left out. */
const MAX_VALUES = 300;
const MAX_LEVELS = 40;

/**
 * Returns a value that most likely fits the schema: its own examples and constants where it has them. Nobody promises that it
 * fits: patterns and conditions are not looked at.
 */
export function makeSample(schema: SchemaObject, schemas: SchemaObject): unknown {
  let left = MAX_VALUES;

  function make(given: unknown, level: number): unknown {
    left -= 1;
    if (!isObject(given) || level > MAX_LEVELS) return given === true || isObject(given) ? {} : null;
    const { $ref: reference, allOf, anyOf, oneOf, examples, example, enum: values } = given;
    if (Object.hasOwn(given, "const")) return given["const"];
    const shown = [example, ...(Array.isArray(examples) ? (examples as unknown[]) : [])];
    // Documents have examples of another type, such as one item of a list.
    const fitting = shown.find((each) => each !== undefined && isOfType(each, given["type"]));
    if (fitting !== undefined) return fitting;
    if (Array.isArray(values) && values.length > 0) return values[0] as unknown;
    const parts: unknown[] = [];
    if (typeof reference === "string")
      parts.push(make(resolveReference(reference, schemas, schema), level + 1));
    if (Array.isArray(allOf)) parts.push(...allOf.map((each) => make(each, level + 1)));
    for (const options of [anyOf, oneOf]) {
      if (Array.isArray(options) && options.length > 0) parts.push(make(options[0], level + 1));
    }
    if (given["type"] !== undefined || given["properties"] !== undefined || parts.length === 0) {
      parts.push(makeByType(given, level));
    }
    return parts.reduce(merge);
  }

  function makeByType(given: SchemaObject, level: number): unknown {
    const {
      type,
      properties,
      items,
      prefixItems,
      minItems,
      minimum,
      exclusiveMinimum,
      maximum,
      default: usual,
    } = given;
    const [named] = Array.isArray(type) ? (type as unknown[]) : [type];
    switch (named) {
      case "string":
        return typeof usual === "string" ? usual : makeText(given);
      case "integer":
      case "number": {
        if (typeof usual === "number") return usual;
        if (typeof exclusiveMinimum === "number") return exclusiveMinimum + 1;
        if (typeof minimum === "number") return minimum;
        return typeof maximum === "number" ? Math.min(maximum, 1) : 1;
      }
      case "boolean":
        return typeof usual === "boolean" ? usual : true;
      case "null":
        return null;
      case "array": {
        const first = Array.isArray(prefixItems) ? prefixItems.map((each) => make(each, level + 1)) : [];
        const least = typeof minItems === "number" ? Math.min(minItems, 10) : 1;
        const missing = items === undefined && minItems === undefined ? 0 : Math.max(0, least - first.length);
        return [
          ...first,
          ...Array.from({ length: items === false ? 0 : missing }, () => make(items ?? true, level + 1)),
        ];
      }
      default:
        if (named !== "object" && !isObject(properties)) return {};
        return makeObject(given, level);
    }
  }

  function makeObject({ properties, required }: SchemaObject, level: number): object {
    const isRequired = new Set(Array.isArray(required) ? required : []);
    const sample: Record<string, unknown> = {};
    if (!isObject(properties)) return sample;
    for (const [name, each] of Object.entries(properties)) {
      if (each === false || !(isRequired.has(name) || (left > 0 && level < 4))) continue;
      sample[name] = make(each, level + 1);
    }
    return sample;
  }

  return make(schema, 0);
}

function isOfType(value: unknown, types: unknown): boolean {
  if (types === undefined) return true;
  return (Array.isArray(types) ? (types as unknown[]) : [types]).some((type) => {
    if (type === "null") return value === null;
    if (type === "array") return Array.isArray(value);
    if (type === "object") return isObject(value);
    if (type === "integer") return Number.isInteger(value);
    return typeof value === type;
  });
}

/** A value for several schemas at once. Of two values that can't be merged, the first counts: it is the more specific one. */
function merge(one: unknown, other: unknown): unknown {
  if (one === undefined) return other;
  if (one === null && isObject(other) && Object.keys(other).length > 0) return other;
  if (!isObject(one) || !isObject(other)) return one;
  const merged: Record<string, unknown> = { ...other };
  for (const [name, value] of Object.entries(one)) merged[name] = merge(value, merged[name]);
  return merged;
}

function makeText({ format, minLength, maxLength }: SchemaObject): string {
  const known =
    typeof format === "string" && Object.hasOwn(BY_FORMAT, format) ? BY_FORMAT[format] : undefined;
  const text = known ?? "text";
  const least = typeof minLength === "number" ? Math.min(minLength, 1_000) : 0;
  return text.padEnd(least, "x").slice(0, typeof maxLength === "number" ? Math.max(maxLength, 0) : undefined);
}
