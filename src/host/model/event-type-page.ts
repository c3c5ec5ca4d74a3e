/** Pages of a list of event types. The cursor names the last one of the page before, and its place, should it be gone. Pure. */
import type { EventType } from "../../catalogue/index.ts";
import { pageFrom, refuseCursor } from "./cursor.ts";
import type { PageRequest } from "./cursor.ts";

/** Event types on a page of the web app. */
export const EVENT_TYPES_PER_PAGE = 50;

export interface EventTypePage {
  readonly items: readonly EventType[];
  readonly next: string | undefined;
  /** Number of event types on all pages. */
  readonly found: number;
}

/** @throws {CallboardError} QUERY_INVALID if the cursor is not one that a page gave out. */
export function pageEventTypes(found: readonly EventType[], { limit, cursor }: PageRequest): EventTypePage {
  const start = cursor === undefined ? 0 : findStart(found, cursor);
  const page = pageFrom(found.slice(start, start + limit + 1), limit, ({ product, event }) =>
    formatCursor(start + limit, product, event),
  );
  return { ...page, found: found.length };
}

const formatCursor = (place: number, product: string, event: string): string =>
  Buffer.from(`${place}/${product}/${event}`).toString("base64url");

function findStart(found: readonly EventType[], cursor: string): number {
  const text = Buffer.from(cursor.slice(0, 1_000), "base64url").toString();
  const [, place = "", product, event] = /^(\d{1,9})\/([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (event === undefined) throw refuseCursor();
  const isLast = (each: EventType | undefined) => each?.product === product && each?.event === event;
  if (isLast(found[Number(place) - 1])) return Number(place);
  const at = found.findIndex(isLast);
  return at < 0 ? Number(place) : at + 1;
}
