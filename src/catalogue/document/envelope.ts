/** The members of a product's envelope as part of a schema: Callboard adds them to bodies that lack them. Pure. */
import { isObject } from "../../json/object.ts";
import type { ProductData } from "../product.ts";
import { resolveReference } from "./references.ts";
import { listParts } from "./schema-walk.ts";
import type { SchemaObject } from "./schema-walk.ts";

export type Envelope = NonNullable<ProductData["envelope"]>;

interface Surroundings {
  readonly envelope: Envelope;
  readonly schemas: SchemaObject;
}

const TIMESTAMP = { type: "number", description: "Time of the event, in epoch milliseconds." };

/** Returns the schema of an event type with the members that it doesn't declare, or the same schema if it declares all. */
export function addEnvelope(
  event: string,
  schema: SchemaObject,
  { envelope, schemas }: Surroundings,
): SchemaObject {
  const members = [
    ...(envelope.event === undefined ? [] : [[envelope.event, { const: event }] as const]),
    ...(envelope.timestamp === undefined ? [] : [[envelope.timestamp, TIMESTAMP] as const]),
  ];
  const missing = members.filter(([member]) => !declares(schema, member, { root: schema, schemas }));
  return missing.length === 0 ? schema : addMembers(schema, missing);
}

const COMBINING = ["$ref", "allOf", "anyOf", "oneOf"] as const;

/** Returns whether a schema names the member, itself or in the schemas that it combines. */
function declares(
  schema: unknown,
  member: string,
  within: { readonly root: SchemaObject; readonly schemas: SchemaObject },
): boolean {
  if (!isObject(schema)) return false;
  const { $ref: reference, properties } = schema;
  if (isObject(properties) && Object.hasOwn(properties, member)) return true;
  const target =
    typeof reference === "string" ? resolveReference(reference, within.schemas, within.root) : undefined;
  return [
    target,
    ...listParts(schema, "allOf"),
    ...listParts(schema, "anyOf"),
    ...listParts(schema, "oneOf"),
  ].some((part) => declares(part, member, within));
}

/** Returns the schema with more required members in front of its own. */
function addMembers(schema: SchemaObject, members: readonly (readonly [string, object])[]): SchemaObject {
  const names = members.map(([member]) => member);
  const { properties, required } = schema;
  if (COMBINING.some((keyword) => Object.hasOwn(schema, keyword)))
    return { allOf: [{ type: "object", properties: Object.fromEntries(members), required: names }, schema] };
  return {
    ...schema,
    properties: { ...Object.fromEntries(members), ...(isObject(properties) ? properties : {}) },
    required: [...names, ...(Array.isArray(required) ? (required as unknown[]) : [])],
  };
}
