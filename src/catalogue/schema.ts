/**
 * Field tables and JSON Schemas (draft 2020-12), each made from the other. Fields that are not listed are always welcome:
 * products add fields without notice, and receivers must ignore what they do not know.
 */

import { readMember } from "../json/member.ts";
import { parsePointer } from "../json/pointer.ts";
import type { Field, FieldType, ShapedField } from "./event-type.ts";
import { toTypeSchema } from "./type-notation.ts";

/** Keyword with the names of members that every recorded body has, and that the schema does not demand. */
export const USUAL = "x-callboard-usual";

interface Node {
  type?: string;
  $ref?: string;
  description?: string;
  properties?: Record<string, Node>;
  required?: string[];
  [USUAL]?: string[];
  items?: Node;
}

/** Makes the way to `path` where it is missing and gives the node above the last name, and that name. */
function walk(root: Node, path: string): readonly [parent: Node, name: string] {
  const names = path.split(".");
  const last = names.pop() ?? path;
  let node = root;
  for (const each of names) {
    const isList = each.endsWith("[]");
    node.properties ??= {};
    node = node.properties[isList ? each.slice(0, -2) : each] ??= {};
    if (isList) node = node.items ??= { type: "object" };
  }
  return [node, last];
}

/** Returns the schema of a body with these fields. Shapes are references to shared schemas. */
export function createSchema(title: string, fields: readonly ShapedField[]): object {
  const root: Node = { type: "object" };
  for (const field of fields) {
    const { path, required, usual, loose, note } = field;
    const [parent, name] = walk(root, path);
    parent.properties ??= {};
    parent.properties[name] = {
      ...toTypeNode(field),
      ...(note === undefined ? {} : { description: note }),
    };
    if (loose === true) continue;
    if (required) (parent.required ??= []).push(name);
    else if (usual === true) (parent[USUAL] ??= []).push(name);
  }
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...root };
}

function toTypeNode({ type, notation, loose }: ShapedField): Node {
  if (type === "any" || loose === true) return {};
  return notation === undefined ? { type } : toTypeSchema(notation);
}

/** Levels of a body that are listed; a schema can refer to itself. */
const MAX_LEVELS = 5;
const TYPES: readonly unknown[] = [
  "string",
  "integer",
  "number",
  "boolean",
  "object",
  "array",
] satisfies FieldType[];

/** Fields that are listed: with each reference replaced by its schema, a schema can have half a million. */
const MAX_FIELDS = 1_000;

/** The members that a schema describes, as a field table; the first 1,000. References lead within the schema. */
export const listFields = (schema: object): readonly Field[] =>
  takeFirst(listBelow(schema, { node: schema, prefix: "", level: 1 }));

/** The fields with those of their shapes below them; the first 1,000. References lead within the schema of the body. */
export function expandFields(fields: readonly ShapedField[], schema: object): readonly Field[] {
  if (fields.every(({ notation }) => notation === undefined)) return fields;
  return takeFirst(listExpanded(fields, schema));
}

function takeFirst(all: Iterable<Field>): readonly Field[] {
  const fields: Field[] = [];
  for (const field of all) {
    if (fields.push(field) >= MAX_FIELDS) break;
  }
  return fields;
}

function* listExpanded(fields: readonly ShapedField[], schema: object): Generator<Field> {
  for (const { notation, ...field } of fields) {
    yield field;
    if (notation === undefined) continue;
    const { member } = withoutNull(schema, toTypeSchema(notation));
    yield* listBoth(schema, { node: member, prefix: field.path, level: field.path.split(".").length + 1 });
  }
}

interface Level {
  readonly node: unknown;
  readonly prefix: string;
  readonly level: number;
}

function* listBelow(schema: object, { node, prefix, level }: Level): Generator<Field> {
  const parent = follow(schema, node);
  if (level > MAX_LEVELS) return;
  for (const [name, value] of listMembers(parent)) {
    const { member, isNullable } = withoutNull(schema, value);
    const note = readMember(value, "description") ?? readMember(member, "description");
    yield {
      path: prefix + name,
      type: readType(member),
      required: names(parent, "required").includes(name),
      ...(names(parent, USUAL).includes(name) ? { usual: true } : {}),
      ...(isNullable ? { nullable: true } : {}),
      ...(typeof note === "string" ? { note } : {}),
    };
    yield* listBoth(schema, { node: member, prefix: prefix + name, level: level + 1 });
  }
}

/** The members of an object, and those of a list's items. */
function* listBoth(schema: object, { node, prefix, level }: Level): Generator<Field> {
  yield* listBelow(schema, { node, prefix: `${prefix}.`, level });
  yield* listBelow(schema, { node: readMember(node, "items"), prefix: `${prefix}[].`, level });
}

/** Returns the schema that a reference leads to; any other schema as it is. */
function follow(schema: object, node: unknown): unknown {
  const to = readMember(node, "$ref");
  return typeof to === "string" && to.startsWith("#")
    ? parsePointer(to.slice(1)).reduce(readMember, schema)
    : node;
}

/** The members of an object: those with names, and those that begin alike, such as `customfield_*`. */
function listMembers(parent: unknown): readonly (readonly [name: string, schema: unknown])[] {
  const entries = (keyword: string) => {
    const found = readMember(parent, keyword);
    return typeof found === "object" && found !== null ? Object.entries(found) : [];
  };
  const alike = entries("patternProperties").flatMap(([pattern, schema]) => {
    const beginning = /^\^(\w+)$/.exec(pattern)?.[1];
    return beginning === undefined ? [] : [[`${beginning}*`, schema] as const];
  });
  return [...entries("properties"), ...alike];
}

/** Returns the schema of a member without the alternative null. */
function withoutNull(
  schema: object,
  value: unknown,
): { readonly member: unknown; readonly isNullable: boolean } {
  const member = follow(schema, value);
  const alternatives = readMember(member, "anyOf");
  if (!Array.isArray(alternatives)) {
    const type = readMember(member, "type");
    return { member, isNullable: Array.isArray(type) && type.includes("null") };
  }
  const others = (alternatives as unknown[]).filter((each) => readMember(each, "type") !== "null");
  if (others.length !== 1 || others.length === alternatives.length) return { member, isNullable: false };
  return { member: follow(schema, others[0]), isNullable: true };
}

/** The one type of a schema beside null. */
function readType(member: unknown): FieldType {
  const type = readMember(member, "type");
  const types = (Array.isArray(type) ? (type as unknown[]) : [type]).filter((each) => each !== "null");
  const [only] = types;
  return types.length === 1 && TYPES.includes(only) ? (only as FieldType) : "any";
}

function names(parent: unknown, keyword: string): readonly unknown[] {
  const found = readMember(parent, keyword);
  return Array.isArray(found) ? found : [];
}
