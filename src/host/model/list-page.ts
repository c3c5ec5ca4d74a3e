/** Pages of a list that is in memory. The cursor names the last item of the page before, and its place, should it be gone. Pure. */
import { pageFrom, refuseCursor } from "./cursor.ts";
import type { PageRequest } from "./cursor.ts";

/** The form of the cursors, for the description of the API. */
export const LIST_CURSOR = "^[0-9]{1,9}-[A-Za-z0-9_-]{1,1000}$";
const CURSOR = /^([0-9]{1,9})-([A-Za-z0-9_-]{1,1000})$/;

export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/**
 * @param toKey returns what tells an item from all others
 * @throws {CallboardError} QUERY_INVALID if the cursor is not one that a page gave out.
 */
export function pageList<Item>(
  all: readonly Item[],
  { limit, cursor }: PageRequest,
  toKey: (item: Item) => string,
): ListPage<Item> {
  const start = cursor === undefined ? 0 : findStart(all, cursor, toKey);
  return pageFrom(all.slice(start, start + limit + 1), limit, (last) =>
    formatCursor(start + limit, toKey(last)),
  );
}

const formatCursor = (place: number, key: string): string =>
  `${place}-${Buffer.from(key).toString("base64url").slice(0, 1_000)}`;

function findStart<Item>(all: readonly Item[], cursor: string, toKey: (item: Item) => string): number {
  const [, place = "", name] = CURSOR.exec(cursor) ?? [];
  if (name === undefined) throw refuseCursor();
  const key = Buffer.from(name, "base64url").toString();
  const isLast = (item: Item | undefined) => item !== undefined && toKey(item) === key;
  if (isLast(all[Number(place) - 1])) return Number(place);
  const at = all.findIndex(isLast);
  return at < 0 ? Number(place) : at + 1;
}
