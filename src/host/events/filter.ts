/**
 * Filters of webhooks: JQL, parsed by `filter-text.ts` and judged by the rules of `model/jql.ts`. What Jira takes is taken;
 * the filters of dynamic webhooks have less, and so have they here. What was parsed is kept.
 *
 * Whoever has time has filters parsed ahead, on another thread; after that they are there at once. One that nobody parsed
 * ahead is parsed on the spot.
 */

import { CallboardError } from "../../errors.ts";
import { compileJql } from "../model/jql.ts";
import type { Filter, FilterCheck } from "../model/jql.ts";
import { LONGEST_FILTER, readFilterText } from "./filter-text.ts";
import type { FilterRefusal, FilterText } from "./filter-text.ts";
import { createFilterThread } from "./filter-thread.ts";
import type { FilterThread } from "./filter-thread.ts";

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

/** The characters of all filters that one request may have parsed; beyond them none is parsed ahead. */
const MOST_AHEAD = 10_000;

/**
 * Parses filters that will be checked, without a pause for anybody else. What is wrong with one shows when it is checked.
 */
export async function parseFiltersAhead(
  texts: readonly string[],
  mostCharacters = MOST_AHEAD,
): Promise<void> {
  let length = 0;
  const wanted = [...new Set(texts)].filter((text) => {
    length += text.length;
    return length <= mostCharacters && text.length <= LONGEST_FILTER && text.trim() !== "" && !kept.has(text);
  });
  await Promise.all(wanted.map(async (text) => keep(text, outcomeOf(await readElsewhere(text)))));
}

const thread: FilterThread = createFilterThread();
/** The sources themselves, as tests run them, are nothing that a thread could load. */
const isCompiled = import.meta.url.endsWith(".js");

/** On the other thread; without one, here, and others have their turn before. */
async function readElsewhere(text: string): Promise<FilterText> {
  if (isCompiled) {
    try {
      return await thread.read(text);
    } catch {
      // Parsed here, at the cost of a pause: nothing is refused because a thread could not be had.
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
  return readFilterText(text);
}
