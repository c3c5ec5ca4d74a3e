/**
 * From the field table of an event to its JSON Schema (draft 2020-12). Fields that are not listed are always welcome:
 * products add fields without notice, and receivers must ignore what they do not know.
 */

import type { Field } from "./event.ts";

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

export function schemaOf(title: string, fields: readonly Field[]): object {
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
