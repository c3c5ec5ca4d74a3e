/** The cursor of a list is the `next` of the page before it. Pure. */
import { CallboardError } from "../../errors.ts";

/** The page of a list that is asked for. */
export interface PageRequest {
  readonly limit: number;
  /** The `next` of the page before; undefined for the first page. */
  readonly cursor?: string | undefined;
}

/** The form of cursors that are IDs or numbers, for the description of the API. */
export const ID_CURSOR = "^[0-9a-f]{32}$";
export const NUMBER_CURSOR = "^[0-9]{1,6}$";
/** The form of cursors that are numbers of a table's rows. */
export const ROW_CURSOR = "^[0-9]{1,9}$";
/** The form of cursors that are keys, as Base64 for URLs. */
export const KEY_CURSOR = "^[A-Za-z0-9_-]{1,1000}$";

/** The form of cursors that are places in the list of tokens. */
export const TOKEN_CURSOR = "^[0-9]{1,15}-[0-9]{1,15}-[0-9a-z]{1,40}$";

/** Returns the refusal of a cursor that no list gave out. */
export function refuseCursor(pointer = "cursor"): CallboardError {
  return new CallboardError("QUERY_INVALID", "The cursor is not one that a list gave out", {
    errors: [{ pointer, detail: "is not one that a list gave out" }],
  });
}

/** Returns the ID that a cursor is. @throws {CallboardError} QUERY_INVALID */
export function requireIdCursor(cursor: string): string {
  if (/^[0-9a-f]{32}$/.test(cursor)) return cursor;
  throw refuseCursor();
}

/** Returns the number that a cursor is, of at most `digits` digits. @throws {CallboardError} QUERY_INVALID */
export function requireNumberCursor(cursor: string, digits: number): number {
  if (/^\d+$/.test(cursor) && cursor.length <= digits) return Number(cursor);
  throw refuseCursor();
}

/** Returns the key that a cursor is. @throws {CallboardError} QUERY_INVALID */
export function requireKeyCursor(cursor: string): string {
  if (new RegExp(KEY_CURSOR).test(cursor)) return Buffer.from(cursor, "base64url").toString();
  throw refuseCursor();
}

export const formatKeyCursor = (key: string): string => Buffer.from(key).toString("base64url");

/** Where a token stands in the list of those used last. Times in epoch ms; a token that was never used has 0. */
export interface TokenPlace {
  readonly lastUsedAt: number;
  readonly createdAt: number;
  readonly id: string;
}

/** Returns the place that a cursor is, whether or not a token stands there. @throws {CallboardError} QUERY_INVALID */
export function requireTokenCursor(cursor: string): TokenPlace {
  if (!new RegExp(TOKEN_CURSOR).test(cursor)) throw refuseCursor();
  const [lastUsedAt, createdAt, id = ""] = cursor.split("-");
  return { lastUsedAt: Number(lastUsedAt), createdAt: Number(createdAt), id };
}

export const formatTokenCursor = ({ lastUsedAt, createdAt, id }: TokenPlace): string =>
  `${lastUsedAt}-${createdAt}-${id}`;

/** Returns the first `limit` of rows that were read with one more than that, and the cursor of the next page. */
export function pageFrom<Row>(
  rows: readonly Row[],
  limit: number,
  toCursor: (row: Row) => string,
): { readonly items: readonly Row[]; readonly next: string | undefined } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rows.length > limit ? toCursor(last) : undefined };
}
