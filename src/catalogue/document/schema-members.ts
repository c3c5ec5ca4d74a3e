/** Finds the schemas that apply to a property or an item. */
import { isObject } from "../../json/object.ts";
import { escapeStep } from "../../json/pointer.ts";
import { below, flatten, join } from "./schema-parts.ts";
import type { Conjunction, Part } from "./schema-parts.ts";
import type { SchemaObject } from "./schema-walk.ts";

export const listPrefixItems = ({ prefixItems }: SchemaObject): readonly unknown[] =>
  Array.isArray(prefixItems) ? prefixItems : [];

/** What applies to the item at the index; at Infinity, to those after all prefixes. */
export const itemAt = (parts: readonly Part[], index: number): Conjunction =>
  join(
    parts.map((part) =>
      index < listPrefixItems(part.schema).length
        ? flatten(listPrefixItems(part.schema)[index], below(part, `/prefixItems/${index}`))
        : flattenMember(part, "items"),
    ),
  );

export const flattenMember = (part: Part, keyword: string): Conjunction =>
  flatten(part.schema[keyword], below(part, `/${keyword}`));

export const listPropertyNames = ({ properties }: SchemaObject): readonly string[] =>
  isObject(properties) ? Object.keys(properties) : [];

const declares = ({ schema: { properties } }: Part, name: string): boolean =>
  isObject(properties) && Object.hasOwn(properties, name);

export const isDeclared = (parts: readonly Part[], name: string): boolean =>
  parts.some((part) => declares(part, name));

export const collectRequired = (parts: readonly Part[]): ReadonlySet<string> =>
  new Set(
    parts.flatMap(({ schema: { required } }) =>
      Array.isArray(required) ? required.filter((name) => typeof name === "string") : [],
    ),
  );

export function findDeclaration(parts: readonly Part[], name: string): string | undefined {
  const part = parts.find((each) => declares(each, name));
  return part && `${part.pointer}/properties/${escapeStep(name)}`;
}

/** What members that are not declared can be; undefined if there are none. */
export function findAnnounced(parts: readonly Part[]): Conjunction | undefined {
  if (parts.some(({ schema }) => announcesAny(schema))) return [];
  const announcing = parts.filter(
    ({ schema: { additionalProperties: others } }) => others === true || isObject(others),
  );
  if (announcing.length === 0) return undefined;
  return join(announcing.map((part) => flattenMember(part, "additionalProperties")));
}

const announcesAny = ({ patternProperties, unevaluatedProperties }: SchemaObject): boolean =>
  patternProperties !== undefined || (unevaluatedProperties !== undefined && unevaluatedProperties !== false);

/**
 * What applies to a property. In a schema that doesn't declare it, `additionalProperties` does. Those of the earlier schema
 * don't forbid it, and those of the later one are left out where a pattern can apply instead.
 */
export const propertyIn = (parts: readonly Part[], name: string, side: "before" | "after"): Conjunction =>
  join(
    parts.map((part) => {
      const { properties, additionalProperties: others } = part.schema;
      if (declares(part, name) && isObject(properties)) {
        return flatten(properties[name], below(part, `/properties/${escapeStep(name)}`));
      }
      const applies = side === "before" ? isObject(others) : part.schema["patternProperties"] === undefined;
      return applies ? flattenMember(part, "additionalProperties") : [];
    }),
  );
