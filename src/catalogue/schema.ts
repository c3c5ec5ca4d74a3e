/**
 * Field tables and JSON Schemas (draft 2020-12), each made from the other. Fields that are not listed are always welcome:
 * products add fields without notice, and receivers must ignore what they do not know.
 */

import { readMember } from "../json/member.ts";
import { parsePointer } from "../json/pointer.ts";
import type { Field, FieldType } from "./event-type.ts";

interface Node {
  type?: string;
  description?: string;
  properties?: Record<string, Node>;
  required?: string[];
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

export function createSchema(title: string, fields: readonly Field[]): object {
  const root: Node = { type: "object" };
  for (const { path, type, required, loose, note } of fields) {
    const [parent, name] = walk(root, path);
    parent.properties ??= {};
    parent.properties[name] = {
      ...(type === "any" || loose === true ? {} : { type }),
      ...(note === undefined ? {} : { description: note }),
    };
    if (required && loose !== true) (parent.required ??= []).push(name);
  }
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...root };
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
export function listFields(schema: object): readonly Field[] {
  const fields: Field[] = [];
  for (const field of listBelow(schema, schema, "", 1)) {
    if (fields.push(field) >= MAX_FIELDS) break;
  }
  return fields;
}

function* listBelow(schema: object, node: unknown, prefix: string, level: number): Generator<Field> {
  const follow = (at: unknown): unknown => {
    const to = readMember(at, "$ref");
    return typeof to === "string" && to.startsWith("#")
      ? parsePointer(to.slice(1)).reduce(readMember, schema)
      : at;
  };
  const properties = readMember(follow(node), "properties");
  if (level > MAX_LEVELS || typeof properties !== "object" || properties === null) return;
  const required = readMember(follow(node), "required");
  for (const [name, value] of Object.entries(properties)) {
    const member = follow(value);
    const [type, note] = [readMember(member, "type"), readMember(member, "description")];
    yield {
      path: prefix + name,
      type: TYPES.includes(type) ? (type as FieldType) : "any",
      required: Array.isArray(required) && required.includes(name),
      ...(typeof note === "string" ? { note } : {}),
    };
    yield* listBelow(schema, member, `${prefix}${name}.`, level + 1);
    yield* listBelow(schema, readMember(member, "items"), `${prefix}${name}[].`, level + 1);
  }
}
