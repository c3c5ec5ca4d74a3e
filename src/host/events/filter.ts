/**
 * Filters of Jira webhooks: the part of JQL that Jira accepts for them, evaluated on the issue in a payload.
 *
 * Fields issueKey, project, issuetype, status, assignee, reporter, issue.property[key].path and cf[id]; operators =, !=,
 * IN and NOT IN; AND, OR, NOT and parentheses. The parser is Atlassian's own and takes its time to load, so it is loaded
 * with the first filter; what was parsed is kept.
 */

import { createRequire } from "node:module";
import type * as jql from "@atlassianlabs/jql-ast";
import { CallboardError } from "../../errors.ts";
import { memberOf } from "../../json/member.ts";

/** What a filter is held against. */
export interface FilterSubject {
  readonly issue: Readonly<Record<string, unknown>>;
  /** The property that a property event is about. */
  readonly property: { readonly key: string; readonly value: unknown } | undefined;
}

/** The part of the filter that is not true of the subject; undefined when all of it is. */
export type Filter = (subject: FilterSubject) => string | undefined;

/** All the ways in which the value of a field may be written; none when the field is empty. */
type Reader = (subject: FilterSubject) => readonly string[];

/** Parsing takes about a tenth of a millisecond per character, so a filter must not be of any length. */
const LONGEST = 1_000;
/** Parentheses inside of each other: at hundreds of them, the parser takes seconds to find that one is not closed. */
const DEEPEST = 20;
/** Of what was found where it should not be, as much as a sentence can carry. */
const LONGEST_FOUND = 40;

const MOST_KEPT = 1_000;
const kept = new Map<string, Filter>();

const load = createRequire(import.meta.url);
let builder: jql.JastBuilder | undefined;

/**
 * Throws DESCRIPTOR_FILTER when the filter is not of the accepted form, has more than 1,000 characters, or more than 20
 * parentheses inside of each other. The error's `extra.position` is the offset of the first character that is wrong.
 */
export function parseFilter(text: string): Filter {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const filter = compile(parse(text), text);
  for (const oldest of kept.keys()) {
    if (kept.size < MOST_KEPT) break;
    kept.delete(oldest);
  }
  kept.set(text, filter);
  return filter;
}

/** Loads the parser and puts it to use once, so that the first event that meets a filter does not wait for it. */
export function warmFilterParser(stored: string): void {
  try {
    parseFilter(stored);
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
  }
}

function parse(text: string): jql.Clause {
  if (text.length > LONGEST) throw refused(text, LONGEST, `The filter has more than ${LONGEST} characters`);
  const tooDeep = placeOfDepth(text);
  if (tooDeep !== undefined) {
    throw refused(text, tooDeep, `The filter has more than ${DEEPEST} parentheses inside of each other`);
  }
  builder ??= new (load("@atlassianlabs/jql-ast") as typeof jql).JastBuilder();
  const { query, errors } = builder.build(text);
  const [error] = errors;
  if (error !== undefined && "start" in error) throw refused(text, Number(error.start));
  if (error !== undefined) throw refused(text, 0, "The filter is nested too deeply to be read");
  if (query?.orderBy) throw refused(text, startOf(query.orderBy), "A filter has no ORDER BY");
  if (query?.where === undefined) throw refused(text, 0);
  return query.where;
}

/** What can stand for a parenthesis without being one: an escaped mark, and everything in quotes. */
const PARENTHESIS = /\\["'\\]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]/gs;

/** Where the filter is nested deeper than is read; undefined when it is not. */
function placeOfDepth(text: string): number | undefined {
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(PARENTHESIS)) {
    if (found === ")") depth = Math.max(0, depth - 1);
    if (found === "(") depth += 1;
    if (depth > DEEPEST) return index;
  }
  return undefined;
}

/** @param at offset of the offending part, from 0; people are told characters from 1. */
function refused(text: string, at: number, why?: string): CallboardError {
  const [, whole = ""] = /^\s*(\S*)/.exec(text.slice(at)) ?? [];
  const found = whole.length > LONGEST_FOUND ? `${whole.slice(0, LONGEST_FOUND)}…` : whole;
  const problem = why ?? (found === "" ? "The filter ends too early" : `"${found}" is not expected here`);
  const detail = `${problem} (character ${at + 1})`;
  return new CallboardError("DESCRIPTOR_FILTER", detail, { extra: { position: at } });
}

const startOf = ({ position }: jql.AstNode): number => position?.[0] ?? 0;
const textOf = (text: string, { position }: jql.AstNode): string =>
  position === null ? text : text.slice(...position);

function compile(clause: jql.Clause, text: string): Filter {
  switch (clause.clauseType) {
    case "compound": {
      const parts = clause.clauses.map((each) => compile(each, text));
      return clause.operator.value === "and" ? all(parts) : any(parts, textOf(text, clause));
    }
    case "not": {
      const part = compile(clause.clause, text);
      const failed = textOf(text, clause);
      return (subject) => (part(subject) === undefined ? failed : undefined);
    }
    case "terminal":
      return terminal(clause, text);
  }
}

function all(parts: readonly Filter[]): Filter {
  return (subject) => {
    for (const part of parts) {
      const failed = part(subject);
      if (failed !== undefined) return failed;
    }
    return undefined;
  };
}

function any(parts: readonly Filter[], text: string): Filter {
  return (subject) => (parts.some((part) => part(subject) === undefined) ? undefined : text);
}

const OPERATORS: ReadonlySet<string> = new Set(["=", "!=", "in", "not in"]);

function terminal(clause: jql.TerminalClause, text: string): Filter {
  const { field, operator, operand } = clause;
  if (!operator || !operand || clause.predicates.length > 0) throw refused(text, startOf(clause));
  const isNegated = operator.value === "!=" || operator.value === "not in";
  if (!OPERATORS.has(operator.value)) {
    const why = `The operator ${operator.text} is not one of =, !=, IN and NOT IN`;
    throw refused(text, startOf(operator), why);
  }
  const read = readerOf(field, text);
  const operands = operand.operandType === "list" ? operand.values : [operand];
  const values = new Set(operands.map((each) => valueOf(each, text)));
  const failed = textOf(text, clause);

  return (subject) => {
    const found = read(subject).map((spelling) => spelling.toLowerCase());
    const isAmong = found.length === 0 ? values.has(EMPTY) : found.some((spelling) => values.has(spelling));
    if (!isNegated) return isAmong ? undefined : failed;
    // As in JQL: an empty field is unequal to nothing but EMPTY itself, so `!=` never finds it.
    return isAmong || found.length === 0 ? failed : undefined;
  };
}

/** Stands for the keyword EMPTY; no value is written like this, because values are in lower case. */
const EMPTY = "EMPTY";

function valueOf(operand: jql.Operand, text: string): string {
  if (operand.operandType === "value") return operand.value.toLowerCase();
  if (operand.operandType === "keyword") return EMPTY;
  throw refused(text, startOf(operand), "A filter knows no functions");
}

const PERSON = ["accountId", "name", "key", "emailAddress", "displayName"];
const NAMED = ["id", "name"];

const FIELDS: Readonly<Record<string, Reader>> = {
  issuekey: ({ issue }) => spellings(issue, ["key", "id"]),
  project: ({ issue }) => {
    const project = spellings(fieldOf(issue, "project"), ["id", "key", "name"]);
    // Property events carry no more of the issue than its key.
    return project.length > 0 ? project : spellings(issue, ["key"]).map((key) => key.replace(/-\d+$/, ""));
  },
  issuetype: ({ issue }) => spellings(fieldOf(issue, "issuetype"), NAMED),
  status: ({ issue }) => spellings(fieldOf(issue, "status"), NAMED),
  assignee: ({ issue }) => spellings(fieldOf(issue, "assignee"), PERSON),
  reporter: ({ issue }) => spellings(fieldOf(issue, "reporter"), PERSON),
};

const ALIASES: Readonly<Record<string, string>> = {
  key: "issuekey",
  issue: "issuekey",
  id: "issuekey",
  type: "issuetype",
};

function readerOf(field: jql.Field, text: string): Reader {
  const name = field.value.toLowerCase();
  const [property] = field.properties ?? [];
  if (name === "issue.property" && property?.key) {
    const path = (property.path ?? []).flatMap(({ value }) => value.split(".").filter((step) => step !== ""));
    return propertyReader(property.key.value, path);
  }
  const customField = /^(?:cf\[(\d+)\]|customfield_(\d+))$/.exec(name);
  if (customField !== null) {
    const key = `customfield_${customField[1] ?? customField[2] ?? ""}`;
    return ({ issue }) => spellings(fieldOf(issue, key), ["value", ...NAMED, ...PERSON]);
  }
  const canonical = ALIASES[name] ?? name;
  const reader = Object.hasOwn(FIELDS, canonical) ? FIELDS[canonical] : undefined;
  if (reader !== undefined) return reader;
  const known = "issueKey, project, issuetype, status, assignee, reporter, issue.property[…] and cf[…]";
  throw refused(text, startOf(field), `The field ${field.text} is not one of ${known}`);
}

function propertyReader(key: string, path: readonly string[]): Reader {
  return ({ issue, property }) => {
    const value = property?.key === key ? property.value : memberOf(memberOf(issue, "properties"), key);
    return spellings(path.reduce(memberOf, value), ["value", ...NAMED]);
  };
}

function fieldOf(issue: unknown, name: string): unknown {
  return memberOf(memberOf(issue, "fields"), name);
}

/** A scalar as text; of an object the members that name it; of a list those of each item. */
function spellings(value: unknown, keys: readonly string[]): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => spellings(item, keys));
  return keys.flatMap((key) => {
    const member = memberOf(value, key);
    return typeof member === "object" ? [] : spellings(member, []);
  });
}
