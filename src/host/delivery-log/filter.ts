/** Filters of the delivery log, and the meaning of search words. */
import { CallboardError } from "../../errors.ts";
import type { Queryable } from "../store/db/database.ts";
import { findClientEvents } from "../store/tables/events.ts";
import { eventOfDelivery, firstUuidAt } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { NEWEST, OLDEST } from "../store/tables/delivery-log.ts";
import type { IdRange } from "../store/tables/delivery-log.ts";
import { sitesOfNames } from "../store/tables/newest.ts";
import type { Portal } from "../model/portal.ts";
import type { DeliveryState, FailureReason } from "../model/delivery.ts";

/** Everything is optional; what is given must all hold. Times are epoch ms, `until` not included. */
export interface DeliveryFilter {
  /** The sites that may be looked at; a filter never reaches beyond them. */
  readonly siteKeys: readonly string[];
  /** The receivers that may be looked at; undefined = all. */
  readonly portal?: Portal | undefined;
  readonly addonKey?: string | undefined;
  readonly webhookNo?: number | undefined;
  readonly endpointNo?: number | undefined;
  readonly event?: string | undefined;
  readonly state?: DeliveryState | undefined;
  /** Of failed deliveries alone. */
  readonly because?: FailureReason | undefined;
  readonly test?: boolean | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** An ID, also of a batch, an event type, the beginning of a URL, or text in a body (within an hour). */
  readonly search?: string | undefined;
}

const MAX_TEXT_SEARCH_MS = 3_600_000;

/** Meaning of the search words on one site. */
export type Search =
  | { readonly kind: "none" }
  /** One delivery, or all of one event. */
  | { readonly kind: "ids"; readonly event: Uuid; readonly delivery: Uuid | undefined }
  /** The members of a batch. */
  | { readonly kind: "batch"; readonly batchId: Uuid }
  | { readonly kind: "event"; readonly name: string }
  | { readonly kind: "url"; readonly prefix: string }
  | { readonly kind: "text"; readonly text: string }
  /** ID that belongs to another site. */
  | { readonly kind: "nothing" };

export function toIdRange({ since, until }: Pick<DeliveryFilter, "since" | "until">, cursor?: Uuid): IdRange {
  const below = until === undefined ? NEWEST : firstUuidAt(until);
  return {
    from: since === undefined ? OLDEST : firstUuidAt(since),
    below: cursor !== undefined && cursor < below ? cursor : below,
  };
}

/**
 * Parses the search text for each of the filter's sites. A site where the text names nothing contributes nothing, as long as it
 * names something on another site.
 *
 * @throws {CallboardError} QUERY_INVALID if it names nothing on any site, so that only bodies are left to search, and the filter
 *   has no range of at most one hour
 */
export async function parseSearch(
  q: Queryable,
  siteNos: readonly number[],
  filter: DeliveryFilter,
): Promise<ReadonlyMap<number, Search>> {
  const text = filter.search?.trim() ?? "";
  const searches = await parseText(q, siteNos, text);
  const isNamed = [...searches.values()].some(({ kind }) => kind !== "text");
  if (isNamed && !hasHour(filter)) {
    for (const [siteNo, { kind }] of searches) if (kind === "text") searches.set(siteNo, { kind: "nothing" });
  }
  if (!isNamed && searches.size > 0) requireHour(filter);
  return searches;
}

/** With as many statements for thousands of sites as for one. */
async function parseText(
  q: Queryable,
  siteNos: readonly number[],
  text: string,
): Promise<Map<number, Search>> {
  const parseEach = (parse: (siteNo: number) => Search) =>
    new Map(siteNos.map((siteNo) => [siteNo, parse(siteNo)]));
  if (text === "") return parseEach(() => ({ kind: "none" }));
  const id = /^(evt|dlv|bat)_(\d{1,9})_([0-9a-f]{32})$/.exec(text);
  if (id?.[3] !== undefined) {
    const meant = toIdSearch(id[1] ?? "", id[3]);
    return parseEach((siteNo) => (Number(id[2]) === siteNo ? meant : { kind: "nothing" }));
  }
  if (/^https?:\/\//i.test(text)) return parseEach(() => ({ kind: "url", prefix: text }));
  const accepted = await findClientEvents(
    q,
    siteNos.map((siteNo) => ({ siteNo, clientId: text })),
  );
  const byClientId = new Map(accepted.map((event) => [event.siteNo, event.id]));
  const named = new Set((await sitesOfNames(q, siteNos, [text])).map(({ siteNo }) => siteNo));
  return parseEach((siteNo) => {
    const event = byClientId.get(siteNo);
    if (event !== undefined) return { kind: "ids", event, delivery: undefined };
    return named.has(siteNo) ? { kind: "event", name: text } : { kind: "text", text };
  });
}

function toIdSearch(kind: string, id: Uuid): Search {
  if (kind === "bat") return { kind: "batch", batchId: id };
  return { kind: "ids", event: eventOfDelivery(id), delivery: kind === "dlv" ? id : undefined };
}

function hasHour({ since, until }: DeliveryFilter): boolean {
  return since !== undefined && until !== undefined && until - since <= MAX_TEXT_SEARCH_MS;
}

function requireHour(filter: DeliveryFilter): void {
  if (hasHour(filter)) return;
  throw new CallboardError(
    "QUERY_INVALID",
    "No id, event name or URL is like that. To search in bodies, give since and until, at most one hour apart",
    { errors: [{ pointer: "q", detail: "bodies are searched within an explicit hour only" }] },
  );
}
