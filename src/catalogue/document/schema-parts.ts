/** Takes schemas apart for a comparison: references, `allOf` and alternatives. */
import { isObject } from "../../json/object.ts";
import { SHARED, resolveReference } from "./references.ts";
import type { SchemaObject } from "./schema-walk.ts";

/** The schema of an event type, and the shared schemas of its product. */
export interface SchemaSource {
  readonly schema: SchemaObject;
  readonly pointer: string;
  readonly schemas: SchemaObject;
}

/** A schema at its place. References in it lead to `schemas` or into `root`. */
export interface Part {
  readonly schema: SchemaObject;
  readonly pointer: string;
  readonly schemas: SchemaObject;
  readonly root: { readonly schema: SchemaObject; readonly pointer: string } | undefined;
  readonly budget: Budget;
}

/** Schemas that all apply to one value. None: any value. "never": no value. */
export type Conjunction = readonly Part[] | "never";

/** Number of schemas that can still be looked at. */
interface Budget {
  left: number;
}

/** Keywords that say nothing about values. `contentMediaType` and such are not checked by validators. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  "$comment",
  "$defs",
  "$schema",
  "contentEncoding",
  "contentMediaType",
  "contentSchema",
  "default",
  "definitions",
  "deprecated",
  "description",
  "discriminator",
  "example",
  "examples",
  "externalDocs",
  "readOnly",
  "title",
  "writeOnly",
  "xml",
]);
export const isAnnotation = (keyword: string): boolean =>
  ANNOTATIONS.has(keyword) || keyword.startsWith("x-");

/** Thrown where a comparison ends without a result. */
export class UndecidedError extends Error {
  readonly pointer: string;
  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

export const toConjunction = ({ schema, pointer, schemas }: SchemaSource, budget: Budget): Conjunction =>
  flatten(schema, { pointer, schemas, root: { schema, pointer }, budget });

/** The place of a schema that is still to be read. */
export type Place = Omit<Part, "schema">;

/** Resolves references and `allOf`. */
export function flatten(schema: unknown, place: Place, depth = 0): Conjunction {
  if (schema === false) return "never";
  if (!isObject(schema)) return [];
  spend(place);
  if (depth > 100) throw new UndecidedError(place.pointer, "references lead too deep");
  const { $ref: reference, allOf } = schema;
  const parts: Conjunction[] = [[{ ...place, schema }]];
  if (typeof reference === "string") {
    const target = resolveReference(reference, place.schemas, place.root?.schema);
    if (target === undefined) throw new UndecidedError(place.pointer, "a reference leads to no schema");
    const root = reference.startsWith(SHARED) ? undefined : place.root;
    const pointer = (root?.pointer ?? "") + reference.slice(1);
    parts.push(flatten(target, { ...place, pointer, root }, depth + 1));
  }
  if (Array.isArray(allOf)) {
    for (const [index, each] of allOf.entries()) {
      parts.push(flatten(each, { ...place, pointer: `${place.pointer}/allOf/${index}` }, depth + 1));
    }
  }
  return join(parts);
}

/** @throws UndecidedError if the budget is used up */
export function spend({ budget, pointer }: Place): void {
  budget.left -= 1;
  if (budget.left < 0) throw new UndecidedError(pointer, "the schemas are too complex");
}

/** Returns the schemas that apply if all conjunctions do. */
export function join(conjunctions: readonly Conjunction[]): Conjunction {
  const parts: Part[] = [];
  for (const each of conjunctions) {
    if (each === "never") return "never";
    parts.push(...each);
  }
  return parts;
}

export const below = (part: Part, path: string): Place => ({
  ...toPlace(part),
  pointer: part.pointer + path,
});

const toPlace = ({ schema: _schema, ...place }: Part): Place => place;

/** A list of alternatives in a schema. */
export interface Alternatives {
  readonly part: Part;
  readonly keyword: "anyOf" | "oneOf";
  readonly options: readonly unknown[];
}

export function listAlternatives(parts: readonly Part[]): readonly Alternatives[] {
  return parts.flatMap((part) =>
    (["anyOf", "oneOf"] as const).flatMap((keyword) => {
      const options: unknown = part.schema[keyword];
      return Array.isArray(options) ? [{ part, keyword, options }] : [];
    }),
  );
}

export const flattenOption = ({ part, keyword, options }: Alternatives, index: number): Conjunction =>
  flatten(options[index], below(part, `/${keyword}/${index}`));

/** The part without its alternatives. */
export function without({ part, keyword }: Alternatives): Part {
  const { [keyword]: _options, ...schema } = part.schema;
  return { ...part, schema };
}
