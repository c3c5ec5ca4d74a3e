/**
 * Filters of webhooks: JQL, parsed by `filter-text.ts` and judged by the rules of `jql.ts`. A filter that Jira accepts is
 * accepted; dynamic webhooks can use fewer fields and operators, as in Jira.
 *
 * Parsed filters are kept, by their text. `host/filters` parses them ahead, on a thread of its own; any other filter is parsed
 * when it is first needed.
 */
import { CallboardError } from "../../errors.ts";
import { compileJql } from "./jql.ts";
import type { Filter, FilterCheck } from "./jql.ts";
import { readFilterText } from "./filter-text.ts";
import type { FilterRefusal, FilterText } from "./filter-text.ts";

const MOST_KEPT = 1_000;
/** The least recently used first. A refusal is kept as well: the same text costs nothing the second time. */
const kept = new Map<string, Parsed | CallboardError>();

interface Parsed {
  readonly filter: Filter;
  /** Why a dynamic webhook can't have it. */
  readonly beyondDynamic: FilterRefusal | undefined;
}

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
  if (beyondDynamic !== undefined) throw refused(beyondDynamic);
}

/** @throws CallboardError DESCRIPTOR_FILTER */
function parsed(text: string): Parsed {
  const known = kept.get(text) ?? outcomeOf(readFilterText(text));
  keep(text, known);
  if (known instanceof CallboardError) throw known;
  return known;
}

/** Tells whether the outcome of parsing a filter is kept. */
export const isFilterKept = (text: string): boolean => kept.has(text);

/** Keeps what a filter says that was read elsewhere. */
export const keepFilter = (text: string, read: FilterText): void => keep(text, outcomeOf(read));

function keep(text: string, outcome: Parsed | CallboardError): void {
  kept.delete(text);
  kept.set(text, outcome);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
}

function outcomeOf(read: FilterText): Parsed | CallboardError {
  return read.kind === "tree"
    ? { filter: compileJql(read.tree), beyondDynamic: read.beyondDynamic }
    : refused(read.refusal);
}

function refused({ detail, position }: FilterRefusal): CallboardError {
  return new CallboardError("DESCRIPTOR_FILTER", detail, { extra: { position } });
}
