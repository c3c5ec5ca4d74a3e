/**
 * Evaluates JQL on the body of an event. A body has the issue without its history and without other data that Jira looks up.
 * Clauses about these are undecided. Pure.
 */
import { readMember } from "../../json/member.ts";
import type { CallboardError } from "../../errors.ts";
import { compareMoments, compareNumbers, readDate, readDateOperand } from "./moment.ts";
import type { Comparison, DateOperand } from "./moment.ts";
import { readTextSearch } from "./text-search.ts";
import { not, or, toTruth } from "./truth.ts";
import type { Truth } from "./truth.ts";

export type JqlOperator =
  | "="
  | "!="
  | "in"
  | "not in"
  | "is"
  | "is not"
  | "~"
  | "!~"
  | "<"
  | "<="
  | ">"
  | ">="
  | "was"
  | "was not"
  | "was in"
  | "was not in"
  | "changed";

export type JqlOperand =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "empty" }
  | { readonly kind: "function"; readonly name: string };

export interface JqlClause {
  readonly kind: "clause";
  /** As written, for messages. */
  readonly text: string;
  readonly field: string;
  /** The parts of `issue.property[key].path`. */
  readonly property?: { readonly key: string; readonly path: readonly string[] };
  readonly operator: JqlOperator;
  readonly operands: readonly JqlOperand[];
}

export type Jql =
  | { readonly kind: "and" | "or"; readonly text: string; readonly parts: readonly Jql[] }
  | { readonly kind: "not"; readonly text: string; readonly part: Jql }
  | JqlClause;

/** The data that a filter is evaluated on. */
export interface FilterSubject {
  readonly issue: Readonly<Record<string, unknown>> | undefined;
  /** The property of a property event. */
  readonly property: { readonly key: string; readonly value: unknown } | undefined;
  /** Time of the event, in epoch ms, for relative dates. */
  readonly at?: number | undefined;
}

/** `clause` is the one that makes the filter false or undecided. */
export type Judgement =
  { readonly truth: "true" } | { readonly truth: "false" | "undecided"; readonly clause: string };

export interface Filter {
  readonly judge: (subject: FilterSubject) => Judgement;
  /** Clauses that no event decides, each once, as written. */
  readonly undecided: readonly string[];
}

/** Result of checking a filter without an event: its problem, or the clauses that no event decides. */
export type FilterCheck = { readonly problem: CallboardError } | { readonly undecided: readonly string[] };

export function compileJql(jql: Jql): Filter {
  const undecided = new Set<string>();
  const judge = compile(jql, undecided);
  return { judge, undecided: [...undecided] };
}

type Judge = Filter["judge"];

const TRUE: Judgement = { truth: "true" };

const judgement = (truth: Truth, clause: string): Judgement => (truth === "true" ? TRUE : { truth, clause });

function compile(jql: Jql, undecided: Set<string>): Judge {
  const { text } = jql;
  switch (jql.kind) {
    case "and": {
      const parts = jql.parts.map((part) => compile(part, undecided));
      return (subject) => {
        let open = TRUE;
        for (const part of parts) {
          const found = part(subject);
          if (found.truth === "false") return found;
          if (open.truth === "true") open = found;
        }
        return open;
      };
    }
    case "or": {
      const parts = jql.parts.map((part) => compile(part, undecided));
      return (subject) => {
        let open: Judgement = { truth: "false", clause: text };
        for (const part of parts) {
          const found = part(subject);
          if (found.truth === "true") return found;
          if (open.truth === "false" && found.truth === "undecided") open = found;
        }
        return open;
      };
    }
    case "not": {
      const part = compile(jql.part, undecided);
      return (subject) => {
        const found = part(subject);
        return found.truth === "undecided" ? found : judgement(not(found.truth), text);
      };
    }
    case "clause": {
      const test = compileClause(jql);
      if (test === undefined) {
        undecided.add(text);
        return () => ({ truth: "undecided", clause: text });
      }
      return (subject) => judgement(test(subject), text);
    }
  }
}

/** Returns the value of a field in a body. undefined = missing, null = empty. */
type Reader = (subject: FilterSubject) => unknown;

/** Compares an item of a field, of any type, with an operand in lowercase and as written. */
type Equals = (item: unknown, operand: string, written: string) => Truth;

interface FieldRule {
  readonly read: Reader;
  readonly equals?: Equals;
  readonly isText?: true;
  readonly isDate?: true;
  /** Operand that stands for an empty field. */
  readonly emptyName?: string;
}

/** Returns undefined for a clause that no body decides. */
function compileClause(clause: JqlClause): ((subject: FilterSubject) => Truth) | undefined {
  const rule = findRule(clause);
  if (rule === undefined) return undefined;
  const test = compileTest(clause, rule);
  if (test === undefined) return undefined;
  return (subject) => {
    const value = rule.read(subject);
    if (value === undefined) return "undecided";
    return test(toItems(value), subject);
  };
}

/** Returns the items of a list, or the value as the only item. Empty for an empty field. */
function toItems(value: unknown): readonly unknown[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => item !== null && item !== "");
}

type Test = (items: readonly unknown[], subject: FilterSubject) => Truth;

function compileTest({ operator, operands }: JqlClause, rule: FieldRule): Test | undefined {
  switch (operator) {
    case "=":
    case "in":
    case "is":
      return amongTest(operands, rule);
    case "!=":
    case "not in":
    case "is not":
      return unlessEmpty(amongTest(operands, rule));
    case "~":
      return searchTest(operands, rule);
    case "!~":
      return unlessEmpty(searchTest(operands, rule));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compareTest(operator, operands, rule);
    case "was":
    case "was not":
    case "was in":
    case "was not in":
    case "changed":
      return undefined;
  }
}

/** In JQL, `!=` never matches an empty field. */
function unlessEmpty(test: Test | undefined): Test | undefined {
  return test && ((items, subject) => (items.length === 0 ? "false" : not(test(items, subject))));
}

function amongTest(operands: readonly JqlOperand[], rule: FieldRule): Test | undefined {
  const tests = operands.map((operand) => compileEquality(operand, rule));
  if (tests.every((test) => test === undefined)) return undefined;
  return (items, subject) =>
    or(tests.map((test) => (test === undefined ? "undecided" : test(items, subject))));
}

/** Returns undefined for an operand that no body can be compared with. */
function compileEquality(operand: JqlOperand, rule: FieldRule): Test | undefined {
  const isEmpty: Test = (items) => toTruth(items.length === 0);
  if (operand.kind === "empty") return isEmpty;
  if (operand.kind === "value" && operand.value.toLowerCase() === rule.emptyName) return isEmpty;
  if (rule.isDate === true) return dateTest("=", operand);
  const { equals } = rule;
  if (operand.kind === "function" || equals === undefined) return undefined;
  const { value } = operand;
  const wanted = value.toLowerCase();
  return (items) => or(items.map((item) => equals(item, wanted, value)));
}

function searchTest([operand]: readonly JqlOperand[], rule: FieldRule): Test | undefined {
  if (rule.isText !== true || operand?.kind !== "value") return undefined;
  const search = readTextSearch(operand.value);
  if (search === undefined) return undefined;
  return (items) => or(items.map((item) => (typeof item === "string" ? search(item) : "undecided")));
}

function compareTest(
  comparison: Comparison,
  [operand]: readonly JqlOperand[],
  rule: FieldRule,
): Test | undefined {
  if (operand === undefined || operand.kind === "empty") return undefined;
  if (rule.isDate === true) return dateTest(comparison, operand);
  if (rule.equals !== anyEquals) return undefined;
  const dates = dateTest(comparison, operand);
  const number = operand.kind === "value" ? numberIn(operand.value) : undefined;
  if (number === undefined) return dates;
  return (items) =>
    or(
      items.map((item) =>
        typeof item === "number" ? compareNumbers(item, comparison, number) : "undecided",
      ),
    );
}

const numberIn = (text: string): number | undefined =>
  /^[+-]?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;

function dateTest(comparison: Comparison, operand: JqlOperand): Test | undefined {
  const bound = dateOperand(operand);
  if (bound === undefined) return undefined;
  return (items, { at }) => {
    const limit = bound(at);
    return or(
      items.map((item) => {
        const date = readDate(item);
        return limit === undefined || date === undefined
          ? "undecided"
          : compareMoments(date, comparison, limit);
      }),
    );
  };
}

function dateOperand(operand: JqlOperand): DateOperand | undefined {
  if (operand.kind === "value") return readDateOperand(operand.value);
  const isNow = operand.kind === "function" && operand.name.toLowerCase() === "now";
  return isNow ? (at) => (at === undefined ? undefined : { at, isFloating: false }) : undefined;
}

/** Returns a string or number in lowercase, and undefined for other values. */
function spelled(value: unknown): string | undefined {
  if (typeof value === "string") return value.toLowerCase();
  return typeof value === "number" ? String(value) : undefined;
}

/**
 * Compares the members that identify a thing with the operand. The result is false only if the body has every member that the
 * operand could be, which `membersFor` returns. A string stands for the thing itself.
 */
function namedBy(
  members: readonly string[],
  membersFor: (operand: string, written: string) => readonly string[],
): Equals {
  return (item, operand, written) => {
    const whole = spelled(item);
    if (whole !== undefined) return toTruth(whole === operand);
    const carried = (member: string) => spelled(readMember(item, member));
    if (members.some((member) => carried(member) === operand)) return "true";
    return membersFor(operand, written).some((member) => carried(member) === undefined)
      ? "undecided"
      : "false";
  };
}

const isDigits = (text: string) => /^\d+$/.test(text);

const named = namedBy(["id", "name"], (operand) => (isDigits(operand) ? ["id", "name"] : ["name"]));
const category = namedBy(["id", "key", "name"], (operand) => (isDigits(operand) ? ["id"] : ["key", "name"]));
const keyed = namedBy(["id", "key"], (operand) => (isDigits(operand) ? ["id"] : ["key"]));

/** Project keys are uppercase, so an operand of that form is not compared with names. */
const project = namedBy(["id", "key", "name"], (operand, written) => {
  if (isDigits(operand)) return ["id"];
  return /^[A-Z][A-Z\d_]*$/.test(written) ? ["key"] : ["key", "name"];
});

const PERSON = ["accountId", "name", "key", "emailAddress", "displayName"];
const ACCOUNT_ID = /^(?:[\da-f]{24}|\w+:[\w-]+)$/;
const person = namedBy(PERSON, (operand) => {
  if (operand.includes("@")) return ["emailAddress"];
  return ACCOUNT_ID.test(operand) ? ["accountId"] : ["displayName"];
});

const labelEquals: Equals = (item, operand) =>
  typeof item === "string" ? toTruth(item.toLowerCase() === operand) : "undecided";

/** Members of a custom field or property, which can have any type. */
const ANY = ["value", "id", ...PERSON];
const anyEquals: Equals = (item, operand) => {
  if (typeof item === "boolean") return toTruth(String(item) === operand);
  if (typeof item === "number") return toTruth(String(item) === operand || item === numberIn(operand));
  const found =
    typeof item === "string" ? [item.toLowerCase()] : ANY.map((key) => spelled(readMember(item, key)));
  if (found.includes(operand)) return "true";
  return found.every((spelling) => spelling === undefined) ? "undecided" : "false";
};

const inFields =
  (...path: readonly string[]): Reader =>
  ({ issue }) =>
    stepped(readMember(issue, "fields"), path);

/** Returns the value at the end of a path. undefined if a step is missing, null if a value on the way is empty. */
function stepped(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, step) => (at === null ? null : readMember(at, step)), value);
}

const namedField = (name: string): FieldRule => ({ read: inFields(name), equals: named });
const personField = (name: string): FieldRule => ({ read: inFields(name), equals: person });
const textField = (name: string): FieldRule => ({ read: inFields(name), isText: true });
const dateField = (name: string): FieldRule => ({ read: inFields(name), isDate: true });

const RULES: Readonly<Record<string, FieldRule>> = {
  issuekey: { read: ({ issue }) => issue, equals: keyed },
  parent: { read: inFields("parent"), equals: keyed },
  project: { read: readProject, equals: project },
  issuetype: namedField("issuetype"),
  status: namedField("status"),
  statuscategory: { read: inFields("status", "statusCategory"), equals: category },
  priority: namedField("priority"),
  resolution: { ...namedField("resolution"), emptyName: "unresolved" },
  component: namedField("components"),
  fixversion: namedField("fixVersions"),
  affectedversion: namedField("versions"),
  level: namedField("security"),
  labels: { read: inFields("labels"), equals: labelEquals },
  assignee: personField("assignee"),
  reporter: personField("reporter"),
  creator: personField("creator"),
  summary: textField("summary"),
  description: textField("description"),
  environment: textField("environment"),
  created: dateField("created"),
  updated: dateField("updated"),
  resolved: dateField("resolutiondate"),
  due: dateField("duedate"),
};

const ALIASES: Readonly<Record<string, string>> = {
  key: "issuekey",
  issue: "issuekey",
  id: "issuekey",
  type: "issuetype",
  createddate: "created",
  updateddate: "updated",
  resolutiondate: "resolved",
  duedate: "due",
};

/** Returns undefined for a field that bodies don't have, or not under a known name. */
function findRule({ field, property }: JqlClause): FieldRule | undefined {
  const name = field.toLowerCase();
  if (property !== undefined) {
    return name === "issue.property"
      ? { read: propertyReader(property), equals: anyEquals, isText: true }
      : undefined;
  }
  const customField = /^(?:cf\[(\d+)\]|customfield_(\d+))$/.exec(name);
  if (customField !== null) {
    const key = `customfield_${customField[1] ?? customField[2] ?? ""}`;
    return { read: inFields(key), equals: anyEquals, isText: true };
  }
  const canonical = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  return Object.hasOwn(RULES, canonical) ? RULES[canonical] : undefined;
}

/** A property in the body is complete, so missing values in it are empty. */
function propertyReader({ key, path }: { readonly key: string; readonly path: readonly string[] }): Reader {
  return ({ issue, property }) => {
    const value = property?.key === key ? property.value : readMember(readMember(issue, "properties"), key);
    return value === undefined ? undefined : (path.reduce(readMember, value) ?? null);
  };
}

/** Property events have only the key of an issue, which begins with the project's key. */
function readProject({ issue }: FilterSubject): unknown {
  const project = readMember(readMember(issue, "fields"), "project");
  const key = readMember(issue, "key");
  return project ?? (typeof key === "string" ? { key: key.replace(/-\d+$/, "") } : undefined);
}
