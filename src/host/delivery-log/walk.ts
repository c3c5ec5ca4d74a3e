/** Chooses, for one site, how to come to what a filter asks for by way of an index, and goes there page by page. */
import type { Queryable } from "../store/db/database.ts";
import type { Uuid } from "../model/ids.ts";
import {
  countOnWalk,
  countWaitingOn,
  deliveriesOfEvents,
  eventsContaining,
  eventsNamed,
  walkDeliveries,
} from "../store/tables/delivery-log.ts";
import type { IdRange, SentDelivery, Walk, Walked, Wanted } from "../store/tables/delivery-log.ts";
import type { Search, DeliveryFilter } from "./filter.ts";
import { mergeWalks } from "./merge.ts";
import { isPortalReceiver } from "../model/portal.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** More waiting than this are not sorted, but looked for among all. */
const FEW = 2_000;
/** Events taken at a time at most (their bodies may have to be read), and how often before a page ends short. */
const EVENTS_AT_ONCE = 200;
const MAX_TURNS = 5;
/** Beyond this many endpoints they are looked for among all. */
const MAX_WALKS = 20;

const NOTHING: Walked = { rows: [], stoppedAt: undefined };

export interface SiteWalk {
  readonly snapshot: SiteSnapshot;
  readonly filter: DeliveryFilter;
  readonly search: Search;
  readonly range: IdRange;
  readonly limit: number;
}

/** Returns the newest deliveries of a site that match the filter, at most `limit`. */
export async function walkSite(
  q: Queryable,
  { snapshot, filter, search, range, limit }: SiteWalk,
): Promise<Walked> {
  const { site } = snapshot;
  const wanted = toWanted(snapshot, filter, search);
  if (wanted === undefined || search.kind === "nothing") return NOTHING;

  if (search.kind === "ids") {
    const rows = await deliveriesOfEvents(q, { siteNo: site.no, events: [search.event], range, wanted });
    const found = search.delivery === undefined ? rows : rows.filter((row) => row.id === search.delivery);
    return { rows: found.slice(0, limit), stoppedAt: undefined };
  }
  const name = filter.event ?? (search.kind === "event" ? search.name : undefined);
  if (search.kind === "event" && search.name !== name) return NOTHING;
  if (name !== undefined || search.kind === "text") {
    const text = search.kind === "text" ? search.text : undefined;
    return walkEvents(q, {
      siteNo: site.no,
      next: nextEvents(q, { siteNo: site.no, name, text, atOnce: Math.min(EVENTS_AT_ONCE, limit) }),
      range,
      wanted,
      limit,
    });
  }

  const walks = await chooseWalks(q, site.no, wanted);
  const walked: Walked[] = [];
  for (const walk of walks) {
    walked.push(
      await walkDeliveries(q, { siteNo: site.no, walk, range, wanted: without(wanted, walk), limit }),
    );
  }
  return mergeWalks(walked, limit);
}

export interface Counted {
  readonly count: number;
  /** True if there are older candidates. */
  readonly more: boolean;
}

/**
 * Counts the deliveries of a site that match the filter, among the newest `limit` candidates. Undefined for a
 * search of ids or bodies, which finds few and is counted by reading what it finds.
 */
export async function countSite(
  q: Queryable,
  { snapshot, filter, search, range, limit }: SiteWalk,
): Promise<Counted | undefined> {
  if (search.kind === "ids" || search.kind === "text") return undefined;
  const { site } = snapshot;
  const wanted = toWanted(snapshot, filter, search);
  const event = filter.event ?? (search.kind === "event" ? search.name : undefined);
  if (wanted === undefined || search.kind === "nothing" || (search.kind === "event" && search.name !== event))
    return { count: 0, more: false };
  let counted: Counted = { count: 0, more: false };
  for (const walk of await chooseWalks(q, site.no, wanted)) {
    const met = await countOnWalk(q, {
      siteNo: site.no,
      walk,
      range,
      wanted: { ...without(wanted, walk), event },
      limit,
    });
    counted = { count: counted.count + met.count, more: counted.more || met.more };
  }
  return counted;
}

/** Returns the conditions beside the order. Undefined if no endpoint of the site can match. */
function toWanted(snapshot: SiteSnapshot, filter: DeliveryFilter, search: Search): Wanted | undefined {
  const urlPrefix = search.kind === "url" ? search.prefix : undefined;
  const { because, test } = filter;
  // Failed deliveries have an index of their own.
  const state = filter.state ?? (because === undefined ? undefined : "failed");
  const endpointNos = selectEndpoints(snapshot, filter, urlPrefix);
  const batchId = search.kind === "batch" ? search.batchId : undefined;
  return endpointNos?.length === 0 ? undefined : { state, because, test, endpointNos, urlPrefix, batchId };
}

/** Returns the endpoints of the receiver and URL in the filter. Undefined means any. */
function selectEndpoints(
  snapshot: SiteSnapshot,
  { portal, addonKey, webhookNo, endpointNo }: DeliveryFilter,
  urlPrefix: string | undefined,
): readonly number[] | undefined {
  const isAny = [portal, addonKey, webhookNo, endpointNo, urlPrefix].every((word) => word === undefined);
  if (isAny) return undefined;
  return [...snapshot.endpoints.values()]
    .filter(
      ({ no, receiver, origin }) =>
        (portal === undefined || isPortalReceiver(portal, snapshot, receiver)) &&
        (endpointNo === undefined || no === endpointNo) &&
        (addonKey === undefined || (receiver.kind === "addon" && receiver.addonKey === addonKey)) &&
        (webhookNo === undefined || (receiver.kind === "webhook" && receiver.webhookNo === webhookNo)) &&
        (urlPrefix === undefined || origin.startsWith(urlPrefix) || urlPrefix.startsWith(origin)),
    )
    .map(({ no }) => no);
}

/** The rarest first: batches are small, and test deliveries and failures have an index of their own, as has what waits. */
async function chooseWalks(q: Queryable, siteNo: number, wanted: Wanted): Promise<readonly Walk[]> {
  if (wanted.batchId !== undefined) return [{ kind: "batch", batchId: wanted.batchId }];
  if (wanted.test === true) return [{ kind: "tests" }];
  if (wanted.state === "leased") return [{ kind: "leased" }];
  if (wanted.state === "failed") return [{ kind: "failed" }];
  if (wanted.state === "waiting" && (await countWaitingOn(q, siteNo, FEW + 1)) <= FEW)
    return [{ kind: "waiting" }];
  if (wanted.endpointNos !== undefined && wanted.endpointNos.length <= MAX_WALKS) {
    return wanted.endpointNos.map((endpointNo) => ({ kind: "endpoint", endpointNo }));
  }
  return [{ kind: "site" }];
}

/** Returns the conditions without those that the walk's index covers. */
function without(wanted: Wanted, walk: Walk): Wanted {
  switch (walk.kind) {
    case "site":
      return wanted;
    case "endpoint":
      return { ...wanted, endpointNos: undefined };
    case "batch":
      return { ...wanted, batchId: undefined };
    case "tests":
      return { ...wanted, test: undefined };
    case "failed":
    case "waiting":
    case "leased":
      return { ...wanted, state: undefined };
  }
}

/** Reads the next events, newest first. `last` is undefined after the oldest one. */
type NextEvents = (
  range: IdRange,
) => Promise<{ readonly found: readonly Uuid[]; readonly last: Uuid | undefined }>;

interface NextEventsOptions {
  readonly siteNo: number;
  readonly name: string | undefined;
  readonly text: string | undefined;
  readonly atOnce: number;
}

function nextEvents(q: Queryable, { siteNo, name, text, atOnce }: NextEventsOptions): NextEvents {
  return async (range) => {
    if (text !== undefined) return eventsContaining(q, { siteNo, text, name, range, limit: EVENTS_AT_ONCE });
    const found = await eventsNamed(q, { siteNo, name: name ?? "", range, limit: atOnce });
    return { found, last: found.length === atOnce ? found.at(-1) : undefined };
  };
}

interface WalkEventsOptions {
  readonly siteNo: number;
  readonly next: NextEvents;
  readonly range: IdRange;
  readonly wanted: Wanted;
  readonly limit: number;
}

/** Walks over the events first, then over the deliveries of each. */
async function walkEvents(
  q: Queryable,
  { siteNo, next, range, wanted, limit }: WalkEventsOptions,
): Promise<Walked> {
  const rows: SentDelivery[] = [];
  // A cursor is a delivery; its event has a smaller id, so it is met again, with the deliveries that are below.
  let below = range.below;
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const { found, last } = await next({ from: range.from, below });
    rows.push(...(await deliveriesOfEvents(q, { siteNo, events: found, range, wanted })));
    if (rows.length >= limit) return { rows: rows.slice(0, limit), stoppedAt: undefined };
    if (last === undefined) return { rows, stoppedAt: undefined };
    below = last;
  }
  return { rows, stoppedAt: below };
}
