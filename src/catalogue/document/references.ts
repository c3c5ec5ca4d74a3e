/**
 * References between the schemas of a product: `#/schemas/…` leads to the product's shared schemas, any other `#/…` to a place
 * of the event type's own schema. Remote references are never fetched. Pure.
 */
import { readMember } from "../../json/member.ts";
import { escapeStep, parsePointer } from "../../json/pointer.ts";
import { quote } from "./problems.ts";
import type { Report } from "./problems.ts";
import { isObject } from "../../json/object.ts";
import { listSubschemas } from "./schema-walk.ts";
import type { SchemaObject } from "./schema-walk.ts";

export const SHARED = "#/schemas/";

/** Maximum number of places in the schema of one event type, with each reference replaced by its schema. */
export const MAX_PLACES = 500_000;
/** The same for all event types together. */
export const MAX_PLACES_IN_ALL = 20_000_000;
/** Maximum nesting, with each reference replaced by its schema. */
const MAX_LEVELS = 300;

/** Keywords by which a schema gets another address, or is chosen while a value is checked. */
export const REFUSED_KEYWORDS: readonly string[] = [
  "$anchor",
  "$async",
  "$dynamicAnchor",
  "$dynamicRef",
  "$id",
  "$recursiveAnchor",
  "$recursiveRef",
];
const DIALECT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/** Returns the schema that a reference leads to. `root` is the event type's own schema, if the reference is in one. */
export function resolveReference(
  reference: string,
  schemas: SchemaObject,
  root: SchemaObject | undefined,
): unknown {
  const within = reference.startsWith(SHARED) ? { schemas } : root;
  if (within === undefined || !(reference === "#" || reference.startsWith("#/"))) return undefined;
  return decodePointer(reference.slice(1)).reduce<unknown>(readMember, within);
}

/** Returns the steps of a reference's fragment. A reference is a URI: its pointer can be percent-encoded. */
export const decodePointer = (fragment: string): readonly string[] => parsePointer(decodeEscapes(fragment));

/** Decodes the escapes of a URI. Text with a "%" that begins none stays as it is. */
export function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the shared schemas that a schema reaches, by name. References that lead nowhere reach nothing. */
export function pickReachedSchemas(schema: SchemaObject, schemas: SchemaObject): SchemaObject {
  const names = new Set<string>();
  const seen = new Set<object>();
  const waiting: { readonly schema: SchemaObject; readonly root: SchemaObject | undefined }[] = [
    { schema, root: schema },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next.schema)) continue;
    seen.add(next.schema);
    const { $ref: reference } = next.schema;
    for (const below of listSubschemas(next.schema)) {
      if (isObject(below.schema)) waiting.push({ schema: below.schema, root: next.root });
    }
    if (typeof reference !== "string") continue;
    const target = resolveReference(reference, schemas, next.root);
    const isShared = reference.startsWith(SHARED);
    if (isShared && target !== undefined) names.add(decodePointer(reference.slice(1))[1] ?? "");
    if (isObject(target)) waiting.push({ schema: target, root: isShared ? undefined : next.root });
  }
  return Object.fromEntries([...names].map((name) => [name, schemas[name]]));
}

interface Walk {
  readonly schemas: SchemaObject;
  /** The event type's own schema, if the walk is in one. */
  readonly root: { readonly schema: SchemaObject; readonly pointer: string } | undefined;
  readonly report: Report;
  /** Number of places of schemas that were walked already. */
  readonly done: Map<object, number>;
  /** Schemas that the walk is in. */
  readonly open: Set<object>;
}

/**
 * Checks the references of all schemas. Reported are references that are remote or lead nowhere, cycles, keywords that change
 * addresses, and schemas that become too large when each reference is replaced by its schema.
 */
export function checkReferences(
  schemas: SchemaObject,
  events: Iterable<readonly [pointer: string, schema: SchemaObject]>,
  report: Report,
): void {
  // Shared schemas are walked once for all event types.
  const done = new Map<object, number>();
  const walk = { schemas, report, done, open: new Set<object>() };
  for (const [name, schema] of Object.entries(schemas)) {
    if (isObject(schema))
      countPlaces(schema, `/schemas/${escapeStep(name)}`, { ...walk, root: undefined }, 0);
  }
  let inAll = 0;
  for (const [pointer, schema] of events) {
    const places = countPlaces(schema, pointer, { ...walk, root: { schema, pointer } }, 0);
    inAll += places;
    if (places > MAX_PLACES) {
      const most = MAX_PLACES.toLocaleString("en-US");
      report(
        pointer,
        `The schema has more than ${most} places when each reference is replaced by its schema.`,
      );
    }
  }
  if (inAll > MAX_PLACES_IN_ALL) {
    const most = MAX_PLACES_IN_ALL.toLocaleString("en-US");
    report("/events", `The schemas of all event types have more than ${most} places together.`);
  }
}

function countPlaces(schema: SchemaObject, pointer: string, walk: Walk, level: number): number {
  const known = walk.done.get(schema);
  if (known !== undefined) return known;
  if (level > MAX_LEVELS) {
    walk.report(pointer, `The schema is nested deeper than ${MAX_LEVELS} levels.`);
    return 0;
  }
  walk.open.add(schema);
  checkKeywords(schema, pointer, walk.report);
  let places = 1 + countTarget(schema, pointer, walk, level);
  for (const below of listSubschemas(schema)) {
    places += isObject(below.schema)
      ? countPlaces(below.schema, pointer + below.pointer, walk, level + 1)
      : 1;
  }
  walk.open.delete(schema);
  const counted = Math.min(places, Number.MAX_SAFE_INTEGER);
  walk.done.set(schema, counted);
  return counted;
}

function checkKeywords(schema: SchemaObject, pointer: string, report: Report): void {
  for (const keyword of REFUSED_KEYWORDS) {
    if (Object.hasOwn(schema, keyword))
      report(`${pointer}/${keyword}`, `${keyword} is not supported in schemas.`);
  }
  const { $schema: dialect, pattern, patternProperties } = schema;
  if (dialect !== undefined && !(typeof dialect === "string" && DIALECT.test(dialect))) {
    report(
      `${pointer}/$schema`,
      "The only dialect of schemas is https://json-schema.org/draft/2020-12/schema.",
    );
  }
  if (typeof pattern === "string") checkPattern(pattern, `${pointer}/pattern`, report);
  if (!isObject(patternProperties)) return;
  for (const each of Object.keys(patternProperties)) {
    checkPattern(each, `${pointer}/patternProperties/${escapeStep(each)}`, report);
  }
}

/** JSON Schema takes the regular expressions of ECMAScript with the flag u. */
export function isPatternValid(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}

function checkPattern(pattern: string, pointer: string, report: Report): void {
  if (!isPatternValid(pattern)) {
    report(
      pointer,
      `The pattern ${quote(pattern)} is not a regular expression of ECMAScript with the flag u.`,
    );
  }
}

function countTarget(schema: SchemaObject, pointer: string, walk: Walk, level: number): number {
  const reference = schema["$ref"];
  if (reference === undefined) return 0;
  const at = `${pointer}/$ref`;
  if (typeof reference !== "string") {
    walk.report(at, "A reference must be a text.");
    return 0;
  }
  if (!reference.startsWith("#")) {
    walk.report(
      at,
      `The reference ${quote(reference)} must begin with "${SHARED}". Callboard fetches no schemas.`,
    );
    return 0;
  }
  const target = resolveReference(reference, walk.schemas, walk.root?.schema);
  if (typeof target === "boolean") return 1;
  if (!isObject(target)) {
    const hint = walk.root === undefined ? ` References between shared schemas begin with "${SHARED}".` : "";
    walk.report(at, `The reference ${quote(reference)} leads to no schema.${hint}`);
    return 0;
  }
  if (walk.open.has(target)) {
    walk.report(at, `The reference ${quote(reference)} leads back to itself. Schemas must not be recursive.`);
    return 0;
  }
  const within = reference.startsWith(SHARED) ? undefined : walk.root;
  return countPlaces(
    target,
    (within?.pointer ?? "") + reference.slice(1),
    { ...walk, root: within },
    level + 1,
  );
}
