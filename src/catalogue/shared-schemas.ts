/** The shared schemas that the schema of an event type needs, out of those of its product. Pure. */
import { isObject } from "../json/object.ts";
import { decodePointer, SHARED } from "./document/references.ts";
import { listSubschemas } from "./document/schema-walk.ts";

const selected = new WeakMap<object, object>();

/**
 * Returns the schema with those shared schemas that it refers to, directly or through others. The schema of an event type as the
 * catalogue has it carries all those of its product, which can be megabytes. Always the same object for the same schema.
 */
export function selectSharedSchemas(schema: object): object {
  const known = selected.get(schema);
  if (known !== undefined) return known;
  const { schemas, ...own } = schema as { readonly schemas?: unknown };
  const result = isObject(schemas) ? { ...own, ...pick(own, schemas) } : schema;
  selected.set(schema, result);
  return result;
}

function pick(own: object, schemas: Readonly<Record<string, unknown>>): { readonly schemas?: object } {
  const needed = new Set<string>();
  const waiting: unknown[] = [own];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!isObject(next)) continue;
    const reference = next["$ref"];
    if (typeof reference === "string" && reference.startsWith(SHARED)) {
      const [, name = ""] = decodePointer(reference.slice(1));
      if (!needed.has(name) && Object.hasOwn(schemas, name)) {
        needed.add(name);
        waiting.push(schemas[name]);
      }
    }
    waiting.push(...listSubschemas(next).map((below) => below.schema));
  }
  if (needed.size === 0) return {};
  return { schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => needed.has(name))) };
}
