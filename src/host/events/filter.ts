/**
 * Filters of webhooks: JQL, parsed here and judged by the rules of `model/jql.ts`. What Jira takes is taken; the filters
 * of dynamic webhooks have less, and so have they here.
 *
 * The parser is Atlassian's own and takes its time to load, so it is loaded with the first filter; what was parsed is kept.
 */

import { createRequire } from "node:module";
import type * as jql from "@atlassianlabs/jql-ast";
import { CallboardError } from "../../errors.ts";
import { compileJql } from "../model/jql.ts";
import type { Filter, FilterCheck, Jql, JqlClause, JqlOperand } from "../model/jql.ts";

/** Parsing takes about a tenth of a millisecond per character, so a filter must not be of any length. */
const LONGEST = 1_000;
/** Parentheses inside of each other: at hundreds of them, the parser takes seconds to find that one is not closed. */
const DEEPEST = 20;
/** Of what was found where it should not be, as much as a sentence can carry. */
const LONGEST_FOUND = 40;

const MOST_KEPT = 1_000;
/** The least recently used first. */
const kept = new Map<string, Parsed | CallboardError>();

interface Parsed {
  readonly filter: Filter;
  /** Why a dynamic webhook can't have it. */
  readonly beyondDynamic: Refusal | undefined;
}

const load = createRequire(import.meta.url);
let builder: jql.JastBuilder | undefined;

/**
 * Throws DESCRIPTOR_FILTER when the filter is no JQL, has more than 1,000 characters, or more than 20 parentheses inside
 * of each other. The error's `extra.position` is the offset of the first character that is wrong.
 */
export const parseFilter = (text: string): Filter => parsed(text).filter;

/** The same without an exception, and with the clauses that can't be judged from any event. */
export function checkFilter(text: string): FilterCheck {
  try {
    return { undecided: parseFilter(text).undecided };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return { problem: error };
  }
}

/**
 * Throws DESCRIPTOR_FILTER as well for what Jira does not take from dynamic webhooks. Theirs are the fields issueKey,
 * project, issuetype, status, assignee, reporter, issue.property[key].path and cf[id], and the operators =, !=, IN, NOT IN.
 */
export function requireDynamicFilter(text: string): void {
  const { beyondDynamic } = parsed(text);
  if (beyondDynamic !== undefined) throw refused(text, beyondDynamic.at, beyondDynamic.why);
}

/** @throws CallboardError DESCRIPTOR_FILTER */
function parsed(text: string): Parsed {
  const known = kept.get(text) ?? readOrRefuse(text);
  kept.delete(text);
  kept.set(text, known);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  if (known instanceof CallboardError) throw known;
  return known;
}

/** A refusal is kept as well: the same text costs nothing the second time. */
function readOrRefuse(text: string): Parsed | CallboardError {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
}

/** The characters of all filters that one request may have parsed; beyond them none is parsed ahead. */
const MOST_AHEAD = 10_000;

/**
 * Parses filters that will be checked, with others having their turn between any two: each takes milliseconds. What is
 * wrong with one shows when it is checked.
 */
export async function parseFiltersAhead(texts: readonly string[]): Promise<void> {
  let length = 0;
  for (const text of new Set(texts)) {
    length += text.length;
    if (length > MOST_AHEAD) return;
    if (text.length > LONGEST || text.trim() === "" || kept.has(text)) continue;
    warmFilterParser(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Loads the parser and puts it to use once, so that the first event that meets a filter does not wait for it. */
export function warmFilterParser(stored: string): void {
  try {
    parseFilter(stored);
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
  }
}

function read(text: string): Parsed {
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
  const { where, orderBy } = query ?? {};
  if (!where && !orderBy) throw refused(text, 0);
  const beyond: Refusal[] = orderBy ? [{ at: startOf(orderBy), why: "A filter has no ORDER BY" }] : [];
  const tree = where ? treeOf(where, text, beyond) : EVERYTHING;
  beyond.sort((one, other) => one.at - other.at);
  return { filter: compileJql(tree), beyondDynamic: beyond[0] };
}

/** A filter of nothing but an order. */
const EVERYTHING: Jql = { kind: "and", text: "", parts: [] };

interface Refusal {
  readonly at: number;
  readonly why: string | undefined;
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

/** Adds to `beyond` what a dynamic webhook can't have. */
function treeOf(clause: jql.Clause, text: string, beyond: Refusal[]): Jql {
  switch (clause.clauseType) {
    case "compound": {
      const parts = clause.clauses.map((each) => treeOf(each, text, beyond));
      return { kind: clause.operator.value, text: textOf(text, clause), parts };
    }
    case "not":
      return { kind: "not", text: textOf(text, clause), part: treeOf(clause.clause, text, beyond) };
    case "terminal": {
      const refusal = whyNotDynamic(clause);
      if (refusal !== undefined) beyond.push(refusal);
      return clauseOf(clause, text);
    }
  }
}

function clauseOf(clause: jql.TerminalClause, text: string): JqlClause {
  const { field, operator, operand } = clause;
  if (!operator) throw refused(text, startOf(clause));
  const [property] = field.properties ?? [];
  const path = property?.path ?? [];
  return {
    kind: "clause",
    text: textOf(text, clause),
    field: field.value,
    ...(property?.key
      ? {
          property: {
            key: property.key.value,
            path: path.flatMap(({ value }) => value.split(".").filter((step) => step !== "")),
          },
        }
      : {}),
    operator: operator.value,
    operands: operand ? operandsOf(operand) : [],
  };
}

function operandsOf(operand: jql.Operand): readonly JqlOperand[] {
  switch (operand.operandType) {
    case "value":
      return [{ kind: "value", value: operand.value }];
    case "keyword":
      return [{ kind: "empty" }];
    case "function":
      return [{ kind: "function", name: operand.function.value }];
    case "list":
      return operand.values.flatMap(operandsOf);
  }
}

const DYNAMIC_OPERATORS: ReadonlySet<string> = new Set(["=", "!=", "in", "not in"]);
const DYNAMIC_FIELDS =
  /^(?:issuekey|key|issue|id|project|issuetype|type|status|assignee|reporter|cf\[\d+\]|customfield_\d+)$/i;

function whyNotDynamic(clause: jql.TerminalClause): Refusal | undefined {
  const { field, operator, operand } = clause;
  if (!operator || !operand) return { at: startOf(clause), why: undefined };
  if (!DYNAMIC_OPERATORS.has(operator.value)) {
    const why = `The operator ${operator.text} is not one of =, !=, IN and NOT IN`;
    return { at: startOf(operator), why };
  }
  const [property] = field.properties ?? [];
  const isProperty = field.value.toLowerCase() === "issue.property" && property?.key !== undefined;
  if (!isProperty && (property !== undefined || !DYNAMIC_FIELDS.test(field.value))) {
    const known = "issueKey, project, issuetype, status, assignee, reporter, issue.property[…] and cf[…]";
    return { at: startOf(field), why: `The field ${field.text} is not one of ${known}` };
  }
  const operands = operand.operandType === "list" ? operand.values : [operand];
  const call = operands.find(({ operandType }) => operandType === "function" || operandType === "list");
  return call && { at: startOf(call), why: "A filter knows no functions" };
}
