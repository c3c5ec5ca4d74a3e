/** What every list of the web app has: the filters in its address as chips, and one page of what is in memory. Pure. */
import { pageList } from "../../model/list-page.ts";
import { createPaging, listPaging } from "./paging.ts";

/** Rows on a page of a list. */
const LIST_ROWS = 50;

/** A filter of a list: its parameter, and how a chip names it. */
export interface Filter {
  readonly name: string;
  /** As the field of the form is labeled. */
  readonly label: string;
  /** Returns the value in words; the value itself when left out, no chip for undefined. */
  readonly describe?: (value: string) => string | undefined;
}

/** An active filter, with the address of the list without it. */
interface Chip {
  readonly label: string;
  readonly value: string;
  readonly href: string;
}

/** Parameters of a place in the list, which another filter makes meaningless. */
const OF_PAGING = ["cursor", "trail", "notice"];

/** Parameters that mean nothing without another one: endpoints are numbered on their site, and an hour is one of the ranges. */
const DEPENDENT: Readonly<Record<string, readonly string[]>> = { site: ["endpoint"], range: ["hour"] };

/** Returns the active filters of a list's address, in the order of `filters`. */
export function listChips(path: string, query: URLSearchParams, filters: readonly Filter[]): readonly Chip[] {
  return filters.flatMap(({ name, label, describe = (value) => value }) => {
    const given = query.get(name)?.trim() ?? "";
    const value = given === "" ? undefined : describe(given);
    if (value === undefined) return [];
    const rest = new URLSearchParams(query);
    for (const gone of [name, ...OF_PAGING, ...(DEPENDENT[name] ?? [])]) rest.delete(gone);
    for (const [other, text] of [...rest]) if (text === "") rest.delete(other);
    const text = rest.toString();
    return [{ label, value, href: text === "" ? path : `${path}?${text}` }];
  });
}

/** What the list is a list of: one of them, and several. */
type Noun = readonly [one: string, many: string];

/**
 * One page of a list that is in memory, with what its view needs for chips, count and links to the other pages.
 * @throws {CallboardError} QUERY_INVALID if the cursor of the address is not one that a page gave out.
 */
export function pageInMemory<Item>(
  all: readonly Item[],
  options: {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly noun: Noun;
    readonly filters: readonly Filter[];
    readonly toKey: (item: Item) => string;
  },
) {
  const { path, query, noun, filters, toKey } = options;
  const paging = createPaging(path, query);
  const { items, next } = pageList(all, { limit: LIST_ROWS, cursor: paging.cursor }, toKey);
  const list = {
    ...listPaging(paging, { items, next, found: all.length }),
    noun,
    chips: listChips(path, query, filters),
    clearHref: path,
  };
  return { items, isFirst: paging.cursor === undefined, list };
}
