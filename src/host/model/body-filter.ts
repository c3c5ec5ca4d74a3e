/**
 * The language of body filters: conditions on the body of an event, as JSON with the operators of Mongo and Outpost. Reads and
 * checks a filter, which `body-filter-judge.ts` evaluates. docs/filters.md has the language for people. Pure.
 */
import { distance } from "fastest-levenshtein";
import type { ErrorCode, Problem } from "../../errors.ts";
import { isObject } from "../../json/object.ts";
import { escapeStep, parsePointer } from "../../json/pointer.ts";
import { JsonTextError, scanJson } from "../../json/scan.ts";
import { whyNotText } from "./text.ts";

/** A body filter as it was written: a JSON object. */
export type BodyFilter = Readonly<Record<string, unknown>>;

export type Scalar = string | number | boolean | null;

export type Comparison =
  | { readonly operator: "$eq" | "$ne"; readonly operand: Scalar }
  | { readonly operator: "$gt" | "$gte" | "$lt" | "$lte"; readonly operand: number | string }
  | { readonly operator: "$in" | "$nin"; readonly operand: readonly Scalar[] }
  | { readonly operator: "$startsWith" | "$endsWith"; readonly operand: string }
  | { readonly operator: "$exists"; readonly operand: boolean };

/** A condition on the values at a place of the body, or on the body itself. */
export type Condition =
  | { readonly kind: "comparison"; readonly comparison: Comparison }
  | { readonly kind: "all" | "any"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition; readonly text: string }
  /** All of them of one value; at a list, of one element. */
  | { readonly kind: "fields"; readonly fields: readonly Field[]; readonly text: string };

export interface Field {
  /** Names of members, or indexes of elements. */
  readonly steps: readonly string[];
  readonly condition: Condition;
}

export type BodyFilterReading =
  | { readonly kind: "filter"; readonly filter: BodyFilter; readonly condition: Condition }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Maximum size of a filter, as JSON without white space. */
export const MAX_BODY_FILTER_BYTES = 8 * 1024;
/** Maximum size of a filter's text with its white space. */
const MAX_TEXT_BYTES = 64 * 1024;
/** Maximum nesting of objects and lists of conditions. */
const DEEPEST = 8;
/** Maximum number of comparisons. */
const MAX_CONDITIONS = 100;
/** Maximum number of entries of a list. */
const MAX_ENTRIES = 200;
/** Maximum length of a text or path, in characters. */
const MAX_TEXT_LENGTH = 500;
const MAX_STEPS = 20;
/** Maximum length of the part of a filter that a reason quotes. */
const MAX_QUOTED_LENGTH = 100;

/**
 * Reads a filter. A refusal has every problem, each with a code and its JSON pointer below `pointer`.
 *
 * @param given the JSON value, or its text as somebody typed it
 */
export function readBodyFilter(given: unknown, pointer = ""): BodyFilterReading {
  const parsed = typeof given === "string" ? parseText(given, pointer) : { value: given };
  if ("problem" in parsed) return { kind: "refused", problems: [parsed.problem] };
  const { value } = parsed;
  const problems: Problem[] = [];
  if (!isObject(value)) {
    problems.push(invalid(pointer, "A body filter must be a JSON object"));
    return { kind: "refused", problems };
  }
  const size = Buffer.byteLength(JSON.stringify(value));
  if (size > MAX_BODY_FILTER_BYTES) {
    const detail = `A body filter must have at most ${MAX_BODY_FILTER_BYTES / 1024} KiB, this one has ${Math.ceil(size / 1024)}`;
    return { kind: "refused", problems: [tooComplex(pointer, detail)] };
  }
  const reader: Reader = { problems, conditions: 0 };
  const condition = readObject(value, { pointer, depth: 1, reader, isOfField: false });
  if (reader.conditions > MAX_CONDITIONS) {
    const detail = `A body filter must have at most ${MAX_CONDITIONS} conditions, this one has ${reader.conditions}`;
    problems.push(tooComplex(pointer, detail));
  }
  return problems.length > 0 ? { kind: "refused", problems } : { kind: "filter", filter: value, condition };
}

/** The problem of a webhook that has a filter, which is JQL, and a body filter too. `pointer` is that of the body filter. */
export const besideFilterProblem = (pointer: string): Problem => ({
  pointer,
  detail: "A webhook must not have both a filter and a body filter",
  code: "BODY_FILTER_BESIDE_FILTER",
});

const invalid = (pointer: string, detail: string): Problem => problem(pointer, detail, "BODY_FILTER");
const tooComplex = (pointer: string, detail: string): Problem =>
  problem(pointer, detail, "BODY_FILTER_TOO_COMPLEX");

function problem(pointer: string, detail: string, code: ErrorCode): Problem {
  return { pointer: pointer.toWellFormed(), detail, code };
}

type Parsed = { readonly value: unknown } | { readonly problem: Problem };

function parseText(text: string, pointer: string): Parsed {
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_TEXT_BYTES) {
    const detail = `The text of a body filter must have at most ${MAX_TEXT_BYTES / 1024} KiB`;
    return { problem: tooComplex(pointer, detail) };
  }
  try {
    scanJson(bytes, { maxDepth: DEEPEST * 2 + 1, duplicates: "all" });
  } catch (error) {
    if (error instanceof JsonTextError) return { problem: textProblem(error, bytes, pointer) };
    throw error;
  }
  return { value: JSON.parse(text) as unknown };
}

function textProblem(error: JsonTextError, bytes: Buffer, pointer: string): Problem {
  const at = `${pointer}${error.pointer ?? ""}`;
  switch (error.kind) {
    case "duplicate-key":
      return invalid(at, "A body filter must not have the same name twice in an object");
    case "forbidden-key":
      return invalid(at, "A body filter must not have the name __proto__");
    case "depth":
      return tooComplex(at, TOO_DEEP);
    default: {
      const lines = bytes.subarray(0, error.offset).toString().split("\n");
      const place = `line ${lines.length}, character ${(lines.at(-1) ?? "").length + 1}`;
      return invalid(pointer, `A body filter must be JSON; the error is at ${place}`);
    }
  }
}

interface Reader {
  readonly problems: Problem[];
  conditions: number;
}

const TOO_DEEP = `A body filter must have at most ${DEEPEST} levels`;
/** Stands for a condition that has problems. */
const NOTHING: Condition = { kind: "all", parts: [] };

interface Place {
  readonly pointer: string;
  readonly depth: number;
  readonly reader: Reader;
  /** False for a condition on the whole body. */
  readonly isOfField: boolean;
}

/** Reads a condition: a plain value, or an object of operators and paths. */
function readCondition(value: unknown, place: Place): Condition {
  const { pointer, reader, isOfField } = place;
  if (isObject(value)) return readObject(value, place);
  if (Array.isArray(value)) {
    reader.problems.push(invalid(pointer, "A list is no condition; use $in for one of several values"));
    return NOTHING;
  }
  if (isOfField) return readComparison("$eq", value, pointer, reader);
  reader.problems.push(invalid(pointer, "A condition must be a JSON object here"));
  return NOTHING;
}

function readObject(value: BodyFilter, place: Place): Condition {
  const { pointer, depth, reader } = place;
  if (depth > DEEPEST) {
    reader.problems.push(tooComplex(pointer, TOO_DEEP));
    return NOTHING;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) {
    reader.problems.push(invalid(pointer, "A condition must not be an empty object"));
    return NOTHING;
  }
  const fields: Field[] = [];
  const parts: Condition[] = [];
  for (const [key, member] of entries) {
    const at = `${pointer}/${escapeStep(key.slice(0, MAX_TEXT_LENGTH))}`;
    if (key.startsWith("$")) {
      parts.push(readOperator(key, member, { ...place, pointer: at }));
      continue;
    }
    const steps = readPath(key, at, reader.problems);
    fields.push({
      steps,
      condition: readCondition(member, { pointer: at, depth: depth + 1, reader, isOfField: true }),
    });
  }
  const own: readonly Condition[] =
    fields.length === 0 ? parts : [{ kind: "fields", fields, text: quoted(value) }, ...parts];
  const [only, ...others] = own;
  return only !== undefined && others.length === 0 ? only : { kind: "all", parts: own };
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;
}

/** A path is parted by dots; one that begins with a slash is a JSON pointer, for names with dots. */
function readPath(key: string, at: string, problems: Problem[]): readonly string[] {
  if (key.length > MAX_TEXT_LENGTH) {
    problems.push(tooComplex(at, `A path must have at most ${MAX_TEXT_LENGTH} characters`));
    return [];
  }
  const notText = whyNotText(key);
  if (notText !== undefined) problems.push(invalid(at, `A path ${notText}`));
  const isPointer = key.startsWith("/");
  if (isPointer && /~(?![01])/.test(key)) {
    problems.push(invalid(at, "In a JSON pointer ~ must be written as ~0 and / as ~1"));
  }
  const steps = isPointer ? parsePointer(key) : key.split(".");
  if (!isPointer && steps.includes("")) {
    const detail = 'A path must have a name between its dots; a name with dots needs a JSON pointer: "/a.b"';
    problems.push(invalid(at, detail));
  }
  if (steps.length > MAX_STEPS) {
    problems.push(tooComplex(at, `A path must have at most ${MAX_STEPS} steps`));
  }
  return steps;
}

function readOperator(operator: string, operand: unknown, place: Place): Condition {
  const { pointer, depth, reader, isOfField } = place;
  if (operator === "$and" || operator === "$or") {
    const parts = readParts(operator, operand, place);
    return { kind: operator === "$and" ? "all" : "any", parts };
  }
  if (operator === "$not") {
    const part = readCondition(operand, { ...place, depth: depth + 1 });
    return { kind: "not", part, text: quoted(operand) };
  }
  if (!isOperator(operator)) {
    reader.problems.push(invalid(pointer, whyUnknown(operator)));
    return NOTHING;
  }
  if (!isOfField) {
    const detail = `${operator} must be below a path, such as {"issue.id": {"${operator}": …}}`;
    reader.problems.push(invalid(pointer, detail));
    return NOTHING;
  }
  return readComparison(operator, operand, pointer, reader);
}

function readParts(operator: string, operand: unknown, place: Place): readonly Condition[] {
  const { pointer, depth, reader } = place;
  if (!Array.isArray(operand) || operand.length === 0) {
    reader.problems.push(invalid(pointer, `${operator} must have a list of conditions`));
    return [];
  }
  if (operand.length > MAX_CONDITIONS) {
    const detail = `${operator} must have at most ${MAX_CONDITIONS} conditions, this one has ${operand.length}`;
    reader.problems.push(tooComplex(pointer, detail));
    return [];
  }
  return operand.map((part: unknown, index) =>
    readCondition(part, { ...place, pointer: `${pointer}/${index}`, depth: depth + 1 }),
  );
}

type Operator = Comparison["operator"];

const COMPARISONS: Readonly<Record<Operator, true>> = {
  $eq: true,
  $ne: true,
  $gt: true,
  $gte: true,
  $lt: true,
  $lte: true,
  $in: true,
  $nin: true,
  $startsWith: true,
  $endsWith: true,
  $exists: true,
};

/** Every operator, in the order of docs/filters.md. */
export const BODY_FILTER_OPERATORS: readonly string[] = [...Object.keys(COMPARISONS), "$not", "$and", "$or"];

const isOperator = (name: string): name is Operator => Object.hasOwn(COMPARISONS, name);

/** Operators of other languages, and what does the same. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["$all", "use $and with one condition for each value"],
  ["$contains", "a path to a list already looks at its elements"],
  ["$elemmatch", "write the conditions as an object: one element must meet all of them"],
  ["$neq", "did you mean $ne?"],
  ["$nor", "use $not with $or"],
  ["$regex", "use $startsWith or $endsWith"],
]);

function whyUnknown(name: string): string {
  const shown = JSON.stringify(name.slice(0, 40));
  const lower = name.toLowerCase();
  const instead = INSTEAD.get(lower);
  if (instead !== undefined) return `Unknown operator ${shown}; ${instead}`;
  const [nearest] = BODY_FILTER_OPERATORS.map((operator) => ({
    operator,
    letters: distance(operator.toLowerCase(), lower.slice(0, 40)),
  })).toSorted((one, other) => one.letters - other.letters);
  const isNear = nearest !== undefined && nearest.letters <= Math.max(1, Math.floor(lower.length / 4));
  const hint = isNear
    ? `did you mean ${nearest.operator}?`
    : "a name with $ needs a JSON pointer such as /$ref";
  return `Unknown operator ${shown}; ${hint}`;
}

function readComparison(operator: Operator, operand: unknown, pointer: string, reader: Reader): Condition {
  reader.conditions += 1;
  const comparison = toComparison(operator, operand, pointer, reader.problems);
  return comparison === undefined ? NOTHING : { kind: "comparison", comparison };
}

function toComparison(
  operator: Operator,
  operand: unknown,
  pointer: string,
  problems: Problem[],
): Comparison | undefined {
  switch (operator) {
    case "$eq":
    case "$ne":
      if (isScalar(operand)) return fits(operand, pointer, problems) ? { operator, operand } : undefined;
      problems.push(invalid(pointer, `${operator} must have a string, a number, true, false or null`));
      return undefined;
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      if (typeof operand === "string" || typeof operand === "number")
        return fits(operand, pointer, problems) ? { operator, operand } : undefined;
      problems.push(invalid(pointer, `${operator} must have a number or a string`));
      return undefined;
    case "$startsWith":
    case "$endsWith":
      if (typeof operand === "string" && operand !== "")
        return fits(operand, pointer, problems) ? { operator, operand } : undefined;
      problems.push(invalid(pointer, `${operator} must have a string with at least one character`));
      return undefined;
    case "$exists":
      if (typeof operand === "boolean") return { operator, operand };
      problems.push(invalid(pointer, "$exists must be true or false"));
      return undefined;
    case "$in":
    case "$nin":
      return toListComparison(operator, operand, pointer, problems);
  }
}

function toListComparison(
  operator: "$in" | "$nin",
  operand: unknown,
  pointer: string,
  problems: Problem[],
): Comparison | undefined {
  if (!Array.isArray(operand) || operand.length === 0) {
    problems.push(invalid(pointer, `${operator} must have a list of values`));
    return undefined;
  }
  if (operand.length > MAX_ENTRIES) {
    const detail = `${operator} must have at most ${MAX_ENTRIES} values, this one has ${operand.length}`;
    problems.push(tooComplex(pointer, detail));
    return undefined;
  }
  const before = problems.length;
  const values = operand.flatMap((value: unknown, index): readonly Scalar[] => {
    const at = `${pointer}/${index}`;
    if (isScalar(value)) return fits(value, at, problems) ? [value] : [];
    problems.push(invalid(at, `A value of ${operator} must be a string, a number, true, false or null`));
    return [];
  });
  return problems.length > before ? undefined : { operator, operand: values };
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** Checks what a value of the right type may be. */
function fits(value: Scalar, pointer: string, problems: Problem[]): boolean {
  if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    const detail =
      "A number beyond 2^53 can't be compared exactly; write an integer as a text of its digits, in quotes";
    problems.push(invalid(pointer, detail));
    return false;
  }
  if (typeof value !== "string") return true;
  if (value.length > MAX_TEXT_LENGTH) {
    problems.push(tooComplex(pointer, `A text must have at most ${MAX_TEXT_LENGTH} characters`));
    return false;
  }
  const notText = whyNotText(value);
  if (notText !== undefined) problems.push(invalid(pointer, `A text ${notText}`));
  return notText === undefined;
}
