/**
 * Parses the text of a filter with Atlassian's JQL parser. Loading it takes 0.1 s, and every 100 characters some
 * milliseconds, so it runs best on a thread of its own. Results are plain data that threads can exchange.
 */
import { createRequire } from "node:module";
import type * as jql from "@atlassianlabs/jql-ast";
import type { Jql, JqlClause, JqlOperand } from "./jql.ts";

/** Maximum length of a filter. Parsing takes about 0.1 ms per character. */
export const MAX_FILTER_LENGTH = 1_000;
/** Maximum nesting of parentheses. At hundreds of them, the parser takes seconds to find an unclosed one. */
const DEEPEST = 20;
/** Maximum length of a quoted part in a message. */
const MAX_FOUND_LENGTH = 40;

const load = createRequire(import.meta.url);
let parser: typeof jql | undefined;

/** Reason of a refusal, and the offset of the first wrong character. */
export interface FilterRefusal {
  readonly detail: string;
  readonly position: number;
}

export type FilterText =
  /** `beyondDynamic` is the reason why a dynamic webhook can't have the filter. */
  | { readonly kind: "tree"; readonly tree: Jql; readonly beyondDynamic?: FilterRefusal }
  | { readonly kind: "refused"; readonly refusal: FilterRefusal };

/** Parses a filter. */
export function readFilterText(text: string): FilterText {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof NotReadable) return { kind: "refused", refusal: error.refusal };
    throw error;
  }
}

/** Carries the refusal of a filter out of the parser. */
class NotReadable extends Error {
  readonly refusal: FilterRefusal;
  constructor(refusal: FilterRefusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

function read(text: string): FilterText {
  if (text.length > MAX_FILTER_LENGTH) {
    throw refused(text, MAX_FILTER_LENGTH, `The filter has more than ${MAX_FILTER_LENGTH} characters`);
  }
  const tooDeep = placeOfDepth(text);
  if (tooDeep !== undefined) {
    throw refused(text, tooDeep, `The filter has more than ${DEEPEST} nested parentheses`);
  }
  parser ??= load("@atlassianlabs/jql-ast") as typeof jql;
  // A builder is used once: it keeps its position in a text, and would find nothing when it reads an equal text again.
  const { query, errors } = new parser.JastBuilder().build(text);
  const [error] = errors;
  if (error !== undefined && "start" in error) throw refused(text, Number(error.start));
  if (error !== undefined) throw refused(text, 0, "The filter is nested too deeply");
  const { where, orderBy } = query ?? {};
  if (!where && !orderBy) throw refused(text, 0);
  const beyond: Refusal[] = orderBy
    ? [{ at: getStart(orderBy), why: "A dynamic webhook's filter can't have ORDER BY" }]
    : [];
  const tree = where ? toTree(where, text, beyond) : EVERYTHING;
  beyond.sort((one, other) => one.at - other.at);
  const [first] = beyond;
  return {
    kind: "tree",
    tree,
    ...(first === undefined ? {} : { beyondDynamic: refusalAt(text, first.at, first.why) }),
  };
}

/** A filter with an ORDER BY clause only. */
const EVERYTHING: Jql = { kind: "and", text: "", parts: [] };

interface Refusal {
  readonly at: number;
  readonly why: string | undefined;
}

/** Parentheses, and the escapes and quoted texts that can contain them. */
const PARENTHESIS = /\\["'\\]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]/gs;

/** Returns the offset where the filter exceeds the maximum nesting, or undefined. */
function placeOfDepth(text: string): number | undefined {
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(PARENTHESIS)) {
    if (found === ")") depth = Math.max(0, depth - 1);
    if (found === "(") depth += 1;
    if (depth > DEEPEST) return index;
  }
  return undefined;
}

const refused = (...given: Parameters<typeof refusalAt>) => new NotReadable(refusalAt(...given));

/** @param at offset of the wrong part, from 0; messages count characters from 1 */
function refusalAt(text: string, at: number, why?: string): FilterRefusal {
  const [, whole = ""] = /^\s*(\S*)/.exec(text.slice(at)) ?? [];
  const found = whole.length > MAX_FOUND_LENGTH ? `${whole.slice(0, MAX_FOUND_LENGTH)}…` : whole;
  const problem = why ?? (found === "" ? "The filter ends too early" : `"${found}" is not expected here`);
  return { detail: `${problem} (character ${at + 1})`, position: at };
}

const getStart = ({ position }: jql.AstNode): number => position?.[0] ?? 0;
const getText = (text: string, { position }: jql.AstNode): string =>
  position === null ? text : text.slice(...position);

/** Converts a clause. Adds to `beyond` what a dynamic webhook can't have. */
function toTree(clause: jql.Clause, text: string, beyond: Refusal[]): Jql {
  switch (clause.clauseType) {
    case "compound": {
      const parts = clause.clauses.map((each) => toTree(each, text, beyond));
      return { kind: clause.operator.value, text: getText(text, clause), parts };
    }
    case "not":
      return { kind: "not", text: getText(text, clause), part: toTree(clause.clause, text, beyond) };
    case "terminal": {
      const refusal = whyNotDynamic(clause);
      if (refusal !== undefined) beyond.push(refusal);
      return toClause(clause, text);
    }
  }
}

function toClause(clause: jql.TerminalClause, text: string): JqlClause {
  const { field, operator, operand } = clause;
  if (!operator) throw refused(text, getStart(clause));
  const [property] = field.properties ?? [];
  const path = property?.path ?? [];
  return {
    kind: "clause",
    text: getText(text, clause),
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
    operands: operand ? toOperands(operand) : [],
  };
}

function toOperands(operand: jql.Operand): readonly JqlOperand[] {
  switch (operand.operandType) {
    case "value":
      return [{ kind: "value", value: operand.value }];
    case "keyword":
      return [{ kind: "empty" }];
    case "function":
      return [{ kind: "function", name: operand.function.value }];
    case "list":
      return operand.values.flatMap(toOperands);
  }
}

const DYNAMIC_OPERATORS: ReadonlySet<string> = new Set(["=", "!=", "in", "not in"]);
const DYNAMIC_FIELDS =
  /^(?:issuekey|key|issue|id|project|issuetype|type|status|assignee|reporter|cf\[\d+\]|customfield_\d+)$/i;

function whyNotDynamic(clause: jql.TerminalClause): Refusal | undefined {
  const { field, operator, operand } = clause;
  if (!operator || !operand) return { at: getStart(clause), why: undefined };
  if (!DYNAMIC_OPERATORS.has(operator.value)) {
    const why = `The operator ${operator.text} is not one of =, !=, IN and NOT IN`;
    return { at: getStart(operator), why };
  }
  const [property] = field.properties ?? [];
  const isProperty = field.value.toLowerCase() === "issue.property" && property?.key !== undefined;
  if (!isProperty && (property !== undefined || !DYNAMIC_FIELDS.test(field.value))) {
    const known = "issueKey, project, issuetype, status, assignee, reporter, issue.property[…] and cf[…]";
    return { at: getStart(field), why: `The field ${field.text} is not one of ${known}` };
  }
  const operands = operand.operandType === "list" ? operand.values : [operand];
  const call = operands.find(({ operandType }) => operandType === "function" || operandType === "list");
  return call && { at: getStart(call), why: "A dynamic webhook's filter can't have functions" };
}
