/**
 * Evaluates body filters, which `body-filter.ts` reads, on the parsed body of an event. A filter is compiled once and evaluated for
 * every event; the reason for a refusal is only put into words once it is needed. Pure.
 */
import { formatPointer } from "../../json/pointer.ts";
import { onFirstUse } from "../../on-first-use.ts";
import type { Comparison, Condition, Field, Scalar } from "./body-filter.ts";

export type BodyVerdict =
  | { readonly kind: "met" }
  /** `because` is a clause such as `/crane/id = 4, wanted 7`. */
  | { readonly kind: "unmet"; readonly because: string }
  | { readonly kind: "undecided"; readonly because: string };

/** Maximum number of elements of lists that one evaluation looks at. */
export const MAX_ELEMENTS = 2_000;

const MET: BodyVerdict = { kind: "met" };
const getTooMany = onFirstUse((): BodyVerdict => ({
  kind: "undecided",
  because: `the body has more than ${MAX_ELEMENTS.toLocaleString("en")} list elements at the paths of the body filter`,
}));

/** Returns a function that evaluates the filter on a body, in which integers beyond 2^53 are texts of their digits. */
export function compileBodyFilter(condition: Condition): (body: unknown) => BodyVerdict {
  const { judge } = compile(condition);
  return (body) => {
    const walk: Walk = { left: MAX_ELEMENTS };
    const explain = judge([body], walk);
    if (walk.left < 0) return getTooMany();
    return explain === undefined ? MET : { kind: "unmet", because: cut(explain("")) };
  };
}

/** A reason is kept for every event that a webhook doesn't get. */
const MAX_REASON_LENGTH = 370;

const cut = (text: string): string =>
  text.length > MAX_REASON_LENGTH ? `${text.slice(0, MAX_REASON_LENGTH).toWellFormed()}…` : text;

/** Elements of lists that may still be looked at; below 0, the result says nothing. */
interface Walk {
  left: number;
}

/** Says why a condition isn't met. `place` is the JSON pointer of the condition. */
type Explain = (place: string) => string;

interface Compiled {
  /** Undefined if it is met. `values` are what the body has at the place of the condition: none if nothing is there. */
  readonly judge: (values: readonly unknown[], walk: Walk) => Explain | undefined;
  /** Expected value of a single comparison. */
  readonly wanted?: string;
}

function compile(condition: Condition): Compiled {
  switch (condition.kind) {
    case "comparison":
      return compileComparison(condition.comparison);
    case "all":
      return compileAll(condition.parts.map(compile));
    case "any":
      return compileAny(condition.parts.map(compile));
    case "not":
      return compileNot(compile(condition.part), condition.text);
    case "fields":
      return compileFields(condition.fields, condition.text);
  }
}

function compileAll(parts: readonly Compiled[]): Compiled {
  return {
    judge: (values, walk) => {
      for (const part of parts) {
        const explain = part.judge(values, walk);
        if (explain !== undefined) return explain;
      }
      return undefined;
    },
  };
}

const MAX_EXPLAINED = 3;

function compileAny(parts: readonly Compiled[]): Compiled {
  return {
    judge: (values, walk) => {
      const all: Explain[] = [];
      for (const part of parts) {
        const explain = part.judge(values, walk);
        if (explain === undefined) return undefined;
        if (all.length < MAX_EXPLAINED) all.push(explain);
      }
      return (place) => {
        const shown = all.map((explain) => explain(place)).join("; ");
        const more = parts.length - all.length;
        if (parts.length === 1) return shown;
        return `no condition of $or is true: ${shown}${more > 0 ? ` and ${more} more` : ""}`;
      };
    },
  };
}

function compileNot({ judge, wanted }: Compiled, text: string): Compiled {
  return {
    judge: (values, walk) =>
      judge(values, walk) === undefined
        ? (place) =>
            `${place === "" ? "the body" : `${place}${describeActual(values)}`}, wanted not ${wanted ?? text}`
        : undefined,
  };
}

interface CompiledField extends Pick<Compiled, "judge"> {
  readonly steps: readonly Step[];
  readonly place: string;
}

/** A name, which is the index of an element too if it is a number. */
interface Step {
  readonly name: string;
  readonly index: number;
}

function compileFields(given: readonly Field[], text: string): Compiled {
  const fields = given.map(({ steps, condition }): CompiledField => ({
    steps: steps.map((name) => ({ name, index: /^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1 })),
    place: formatPointer(steps),
    judge: compile(condition).judge,
  }));
  const judgeOne = (value: unknown, walk: Walk): Explain | undefined => {
    for (const field of fields) {
      const explain = field.judge(reach(value, field.steps, walk), walk);
      if (explain !== undefined) return (place) => explain(place + field.place);
    }
    return undefined;
  };
  return {
    judge: (values, walk) => {
      let count = 0;
      let last: Explain | undefined;
      for (const value of values) {
        if (!Array.isArray(value)) {
          count += 1;
          last = judgeOne(value, walk);
          if (last === undefined) return undefined;
          continue;
        }
        for (const element of value as readonly unknown[]) {
          walk.left -= 1;
          // Elements beyond the limit don't count.
          if (walk.left < 0) return undefined;
          count += 1;
          const explain = judgeOne(element, walk);
          if (explain === undefined) return undefined;
          last = (place) => explain(`${place}/0`);
        }
      }
      if (count === 0) return judgeOne(undefined, walk);
      if (count === 1) return last;
      return (place) => `none of the ${count} elements of ${place} fits ${text}`;
    },
  };
}

/** Returns what a body has at a path. A path goes on in every element of a list, and in the one with the step's index. */
function reach(from: unknown, steps: readonly Step[], walk: Walk): readonly unknown[] {
  const path: Path = { steps, walk, found: [] };
  follow(from, 0, path);
  return path.found;
}

interface Path {
  readonly steps: readonly Step[];
  readonly walk: Walk;
  readonly found: unknown[];
}

function follow(from: unknown, first: number, path: Path): void {
  const { steps } = path;
  let value = from;
  for (let at = first; at < steps.length; at += 1) {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      spread(value, at, path);
      return;
    }
    const { name } = steps[at] as Step;
    if (!Object.hasOwn(value, name)) return;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  path.found.push(value);
}

function spread(list: readonly unknown[], at: number, path: Path): void {
  const { steps, walk } = path;
  const { name, index } = steps[at] as Step;
  if (index >= 0 && index < list.length) follow(list[index], at + 1, path);
  for (const element of list) {
    walk.left -= 1;
    if (walk.left < 0) return;
    if (typeof element !== "object" || element === null || Array.isArray(element)) continue;
    if (!Object.hasOwn(element, name)) continue;
    follow((element as Readonly<Record<string, unknown>>)[name], at + 1, path);
  }
}

/** Tests one value of a body. Lists are tested element by element. */
type Test = (value: unknown) => boolean;

interface Wanted {
  readonly test: Test;
  /** True if a missing value matches too. */
  readonly missing: boolean;
  readonly words: string;
}

function compileComparison(comparison: Comparison): Compiled {
  if (comparison.operator === "$exists") {
    const { operand } = comparison;
    return named((values) => values.length > 0 === operand, operand ? "any value" : "no value");
  }
  const isNegative = comparison.operator === "$ne" || comparison.operator === "$nin";
  const { test, missing, words } = toWanted(comparison);
  return named((values, walk) => isAny(values, test, missing, walk) !== isNegative, words);
}

function named(isMet: (values: readonly unknown[], walk: Walk) => boolean, wanted: string): Compiled {
  return {
    judge: (values, walk) =>
      isMet(values, walk) ? undefined : (place) => `${place}${describeActual(values)}, wanted ${wanted}`,
    wanted,
  };
}

function isAny(values: readonly unknown[], test: Test, missing: boolean, walk: Walk): boolean {
  if (values.length === 0) return missing;
  for (const value of values) {
    if (!Array.isArray(value)) {
      if (test(value)) return true;
      continue;
    }
    for (const element of value as readonly unknown[]) {
      walk.left -= 1;
      if (walk.left < 0) return false;
      if (test(element)) return true;
    }
  }
  return false;
}

function toWanted(comparison: Exclude<Comparison, { readonly operator: "$exists" }>): Wanted {
  switch (comparison.operator) {
    case "$eq":
    case "$ne": {
      const { operator, operand } = comparison;
      const not = operator === "$ne" ? "not " : "";
      return { test: equalTo(operand), missing: operand === null, words: `${not}${shown(operand)}` };
    }
    case "$in":
    case "$nin": {
      const { operator, operand } = comparison;
      const words = operator === "$nin" ? "none of" : "one of";
      return {
        test: includedIn(operand),
        missing: operand.includes(null),
        words: `${words} ${listed(operand)}`,
      };
    }
    case "$startsWith": {
      const { operand } = comparison;
      const test: Test = (value) => typeof value === "string" && value.startsWith(operand);
      return { test, missing: false, words: `a text that starts with ${shown(operand)}` };
    }
    case "$endsWith": {
      const { operand } = comparison;
      const test: Test = (value) => typeof value === "string" && value.endsWith(operand);
      return { test, missing: false, words: `a text that ends with ${shown(operand)}` };
    }
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte": {
      const { operator, operand } = comparison;
      const [sign, holds] = ORDERINGS[operator];
      const compare = comparerTo(operand);
      const test: Test = (value) => {
        const order = compare(value);
        return order !== undefined && holds(order);
      };
      return { test, missing: false, words: `${sign} ${shown(operand)}` };
    }
  }
}

const ORDERINGS = {
  $gt: [">", (order: number) => order > 0],
  $gte: [">=", (order: number) => order >= 0],
  $lt: ["<", (order: number) => order < 0],
  $lte: ["<=", (order: number) => order <= 0],
} as const;

function equalTo(operand: Scalar): Test {
  const long = longInteger(operand);
  if (long === undefined) return (value) => value === operand;
  return (value) => value === operand || (typeof value === "number" && compareNumbers(value, long) === 0);
}

function includedIn(operand: readonly Scalar[]): Test {
  const values: ReadonlySet<unknown> = new Set(operand);
  const long = operand.filter((each) => longInteger(each) !== undefined).map(equalTo);
  if (long.length === 0) return (value) => values.has(value);
  return (value) => values.has(value) || (typeof value === "number" && long.some((test) => test(value)));
}

/** Returns the order of a value beside the operand: below 0 if it is less. Undefined if the two have different types. */
function comparerTo(operand: number | string): (value: unknown) => number | undefined {
  const number = typeof operand === "number" ? operand : longInteger(operand);
  const byNumber =
    number === undefined
      ? undefined
      : (value: unknown): number | undefined => {
          const own = typeof value === "number" ? value : longInteger(value);
          return own === undefined ? undefined : compareNumbers(own, number);
        };
  const byText =
    typeof operand === "string"
      ? (value: unknown) => (typeof value === "string" ? compareTexts(value, operand) : undefined)
      : undefined;
  return (value) => byNumber?.(value) ?? byText?.(value);
}

/** JavaScript compares numbers with bigints exactly. */
const compareNumbers = (one: number | bigint, other: number | bigint): number =>
  one < other ? -1 : one > other ? 1 : 0;

const MAX_INTEGER_DIGITS = 500;

/** Returns the integer of a text of digits that no number can have exactly, as a parsed body has it; undefined for others. */
function longInteger(value: unknown): bigint | undefined {
  if (typeof value !== "string" || value.length < 16 || value.length > MAX_INTEGER_DIGITS) return undefined;
  if (!/^-?[1-9]\d*$/.test(value) || Number.isSafeInteger(Number(value))) return undefined;
  return BigInt(value);
}

/** Compares two texts by code point, as UTF-8 does. */
function compareTexts(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  if (at === length) return one.length - other.length;
  return toRank(one.charCodeAt(at)) - toRank(other.charCodeAt(at));
}

/** Half of a surrogate pair stands for a code point behind all of those with a single unit. */
const toRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const MAX_SHOWN_LENGTH = 60;
const MAX_SHOWN = 3;

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `[${listed(value)}]`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const cut = value.length > MAX_SHOWN_LENGTH ? `${value.slice(0, MAX_SHOWN_LENGTH).toWellFormed()}…` : value;
  return JSON.stringify(cut);
}

function listed(values: readonly unknown[]): string {
  const more = values.length - MAX_SHOWN;
  const first = values
    .slice(0, MAX_SHOWN)
    .map((value) => (Array.isArray(value) ? "a list" : shown(value)))
    .join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}

function describeActual(values: readonly unknown[]): string {
  if (values.length === 0) return " is missing";
  return ` = ${values.length === 1 ? shown(values[0]) : listed(values)}`;
}
