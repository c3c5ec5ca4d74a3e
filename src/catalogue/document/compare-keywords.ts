/** Compares the keywords of schemas that have no subschemas: types, values, limits and texts. */
import { isObject } from "../../json/object.ts";
import { toSortedText } from "../../json/sorted.ts";
import { flattenOption, listAlternatives } from "./schema-parts.ts";
import type { Part } from "./schema-parts.ts";
import type { SchemaObject } from "./schema-walk.ts";

export interface SchemaChange {
  readonly kind: "added" | "removed" | "changed";
  /** JSON pointer in the later document, or in the earlier one for what was removed. */
  readonly pointer: string;
  readonly breaking: boolean;
  readonly text: string;
}

/** Schemas that apply to one value, before and after the change, and what is told of it. */
export interface Compared {
  readonly before: readonly Part[];
  readonly after: readonly Part[];
  /** Place of a change in the later document, without the keyword. */
  readonly pointer: string;
  readonly emit: (change: SchemaChange) => void;
}

/** Keywords that are compared as a whole, with those that belong to them. */
const OPAQUE: readonly (readonly [keyword: string, ...others: string[]])[] = [
  ["if", "then", "else"],
  ["not"],
  ["contains", "minContains", "maxContains"],
  ["dependencies"],
  ["dependentRequired"],
  ["dependentSchemas"],
  ["patternProperties"],
  ["propertyNames"],
];

const TYPES = ["null", "boolean", "object", "array", "string", "integer", "fraction"] as const;
export type Type = (typeof TYPES)[number];

/** The alternatives count with all their types. */
function collectTypes(parts: readonly Part[]): ReadonlySet<Type> {
  let types: readonly Type[] = TYPES;
  const keep = (others: ReadonlySet<Type>): void => {
    types = types.filter((type) => others.has(type));
  };
  for (const { schema } of parts) {
    const { type, nullable } = schema;
    if (type !== undefined) {
      const named = (Array.isArray(type) ? type : [type]).concat(nullable === true ? ["null"] : []);
      keep(
        new Set(
          named.flatMap((name: unknown) => (name === "number" ? ["integer", "fraction"] : [name as Type])),
        ),
      );
    }
    const values = valuesIn(schema);
    if (values !== undefined) keep(new Set(values.map(toType)));
  }
  for (const each of listAlternatives(parts)) {
    const options = each.options.map((_, index) => flattenOption(each, index));
    keep(new Set(options.flatMap((option) => (option === "never" ? [] : [...collectTypes(option)]))));
  }
  return new Set(types);
}

function toType(value: unknown): Type {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "fraction";
  return typeof value as Type;
}

function describeTypes(types: ReadonlySet<Type>): string {
  const names: string[] = TYPES.filter((type) => types.has(type));
  if (!types.has("fraction")) return names.join(", ");
  return names
    .filter((name) => name !== "integer")
    .join(", ")
    .replace("fraction", "number");
}

/** Returns the types of the later schemas. */
export function compareTypes({ before, after, pointer, emit }: Compared): ReadonlySet<Type> {
  const [earlier, later] = [collectTypes(before), collectTypes(after)];
  const isWider = [...later].some((type) => !earlier.has(type));
  if (isWider || earlier.size !== later.size) {
    const text = `The type was ${describeTypes(earlier)} and is ${describeTypes(later)}.`;
    emit({ kind: "changed", pointer, breaking: isWider, text });
  }
  return later;
}

/** The values of `enum` and `const`. */
function valuesIn({ enum: values, ...schema }: SchemaObject): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, "const")) return [schema["const"]];
  return Array.isArray(values) ? values : undefined;
}

function allowedIn(parts: readonly Part[], types: ReadonlySet<Type>): readonly string[] | undefined {
  let allowed: readonly string[] | undefined;
  for (const { schema } of parts) {
    const values = valuesIn(schema)?.filter((value) => types.has(toType(value)));
    if (values === undefined) continue;
    const texts = new Set(values.map(toSortedText));
    allowed = allowed === undefined ? [...texts] : allowed.filter((text) => texts.has(text));
  }
  return allowed;
}

/** Compares `enum` and `const`. */
export function compareValues({ before, after, pointer, emit }: Compared, types: ReadonlySet<Type>): void {
  const earlier = allowedIn(before, types);
  if (earlier === undefined) return;
  const later = allowedIn(after, types);
  if (later === undefined) {
    const text = `The value was one of ${listValues(earlier)} and can be another.`;
    emit({ kind: "changed", pointer, breaking: true, text });
    return;
  }
  const added = later.filter((value) => !earlier.includes(value));
  const removed = earlier.filter((value) => !later.includes(value));
  if (added.length > 0) {
    emit({ kind: "added", pointer, breaking: true, text: `The value can also be ${listValues(added)}.` });
  }
  if (removed.length > 0) {
    const text = `The value can no longer be ${listValues(removed)}.`;
    emit({ kind: "removed", pointer, breaking: false, text });
  }
}

function listValues(texts: readonly string[]): string {
  const shown = texts.slice(0, 10).map((text) => (text.length > 100 ? `${text.slice(0, 100)}…` : text));
  return shown.join(", ") + (texts.length > 10 ? `, … (${texts.length})` : "");
}

/** Keywords that are too complex to compare must be the same. `getId` numbers these keywords of a schema. */
export function compareOpaque(
  { before, after, pointer, emit }: Compared,
  getId: (part: Part, ...keywords: readonly string[]) => number,
): void {
  const cannotDecide = (keyword: string): void => {
    const text = `${keyword} has changed, which Callboard can't compare.`;
    emit({ kind: "changed", pointer: `${pointer}/${keyword}`, breaking: true, text });
  };
  for (const part of before) {
    for (const keywords of OPAQUE) {
      const [keyword] = keywords;
      if (!Object.hasOwn(part.schema, keyword)) continue;
      const id = getId(part, ...keywords);
      if (!after.some((other) => Object.hasOwn(other.schema, keyword) && getId(other, ...keywords) === id)) {
        cannotDecide(keyword);
      }
    }
    // What these apply to depends on all other keywords, of which at least one has changed.
    const { unevaluatedProperties, unevaluatedItems, items } = part.schema;
    if (isObject(unevaluatedProperties)) cannotDecide("unevaluatedProperties");
    if (unevaluatedItems !== undefined && unevaluatedItems !== true) cannotDecide("unevaluatedItems");
    // A list of schemas is that of an earlier draft.
    if (Array.isArray(items)) cannotDecide("items");
  }
}

const listNumbers = (parts: readonly Part[], keyword: string): readonly number[] =>
  parts.flatMap(({ schema }) => (typeof schema[keyword] === "number" ? [schema[keyword]] : []));

/** `min…` and `max…` of lengths and counts. */
export function compareLimits(compared: Compared, least: string, most: string): void {
  const { before, after } = compared;
  const lower = (parts: readonly Part[]): number => Math.max(0, ...listNumbers(parts, least));
  const upper = (parts: readonly Part[]): number => Math.min(Infinity, ...listNumbers(parts, most));
  emitLimit(least, lower(before), lower(after), compared);
  emitLimit(most, -upper(before), -upper(after), compared);
}

/** A lower limit that goes down is breaking. */
function emitLimit(keyword: string, before: number, after: number, { pointer, emit }: Compared): void {
  if (before === after) return;
  const isWider = after < before;
  const text = `${keyword} is ${isWider ? "less strict" : "stricter"}.`;
  emit({ kind: "changed", pointer: `${pointer}/${keyword}`, breaking: isWider, text });
}

/** The lowest number, and whether it is excluded itself; signs are turned round for the highest. */
function toBound(
  parts: readonly Part[],
  keyword: string,
  exclusive: string,
  sign: 1 | -1,
): readonly [number, boolean] {
  const inclusive = Math.max(-Infinity, ...listNumbers(parts, keyword).map((value) => sign * value));
  const excluded = Math.max(-Infinity, ...listNumbers(parts, exclusive).map((value) => sign * value));
  return excluded >= inclusive && excluded > -Infinity ? [excluded, true] : [inclusive, false];
}

export function compareNumbers(compared: Compared, types: ReadonlySet<Type>): void {
  const { before, after, pointer, emit } = compared;
  for (const [keyword, exclusive, sign] of [
    ["minimum", "exclusiveMinimum", 1],
    ["maximum", "exclusiveMaximum", -1],
  ] as const) {
    const [earlier, wasExclusive] = toBound(before, keyword, exclusive, sign);
    const [later, isExclusive] = toBound(after, keyword, exclusive, sign);
    if (earlier === later && wasExclusive !== isExclusive)
      emitLimit(keyword, Number(wasExclusive), Number(isExclusive), compared);
    else emitLimit(keyword, earlier, later, compared);
  }
  const steps = listNumbers(after, "multipleOf");
  const isInteger = !types.has("fraction");
  for (const step of listNumbers(before, "multipleOf")) {
    const follows = steps.some(
      (each) => each === step || (Number.isInteger(step) && Number.isInteger(each / step)),
    );
    if (follows || (isInteger && step === 1)) continue;
    const text = `The value need no longer be a multiple of ${step}.`;
    emit({ kind: "changed", pointer: `${pointer}/multipleOf`, breaking: true, text });
  }
}

export function compareTexts(compared: Compared): void {
  const { before, after, pointer, emit } = compared;
  compareLimits(compared, "minLength", "maxLength");
  for (const keyword of ["pattern", "format"] as const) {
    for (const { schema } of before) {
      const value = schema[keyword];
      if (typeof value !== "string" || hasValue(after, keyword, value)) continue;
      const text = `The ${keyword} ${JSON.stringify(value)} was removed or changed.`;
      emit({ kind: "changed", pointer: `${pointer}/${keyword}`, breaking: true, text });
    }
  }
}

export const hasValue = (parts: readonly Part[], keyword: string, value: unknown): boolean =>
  parts.some(({ schema }) => schema[keyword] === value);
