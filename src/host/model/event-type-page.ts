/** Pages of a list of event types. Pure. */
import type { EventType } from "../../catalogue/index.ts";
import type { PageRequest } from "./cursor.ts";
import { pageList } from "./list-page.ts";
import type { ListPage } from "./list-page.ts";

/** Event types on a page of the web app. */
export const EVENT_TYPES_PER_PAGE = 50;

export interface EventTypePage extends ListPage<EventType> {
  /** Number of event types on all pages. */
  readonly found: number;
}

/** @throws {CallboardError} QUERY_INVALID if the cursor is not one that a page gave out. */
export function pageEventTypes(found: readonly EventType[], request: PageRequest): EventTypePage {
  return {
    ...pageList(found, request, ({ product, event }) => `${product}/${event}`),
    found: found.length,
  };
}
