/** The schemas of the OpenAPI document, as the pages of the API documentation show them. Pure. */
import { isObject } from "../../../json/object.ts";

/** A part of the words for a type; `schema` names the schema that it stands for. */
export interface TypePart {
  readonly text: string;
  readonly schema?: string;
}

/** A member of an object. Members of objects within it have rows of their own, with the path as their name: `within.50`. */
export interface MemberRow {
  readonly name: string;
  readonly isRequired: boolean;
  readonly type: readonly TypePart[];
  readonly rules: readonly string[];
  readonly description: string;
}

export interface SchemaView {
  readonly type: readonly TypePart[];
  readonly rules: readonly string[];
  readonly description: string;
  /** Empty unless the schema is an object with members. */
  readonly members: readonly MemberRow[];
}

type Node = Readonly<Record<string, unknown>>;

const COMPONENT = "#/components/schemas/";
/** Values of an enum that are shown; the document has all of them. */
const MAX_VALUES = 40;

export function describeSchema(schema: Node): SchemaView {
  return {
    type: describeType(schema),
    rules: describeRules(schema),
    description: readText(schema["description"]),
    members: listMembers(schema, ""),
  };
}

/** Returns the name of the schema that is referred to; undefined for any other schema. */
export function referredName({ $ref: reference }: Node): string | undefined {
  return typeof reference === "string" && reference.startsWith(COMPONENT)
    ? reference.slice(COMPONENT.length)
    : undefined;
}

/** Returns the names of all schemas that a value of the document refers to, directly or by way of others, in their order. */
export function collectNames(value: unknown, schemas: Readonly<Record<string, object>>): readonly string[] {
  const names = new Set<string>();
  function visit(each: unknown): void {
    if (Array.isArray(each)) each.forEach(visit);
    if (!isObject(each)) return;
    const name = referredName(each);
    if (name !== undefined && !names.has(name)) {
      names.add(name);
      visit(schemas[name]);
    }
    Object.values(each).forEach(visit);
  }
  visit(value);
  return [...names];
}

function describeType(schema: Node): readonly TypePart[] {
  const name = referredName(schema);
  if (name !== undefined) return [{ text: name, schema: name }];
  const { anyOf, items, additionalProperties: values, type, format } = schema;
  if (Array.isArray(anyOf)) return joinTypes(anyOf.filter(isObject).map(describeType));
  const types = listTypes(type).map((each): readonly TypePart[] => {
    if (each === "array" && isObject(items)) return [{ text: "array of " }, ...describeType(items)];
    if (each === "object" && isObject(values))
      return [{ text: "object with values " }, ...describeType(values)];
    return [{ text: each === "string" && format === "date-time" ? "time" : each }];
  });
  return joinTypes(types);
}

/** "string or null" */
function joinTypes(types: readonly (readonly TypePart[])[]): readonly TypePart[] {
  return types.flatMap((type, index) => (index === 0 ? type : [{ text: " or " }, ...type]));
}

function listTypes(type: unknown): readonly string[] {
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.filter((each) => typeof each === "string") : ["any value"];
}

/** Rules of a value in words, with units. */
function describeRules(schema: Node): readonly string[] {
  const { enum: values, default: usual, pattern, format } = schema;
  return [
    ...(Array.isArray(values) ? [describeValues(values)] : []),
    ...describeRange(schema, ["minLength", "maxLength"], "characters"),
    ...describeRange(schema, ["minItems", "maxItems"], "items"),
    ...describeRange(schema, ["minProperties", "maxProperties"], "members"),
    ...describeRange(schema, ["minimum", "maximum"], ""),
    ...(format === "uri" ? ["URL"] : []),
    ...(typeof pattern === "string" && isTelling(pattern) ? [`pattern ${pattern}`] : []),
    ...(usual === undefined ? [] : [`${JSON.stringify(usual)} when left out`]),
  ];
}

/** What a reader needs to know; that a text has no control characters goes without saying. */
const isTelling = (pattern: string): boolean => pattern.length <= 60 && !pattern.includes("\\u0000");

function describeValues(values: readonly unknown[]): string {
  const shown = values.filter((value) => value !== null).slice(0, MAX_VALUES);
  const more = values.length - shown.length;
  return `one of ${shown.map(String).join(", ")}${more > 1 ? ` and ${more} more` : ""}`;
}

function describeRange(
  schema: Node,
  [least, most]: readonly [string, string],
  unit: string,
): readonly string[] {
  const { [least]: from, [most]: to } = schema;
  const range =
    typeof from === "number" && typeof to === "number"
      ? from === to
        ? String(from)
        : `${from} to ${to}`
      : typeof from === "number"
        ? `at least ${from}`
        : typeof to === "number"
          ? `at most ${to}`
          : undefined;
  if (range === undefined) return [];
  const noun = /(?:^| )1$/.test(range) ? unit.replace(/s$/, "") : unit;
  return [noun === "" ? range : `${range} ${noun}`];
}

function listMembers(schema: Node, prefix: string): readonly MemberRow[] {
  const { properties, required, items } = schema;
  if (isObject(items) && referredName(items) === undefined && prefix !== "")
    return listMembers(items, `${prefix}[].`);
  if (!isObject(properties)) return [];
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([key, value]) => {
    if (!isObject(value)) return [];
    const name = prefix + key;
    const row = {
      name,
      isRequired: needed.includes(key),
      type: describeType(value),
      rules: describeRules(value),
      description: readText(value["description"]),
    };
    return [row, ...listMembers(value, isObject(value["items"]) ? name : `${name}.`)];
  });
}

const readText = (value: unknown): string => (typeof value === "string" ? value : "");
