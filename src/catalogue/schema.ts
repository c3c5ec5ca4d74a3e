/**
 * Field tables and JSON Schemas (draft 2020-12), each made from the other. Fields that are not listed are always welcome:
 * products add fields without notice, and receivers must ignore what they do not know.
 */

import { memberOf } from "../json/member.ts";
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

const SHARED = "#/schemas/";

/**
 * Returns those of a product's shared schemas that a schema refers to, also through others. Of a product with thousands of
 * schemas, the schema of an event type carries few.
 */
export function pickShared(
  schema: object,
  schemas: Readonly<Record<string, object>>,
): Readonly<Record<string, object>> {
  const picked: Record<string, object> = {};
  const queue: unknown[] = [schema];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const reference = memberOf(next, "$ref");
    const name =
      typeof reference === "string" && reference.startsWith(SHARED)
        ? parsePointer(decodeFragment(reference.slice(1)))[1]
        : undefined;
    if (name !== undefined && Object.hasOwn(schemas, name) && !Object.hasOwn(picked, name)) {
      const shared = schemas[name] ?? {};
      picked[name] = shared;
      queue.push(shared);
    }
    for (const below of Object.values(next)) queue.push(below);
  }
  return picked;
}

/** A reference is a URI: its pointer can be percent-encoded. */
function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
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

/** The members that a schema describes, as a field table. References lead within the schema. */
export const listFields = (schema: object): readonly Field[] => listBelow(schema, schema, "", 1);

function listBelow(schema: object, node: unknown, prefix: string, level: number): readonly Field[] {
  const follow = (at: unknown): unknown => {
    const to = memberOf(at, "$ref");
    return typeof to === "string" && to.startsWith("#")
      ? parsePointer(to.slice(1)).reduce(memberOf, schema)
      : at;
  };
  const properties = memberOf(follow(node), "properties");
  if (level > MAX_LEVELS || typeof properties !== "object" || properties === null) return [];
  const required = memberOf(follow(node), "required");
  return Object.entries(properties).flatMap(([name, value]) => {
    const member = follow(value);
    const [type, note] = [memberOf(member, "type"), memberOf(member, "description")];
    const below = { "": member, "[]": memberOf(member, "items") };
    return [
      {
        path: prefix + name,
        type: TYPES.includes(type) ? (type as FieldType) : ("any" as const),
        required: Array.isArray(required) && required.includes(name),
        ...(typeof note === "string" ? { note } : {}),
      },
      ...Object.entries(below).flatMap(([suffix, each]) =>
        listBelow(schema, each, `${prefix}${name}${suffix}.`, level + 1),
      ),
    ];
  });
}
