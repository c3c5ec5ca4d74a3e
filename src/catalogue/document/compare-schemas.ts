/**
 * Compares two schemas of an event type from the receiver's side: can a body arrive that the earlier schema did not announce?
 * Pure.
 *
 * - A body has no members that its schema doesn't declare, unless `additionalProperties`, `patternProperties` or
 *   `unevaluatedProperties` announce some. So an optional property can be removed.
 * - Receivers ignore members that they don't know, also where the earlier schema forbids them. So a property can be added.
 * - `oneOf` is read as `anyOf`: for receivers both are alternatives.
 * - `format` is part of the announcement.
 *
 * Constraints are compared keyword by keyword. Each of the earlier schema must follow from the later one; what can't be
 * decided counts as breaking.
 */
import { escapeStep } from "../../json/pointer.ts";
import { toSortedText } from "../../json/sorted.ts";
import { SHARED, resolveReference } from "./references.ts";
import { isObject } from "../../json/object.ts";
import { listSubschemas } from "./schema-walk.ts";
import type { SchemaObject } from "./schema-walk.ts";

export interface SchemaChange {
  readonly kind: "added" | "removed" | "changed";
  /** JSON pointer in the later document, or in the earlier one for what was removed. */
  readonly pointer: string;
  readonly breaking: boolean;
  readonly text: string;
}

/** The schema of an event type, and the shared schemas of its product. */
export interface SchemaSource {
  readonly schema: SchemaObject;
  readonly pointer: string;
  readonly schemas: SchemaObject;
}

/** A schema at its place. References in it lead to `schemas` or into `root`. */
interface Part {
  readonly schema: SchemaObject;
  readonly pointer: string;
  readonly schemas: SchemaObject;
  readonly root: { readonly schema: SchemaObject; readonly pointer: string } | undefined;
  readonly budget: Budget;
}

/** Schemas that all apply to one value. None: any value. "never": no value. */
type Conjunction = readonly Part[] | "never";

type Emit = (change: SchemaChange) => void;

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
const isAnnotation = (keyword: string): boolean => ANNOTATIONS.has(keyword) || keyword.startsWith("x-");

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
type Type = (typeof TYPES)[number];

/** Maximum number of schemas that are looked at for one event type, each as often as that happens. */
const MAX_STEPS = 200_000;

interface Budget {
  left: number;
}

/** Thrown where a comparison ends without a result. */
class UndecidedError extends Error {
  readonly pointer: string;
  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

/** Returns the changes that receivers can notice, the breaking ones among them. */
export function compareSchemas(before: SchemaSource, after: SchemaSource): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  try {
    const budget = { left: MAX_STEPS };
    const [earlier, later] = [toConjunction(before, budget), toConjunction(after, budget)];
    new Comparison().compare(earlier, later, after.pointer, (change) => changes.push(change));
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error;
    const text = `Callboard can't decide whether the change is compatible: ${error.message}.`;
    changes.push({ kind: "changed", pointer: error.pointer, breaking: true, text });
  }
  return changes;
}

const toConjunction = ({ schema, pointer, schemas }: SchemaSource, budget: Budget): Conjunction =>
  flatten(schema, { pointer, schemas, root: { schema, pointer }, budget });

type Place = Omit<Part, "schema">;

/** Resolves references and `allOf`. */
function flatten(schema: unknown, place: Place, depth = 0): Conjunction {
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

function spend({ budget, pointer }: Place): void {
  budget.left -= 1;
  if (budget.left < 0) throw new UndecidedError(pointer, "the schemas are too complex");
}

function join(conjunctions: readonly Conjunction[]): Conjunction {
  const parts: Part[] = [];
  for (const each of conjunctions) {
    if (each === "never") return "never";
    parts.push(...each);
  }
  return parts;
}

const below = (part: Part, path: string): Place => ({ ...toPlace(part), pointer: part.pointer + path });

const toPlace = ({ schema: _schema, ...place }: Part): Place => place;

/** A list of alternatives in a schema. */
interface Alternatives {
  readonly part: Part;
  readonly keyword: "anyOf" | "oneOf";
  readonly options: readonly unknown[];
}

function listAlternatives(parts: readonly Part[]): readonly Alternatives[] {
  return parts.flatMap((part) =>
    (["anyOf", "oneOf"] as const).flatMap((keyword) => {
      const options: unknown = part.schema[keyword];
      return Array.isArray(options) ? [{ part, keyword, options }] : [];
    }),
  );
}

const flattenOption = ({ part, keyword, options }: Alternatives, index: number): Conjunction =>
  flatten(options[index], below(part, `/${keyword}/${index}`));

/** The part without its alternatives. */
function without({ part, keyword }: Alternatives): Part {
  const { [keyword]: _options, ...schema } = part.schema;
  return { ...part, schema };
}

class Comparison {
  private readonly identities = createIdentities();

  /** Emits every change from `before` to `after`. The pointer is that of a change without a better place. */
  compare(before: Conjunction, after: Conjunction, around: string, emit: Emit): void {
    const pointer = (after === "never" ? undefined : after.find(isConstraining)?.pointer) ?? around;
    if (after === "never") {
      if (before !== "never")
        emit({ kind: "changed", pointer, breaking: false, text: "A value is no longer possible here." });
      return;
    }
    if (before === "never") {
      emit({ kind: "changed", pointer, breaking: true, text: "A value is possible that was impossible." });
      return;
    }
    if (before.length === 0 || this.areSame(before, after)) return;
    const [ours, theirs] = this.dropSameAlternatives(before, after);
    if (listAlternatives(ours).length === 0 && listAlternatives(theirs).length === 0) {
      this.compareKeywords(ours, theirs, pointer, emit);
    } else if (this.isWithin(ours, theirs, pointer)) {
      emit({ kind: "changed", pointer, breaking: false, text: "The alternatives are stricter." });
    } else {
      const text =
        "A value is possible that none of the earlier alternatives has, or Callboard can't decide it.";
      emit({ kind: "changed", pointer, breaking: true, text });
    }
  }

  private areSame(before: readonly Part[], after: readonly Part[]): boolean {
    const [ours, theirs] = [before, after].map((parts) =>
      [...new Set(parts.map((part) => this.idOf(part)))].sort(),
    );
    return ours !== undefined && String(ours) === String(theirs);
  }

  private idOf(part: Part, ...keywords: readonly string[]): number {
    if (keywords.length === 0) return this.identities(part.schema, part);
    const chosen = Object.entries(part.schema).filter(([keyword]) => keywords.includes(keyword));
    return this.identities(Object.fromEntries(chosen), part);
  }

  /** Alternatives that both have make no difference. */
  private dropSameAlternatives(
    before: readonly Part[],
    after: readonly Part[],
  ): readonly [readonly Part[], readonly Part[]] {
    let [ours, theirs] = [before, after];
    for (const mine of listAlternatives(before)) {
      const same = listAlternatives(theirs).find(
        (other) => this.idOf(mine.part, mine.keyword) === this.idOf(other.part, other.keyword),
      );
      if (same === undefined) continue;
      ours = ours.map((part) => (part === mine.part ? without(mine) : part));
      theirs = theirs.map((part) => (part === same.part ? without(same) : part));
    }
    return [ours, theirs];
  }

  /** Reports whether every value of `after` is surely one of `before`. */
  private isWithin(before: Conjunction, after: Conjunction, pointer: string): boolean {
    if (after === "never" || before === "never") return after === "never";
    if (before.length === 0 || this.areSame(before, after)) return true;
    const [split] = listAlternatives(after);
    if (split !== undefined) {
      const rest = after.map((part) => (part === split.part ? without(split) : part));
      return split.options.every((_, index) =>
        this.isWithin(before, join([rest, flattenOption(split, index)]), pointer),
      );
    }
    const [choice] = listAlternatives(before);
    if (choice !== undefined) {
      const rest = before.map((part) => (part === choice.part ? without(choice) : part));
      return choice.options.some((_, index) =>
        this.isWithin(join([rest, flattenOption(choice, index)]), after, pointer),
      );
    }
    let isBroken = false;
    this.compareKeywords(before, after, pointer, ({ breaking }) => (isBroken ||= breaking));
    return !isBroken;
  }

  private compareKeywords(
    before: readonly Part[],
    after: readonly Part[],
    pointer: string,
    emit: Emit,
  ): void {
    const types = collectTypes(after);
    compareTypes(collectTypes(before), types, pointer, emit);
    compareValues(before, after, { types, pointer, emit });
    compareOpaque(before, after, { pointer, emit, idOf: (part, keywords) => this.idOf(part, ...keywords) });
    if (types.has("integer") || types.has("fraction"))
      compareNumbers(before, after, { types, pointer, emit });
    if (types.has("string")) compareTexts(before, after, pointer, emit);
    if (types.has("array")) this.compareLists(before, after, pointer, emit);
    if (types.has("object")) this.compareObjects(before, after, pointer, emit);
  }

  private compareLists(before: readonly Part[], after: readonly Part[], pointer: string, emit: Emit): void {
    compareLimits(before, after, ["minItems", "maxItems"], pointer, emit);
    if (hasValue(before, "uniqueItems", true) && !hasValue(after, "uniqueItems", true)) {
      emit({ kind: "changed", pointer, breaking: true, text: "The items need no longer be unique." });
    }
    const length = Math.max(...[...before, ...after].map(({ schema }) => listPrefixItems(schema).length));
    for (let index = 0; index < length; index += 1) {
      this.compare(itemAt(before, index), itemAt(after, index), `${pointer}/prefixItems/${index}`, emit);
    }
    this.compare(itemAt(before, Infinity), itemAt(after, Infinity), `${pointer}/items`, emit);
  }

  private compareObjects(before: readonly Part[], after: readonly Part[], pointer: string, emit: Emit): void {
    compareLimits(before, after, ["minProperties", "maxProperties"], pointer, emit);
    const [wasRequired, isRequired] = [collectRequired(before), collectRequired(after)];
    const announced = findAnnounced(after);
    const names = new Set(
      [before, after].flatMap((parts) => parts.flatMap(({ schema }) => listPropertyNames(schema))),
    );
    for (const name of new Set([...names, ...wasRequired, ...isRequired])) {
      const quoted = JSON.stringify(name);
      const place = findDeclaration(after, name) ?? findDeclaration(before, name) ?? pointer;
      const [had, has] = [isDeclared(before, name), isDeclared(after, name) || isRequired.has(name)];
      if (wasRequired.has(name) && !isRequired.has(name)) {
        const text = has ? "is no longer required" : "was removed, which was required";
        const kind = has ? "changed" : "removed";
        emit({ kind, pointer: place, breaking: true, text: `The property ${quoted} ${text}.` });
        if (!has) continue;
      }
      if (!has && announced === undefined) {
        emit({
          kind: "removed",
          pointer: place,
          breaking: false,
          text: `The optional property ${quoted} was removed.`,
        });
        continue;
      }
      if (!had && !wasRequired.has(name)) {
        const which = isRequired.has(name) ? "required" : "optional";
        emit({
          kind: "added",
          pointer: place,
          breaking: false,
          text: `The ${which} property ${quoted} was added.`,
        });
      } else if (isRequired.has(name) && !wasRequired.has(name)) {
        emit({
          kind: "changed",
          pointer: place,
          breaking: false,
          text: `The property ${quoted} is now required.`,
        });
      }
      const later = has ? propertyIn(after, name, "after") : (announced ?? []);
      this.compare(propertyIn(before, name, "before"), later, place, emit);
    }
    if (announced === undefined) return;
    const others = join(before.map((part) => flattenMember(part, "additionalProperties")));
    this.compare(others, announced, `${pointer}/additionalProperties`, emit);
  }
}

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

/** A schema with nothing but a reference is not the place of a change. */
const isConstraining = ({ schema }: Part): boolean =>
  Object.keys(schema).some((keyword) => !["$ref", "allOf"].includes(keyword) && !isAnnotation(keyword));

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

function compareTypes(
  before: ReadonlySet<Type>,
  after: ReadonlySet<Type>,
  pointer: string,
  emit: Emit,
): void {
  const isWider = [...after].some((type) => !before.has(type));
  if (!isWider && before.size === after.size) return;
  const text = `The type was ${describeTypes(before)} and is ${describeTypes(after)}.`;
  emit({ kind: "changed", pointer, breaking: isWider, text });
}

/** The values of `enum` and `const`. */
function valuesIn({ enum: values, ...schema }: SchemaObject): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, "const")) return [schema["const"]];
  return Array.isArray(values) ? values : undefined;
}

interface Context {
  readonly types: ReadonlySet<Type>;
  readonly pointer: string;
  readonly emit: Emit;
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

function compareValues(
  before: readonly Part[],
  after: readonly Part[],
  { types, pointer, emit }: Context,
): void {
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

function compareOpaque(
  before: readonly Part[],
  after: readonly Part[],
  {
    pointer,
    emit,
    idOf,
  }: {
    readonly pointer: string;
    readonly emit: Emit;
    readonly idOf: (part: Part, keywords: readonly string[]) => number;
  },
): void {
  const cannotDecide = (keyword: string): void => {
    const text = `${keyword} has changed, which Callboard can't compare.`;
    emit({ kind: "changed", pointer: `${pointer}/${keyword}`, breaking: true, text });
  };
  for (const part of before) {
    for (const keywords of OPAQUE) {
      const [keyword] = keywords;
      if (!Object.hasOwn(part.schema, keyword)) continue;
      const id = idOf(part, keywords);
      if (!after.some((other) => Object.hasOwn(other.schema, keyword) && idOf(other, keywords) === id)) {
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
function compareLimits(
  before: readonly Part[],
  after: readonly Part[],
  [least, most]: readonly [least: string, most: string],
  pointer: string,
  emit: Emit,
): void {
  const lower = (parts: readonly Part[]): number => Math.max(0, ...listNumbers(parts, least));
  const upper = (parts: readonly Part[]): number => Math.min(Infinity, ...listNumbers(parts, most));
  emitLimit(least, lower(before), lower(after), pointer, emit);
  emitLimit(most, -upper(before), -upper(after), pointer, emit);
}

/** A lower limit that goes down is breaking. */
function emitLimit(keyword: string, before: number, after: number, pointer: string, emit: Emit): void {
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

function compareNumbers(
  before: readonly Part[],
  after: readonly Part[],
  { types, pointer, emit }: Context,
): void {
  for (const [keyword, exclusive, sign] of [
    ["minimum", "exclusiveMinimum", 1],
    ["maximum", "exclusiveMaximum", -1],
  ] as const) {
    const [earlier, wasExclusive] = toBound(before, keyword, exclusive, sign);
    const [later, isExclusive] = toBound(after, keyword, exclusive, sign);
    if (earlier === later && wasExclusive !== isExclusive)
      emitLimit(keyword, Number(wasExclusive), Number(isExclusive), pointer, emit);
    else emitLimit(keyword, earlier, later, pointer, emit);
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

function compareTexts(before: readonly Part[], after: readonly Part[], pointer: string, emit: Emit): void {
  compareLimits(before, after, ["minLength", "maxLength"], pointer, emit);
  for (const keyword of ["pattern", "format"] as const) {
    for (const { schema } of before) {
      const value = schema[keyword];
      if (typeof value !== "string" || hasValue(after, keyword, value)) continue;
      const text = `The ${keyword} ${JSON.stringify(value)} was removed or changed.`;
      emit({ kind: "changed", pointer: `${pointer}/${keyword}`, breaking: true, text });
    }
  }
}

const hasValue = (parts: readonly Part[], keyword: string, value: unknown): boolean =>
  parts.some(({ schema }) => schema[keyword] === value);

const listPrefixItems = ({ prefixItems }: SchemaObject): readonly unknown[] =>
  Array.isArray(prefixItems) ? prefixItems : [];

/** What applies to the item at the index; at Infinity, to those after all prefixes. */
const itemAt = (parts: readonly Part[], index: number): Conjunction =>
  join(
    parts.map((part) =>
      index < listPrefixItems(part.schema).length
        ? flatten(listPrefixItems(part.schema)[index], below(part, `/prefixItems/${index}`))
        : flattenMember(part, "items"),
    ),
  );

const flattenMember = (part: Part, keyword: string): Conjunction =>
  flatten(part.schema[keyword], below(part, `/${keyword}`));

const listPropertyNames = ({ properties }: SchemaObject): readonly string[] =>
  isObject(properties) ? Object.keys(properties) : [];

const declares = ({ schema: { properties } }: Part, name: string): boolean =>
  isObject(properties) && Object.hasOwn(properties, name);

const isDeclared = (parts: readonly Part[], name: string): boolean =>
  parts.some((part) => declares(part, name));

const collectRequired = (parts: readonly Part[]): ReadonlySet<string> =>
  new Set(
    parts.flatMap(({ schema: { required } }) =>
      Array.isArray(required) ? required.filter((name) => typeof name === "string") : [],
    ),
  );

function findDeclaration(parts: readonly Part[], name: string): string | undefined {
  const part = parts.find((each) => declares(each, name));
  return part && `${part.pointer}/properties/${escapeStep(name)}`;
}

/** What members that are not declared can be; undefined if there are none. */
function findAnnounced(parts: readonly Part[]): Conjunction | undefined {
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
const propertyIn = (parts: readonly Part[], name: string, side: "before" | "after"): Conjunction =>
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

/**
 * Returns a function that numbers schemas: two have the same number if they are equal, with references resolved and without
 * annotations. Each schema is written once, however many references lead to it.
 */
function createIdentities(): (schema: SchemaObject, place: Place) => number {
  const byText = new Map<string, number>();
  /** A schema can be part of both versions, with other shared schemas in each. */
  const byVersion = new WeakMap<object, WeakMap<object, number>>();

  function numberSchema(schema: unknown, place: Place, depth: number): unknown {
    if (!isObject(schema)) return schema;
    if (depth > 300) throw new UndecidedError(place.pointer, "references lead too deep");
    spend(place);
    const bySchema = byVersion.get(place.schemas) ?? new WeakMap<object, number>();
    byVersion.set(place.schemas, bySchema);
    const known = bySchema.get(schema);
    if (known !== undefined) return known;
    const subschemas = new Map(listSubschemas(schema).map((each) => [each.pointer, each.schema]));
    const replace = (value: unknown, pointer: string): unknown => {
      const below = subschemas.get(pointer);
      return below === undefined ? undefined : { schema: numberSchema(value, place, depth + 1) };
    };
    const entries = Object.entries(schema)
      .filter(([keyword]) => !isAnnotation(keyword))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([keyword, value]) => {
        if (keyword === "$ref" && typeof value === "string") {
          const target = resolveReference(value, place.schemas, place.root?.schema);
          const root = value.startsWith(SHARED) ? undefined : place.root;
          return [keyword, numberSchema(target, { ...place, root }, depth + 1)];
        }
        const whole = replace(value, `/${keyword}`);
        if (whole !== undefined) return [keyword, whole];
        if (typeof value !== "object" || value === null) return [keyword, value];
        if (["required", "enum", "type"].includes(keyword) && Array.isArray(value)) {
          return [keyword, value.map(toSortedText).sort()];
        }
        const members = Object.entries(value)
          .map(([name, each]: [string, unknown]): readonly [string, unknown] => [
            name,
            replace(each, `/${keyword}/${escapeStep(name)}`) ?? toSortedText(each),
          ])
          .sort(([one], [other]) => (one < other ? -1 : 1));
        return [keyword, members];
      });
    const text = JSON.stringify(entries);
    const number = byText.get(text) ?? byText.size;
    byText.set(text, number);
    bySchema.set(schema, number);
    return number;
  }

  return (schema, place) => numberSchema(schema, place, 0) as number;
}
