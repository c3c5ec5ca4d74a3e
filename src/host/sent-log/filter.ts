/** What a person can ask the sent log for, and how the words of a search are understood. */
import { CallboardError } from "../../errors.ts";
import type { Queryable } from "../store/database.ts";
import type { DeliveryState } from "../store/deliveries.ts";
import { findClientEvents } from "../store/events.ts";
import { eventOfDelivery, firstUuidAt } from "../store/ids.ts";
import type { Uuid } from "../store/ids.ts";
import { NEWEST, OLDEST, eventsNamed } from "../store/sent-log.ts";
import type { IdRange } from "../store/sent-log.ts";

/** Everything is optional; what is given must all hold. Times are epoch ms, `until` not included. */
export interface SentLogFilter {
  /** The sites that may be looked at; a filter never reaches beyond them. */
  readonly siteKeys: readonly string[];
  readonly addonKey?: string | undefined;
  readonly webhookNo?: number | undefined;
  readonly event?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly test?: boolean | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** An id, an event name, the beginning of a URL, or text in a body (within an hour). */
  readonly search?: string | undefined;
}

const LONGEST_TEXT_SEARCH_MS = 3_600_000;

/** What the words of a search turned out to be on one site. */
export type Search =
  | { readonly kind: "none" }
  /** One delivery, or all of one event. */
  | { readonly kind: "ids"; readonly event: Uuid; readonly delivery: Uuid | undefined }
  | { readonly kind: "event"; readonly name: string }
  | { readonly kind: "url"; readonly prefix: string }
  | { readonly kind: "text"; readonly text: string }
  /** An id of another site. */
  | { readonly kind: "nothing" };

export function rangeOf({ since, until }: Pick<SentLogFilter, "since" | "until">, cursor?: Uuid): IdRange {
  const below = until === undefined ? NEWEST : firstUuidAt(until);
  return {
    from: since === undefined ? OLDEST : firstUuidAt(since),
    below: cursor !== undefined && cursor < below ? cursor : below,
  };
}

/** @throws CallboardError QUERY_INVALID when only bodies are left to be searched and no hour is given */
export async function understandSearch(q: Queryable, siteNo: number, filter: SentLogFilter): Promise<Search> {
  const text = filter.search?.trim() ?? "";
  if (text === "") return { kind: "none" };
  const id = /^(evt|dlv)_(\d{1,9})_([0-9a-f]{32})$/.exec(text);
  if (id?.[3] !== undefined) {
    if (Number(id[2]) !== siteNo) return { kind: "nothing" };
    const delivery = id[1] === "dlv" ? id[3] : undefined;
    return { kind: "ids", event: eventOfDelivery(id[3]), delivery };
  }
  if (/^https?:\/\//i.test(text)) return { kind: "url", prefix: text };
  const [byClientId] = await findClientEvents(q, [{ siteNo, clientId: text }]);
  if (byClientId !== undefined) return { kind: "ids", event: byClientId.id, delivery: undefined };
  const named = await eventsNamed(q, siteNo, text, { from: OLDEST, below: NEWEST }, 1);
  if (named.length > 0) return { kind: "event", name: text };
  requireHour(filter);
  return { kind: "text", text };
}

function requireHour({ since, until }: SentLogFilter): void {
  if (since !== undefined && until !== undefined && until - since <= LONGEST_TEXT_SEARCH_MS) return;
  throw new CallboardError(
    "QUERY_INVALID",
    "No id, event name or URL is like that. To search in bodies, give since and until, at most one hour apart",
    { errors: [{ pointer: "q", detail: "bodies are searched within an explicit hour only" }] },
  );
}
