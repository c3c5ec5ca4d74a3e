/**
 * Filters of webhooks: JQL, parsed by `filter-text.ts` and evaluated by `jql.ts`. Filters that Jira accepts are accepted.
 * Dynamic webhooks can use fewer fields and operators, as in Jira.
 *
 * Parsed filters are cached by their text. `host/filters` parses them ahead on another thread; all others are parsed when
 * first needed.
 */
import { CallboardError } from "../../errors.ts";
import { compileJql } from "./jql.ts";
import type { Filter, FilterCheck } from "./jql.ts";
import { readFilterText } from "./filter-text.ts";
import type { FilterRefusal, FilterText } from "./filter-text.ts";

const MAX_KEPT = 1_000;
/** Least recently used first. Refusals are cached too, so that a repeated text costs nothing. */
const kept = new Map<string, Parsed | CallboardError>();

interface Parsed {
  readonly filter: Filter;
  /** Reason why a dynamic webhook can't have it. */
  readonly beyondDynamic: FilterRefusal | undefined;
}

/**
 * Returns a parsed filter.
 * @throws {CallboardError} DESCRIPTOR_FILTER if the text is not JQL, exceeds 1,000 characters or 20 nested parentheses. The
 * error's `extra.position` is the offset of the first wrong character.
 */
export const parseFilter = (text: string): Filter => parsed(text).filter;

/** Checks a filter without throwing. Returns the clauses that no event decides, or the problem. */
export function checkFilter(text: string): FilterCheck {
  try {
    return { undecided: parseFilter(text).undecided };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return { problem: error };
  }
}

/**
 * Checks the filter of a dynamic webhook. Jira allows them the fields issueKey, project, issuetype, status, assignee,
 * reporter, issue.property[key].path and cf[id], and the operators =, !=, IN and NOT IN.
 * @throws {CallboardError} DESCRIPTOR_FILTER if the filter is invalid or uses others.
 */
export function requireDynamicFilter(text: string): void {
  const { beyondDynamic } = parsed(text);
  if (beyondDynamic !== undefined) throw refused(beyondDynamic);
}

/** @throws {CallboardError} DESCRIPTOR_FILTER if the filter is invalid */
function parsed(text: string): Parsed {
  const known = kept.get(text) ?? toParsed(readFilterText(text));
  keep(text, known);
  if (known instanceof CallboardError) throw known;
  return known;
}

/** Reports whether the result of parsing a filter is cached. */
export const isFilterKept = (text: string): boolean => kept.has(text);

/** Caches the result of parsing a filter elsewhere. */
export const keepFilter = (text: string, read: FilterText): void => keep(text, toParsed(read));

function keep(text: string, outcome: Parsed | CallboardError): void {
  kept.delete(text);
  kept.set(text, outcome);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
}

function toParsed(read: FilterText): Parsed | CallboardError {
  return read.kind === "tree"
    ? { filter: compileJql(read.tree), beyondDynamic: read.beyondDynamic }
    : refused(read.refusal);
}

function refused({ detail, position }: FilterRefusal): CallboardError {
  return new CallboardError("DESCRIPTOR_FILTER", detail, { extra: { position } });
}
