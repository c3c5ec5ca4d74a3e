/** Parts of TypeScript types as text, from foreign names, descriptions and values. Pure. */
import { escapeControls, replaceControls } from "../../foreign-text.ts";
import { isObject } from "../../json/object.ts";

/** A type, and how it binds: what isn't simple needs parentheses as the item of an array. */
export interface TypeText {
  readonly text: string;
  readonly kind: "simple" | "object" | "array" | "intersection" | "union";
}

const simple = (text: string): TypeText => ({ text, kind: "simple" });

export const UNKNOWN = simple("unknown");
export const NEVER = simple("never");
export const NULL = simple("null");
export const STRING = simple("string");
export const NUMBER = simple("number");
export const BOOLEAN = simple("boolean");
/** An object of which nothing else is known. */
export const ANY_OBJECT: TypeText = { text: "{ readonly [member: string]: unknown }", kind: "object" };

export const nameType = simple;

/** Returns the union of the types, with equal ones once. Of no types: never. */
export function unite(types: readonly TypeText[]): TypeText {
  const parts = distinct(types.filter(({ text }) => text !== NEVER.text));
  if (parts.some(({ text }) => text === UNKNOWN.text)) return UNKNOWN;
  const [only = NEVER] = parts;
  if (parts.length < 2) return only;
  const texts = parts.map((part) => (part.kind === "intersection" ? `(${part.text})` : part.text));
  return { text: texts.join(" | "), kind: "union" };
}

/** Returns the intersection of the types, with equal ones once. Of no types: unknown. */
export function intersect(types: readonly TypeText[]): TypeText {
  const parts = distinct(types.filter(({ text }) => text !== UNKNOWN.text));
  const [only = UNKNOWN] = parts;
  if (parts.length < 2) return only;
  const texts = parts.map((part) => (part.kind === "union" ? `(${part.text})` : part.text));
  return { text: texts.join(" & "), kind: "intersection" };
}

const distinct = (types: readonly TypeText[]): readonly TypeText[] => [
  ...new Map(types.map((type) => [type.text, type])).values(),
];

export const listType = (item: TypeText): TypeText => ({
  text: `readonly ${inParentheses(item)}[]`,
  kind: "array",
});

/** Returns the type of a list whose first items have types of their own. Those from index `required` on can be missing. */
export function tupleType(
  first: readonly TypeText[],
  { required, rest }: { readonly required: number; readonly rest: TypeText | undefined },
): TypeText {
  const items = first.map((item, index) => (index < required ? item.text : `${inParentheses(item)}?`));
  if (rest !== undefined) items.push(`...${inParentheses(rest)}[]`);
  return { text: `readonly [${items.join(", ")}]`, kind: "array" };
}

const inParentheses = ({ text, kind }: TypeText): string =>
  kind === "simple" || kind === "object" ? text : `(${text})`;

/** Returns the type that has only this JSON value. */
export function literalType(value: unknown): TypeText {
  if (Array.isArray(value))
    return tupleType(value.map(literalType), { required: value.length, rest: undefined });
  if (!isObject(value)) return simple(escapeControls(JSON.stringify(value)));
  const members = Object.entries(value).map(
    ([name, each]) => `readonly ${toMemberName(name)}: ${literalType(each).text}`,
  );
  return members.length === 0 ? ANY_OBJECT : { text: `{ ${members.join("; ")} }`, kind: "object" };
}

/** Returns the name of a member as it is, or in quotes where it is no identifier. */
export const toMemberName = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : escapeControls(JSON.stringify(name));

/** Longest name of a type that is made from a foreign name. */
const MAX_NAME_LENGTH = 100;

/** Returns a name for a type: "crane.stopped" → "CraneStopped". */
export function toTypeName(name: string): string {
  const words = name
    .slice(0, MAX_NAME_LENGTH)
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return /^[A-Za-z]/.test(words) ? words : `_${words}`;
}

/** Returns a function that makes a name unique: the second `Crane` is `Crane_2`. The first free name of several is taken. */
export function createNames(): (...wanted: readonly [string, ...string[]]) => string {
  const taken = new Set<string>();
  const nextNumber = new Map<string, number>();
  return (...wanted) => {
    const free = wanted.find((name) => !taken.has(name));
    let name = free ?? "";
    while (name === "" || taken.has(name)) {
      const [base] = wanted;
      const number = nextNumber.get(base) ?? 2;
      nextNumber.set(base, number + 1);
      name = `${base}_${number}`;
    }
    taken.add(name);
    return name;
  };
}

/**
 * Returns a comment on lines of its own, or "" without text. Foreign text can't end the comment, and has no tags: the compiler
 * obeys `@ts-ignore` in comments too.
 */
export function writeComment(
  foreign: string | undefined,
  {
    indent = "",
    tags = [],
    opening = "/**",
  }: { readonly indent?: string; readonly tags?: readonly string[]; readonly opening?: "/*" | "/**" } = {},
): string {
  const printable = replaceControls((foreign ?? "").trim().replaceAll(/\r\n?/g, "\n")).toWellFormed();
  const described = printable === "" ? [] : printable.split("\n").map(withoutTag);
  const lines = [...described, ...tags].map((line) => line.replaceAll("*/", "*\\/").trimEnd());
  if (lines.length === 0) return "";
  if (lines.length === 1) return `${indent}${opening} ${lines.join("")} */\n`;
  const body = lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n");
  return `${indent}${opening}\n${body}\n${indent} */\n`;
}

/** As TSDoc escapes it. */
const withoutTag = (line: string): string => line.replace(/^([ \t*/]*)@/, "$1\\@");
