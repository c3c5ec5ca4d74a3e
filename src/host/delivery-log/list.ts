/** The list of the delivery log, newest first, over one site or all of them. */
import { groupBy } from "../../group-by.ts";
import type { Queryable } from "../store/db/database.ts";
import { pageFrom, requireIdCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { toLastDelivery } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { newestInRanges, walkTogether } from "../store/tables/delivery-log.ts";
import type { IdRange, SentDelivery } from "../store/tables/delivery-log.ts";
import { newestKeys } from "../store/tables/newest-keys.ts";
import type { KeysAmong } from "../store/tables/newest-keys.ts";
import { newestDeliveries, newestEvents } from "../store/tables/newest.ts";
import type { Newest, NewestAmong } from "../store/tables/newest.ts";
import { parseSearch, toIdRange } from "./filter.ts";
import type { Search, DeliveryFilter } from "./filter.ts";
import { walkManySites } from "./by-time.ts";
import type { ByTimeOptions } from "./by-time.ts";
import { mergeWalks, walkInGroups, walkNewest } from "./merge.ts";
import type { WalkedRows } from "./merge.ts";
import { walkSite } from "./walk.ts";
import type { SiteWalk } from "./walk.ts";
import { requireSite } from "../model/site-snapshot.ts";
import type { FindSite, SiteSnapshot } from "../model/site-snapshot.ts";

export interface DeliveryPage {
  readonly items: readonly SentDelivery[];
  /** Cursor of the next page. A page can be short or even empty and still have one, because the search is bounded. */
  readonly next: Uuid | undefined;
}

/** The sites of a filter, each with what the filter's search text names on it. */
export type SearchedSites = readonly { readonly site: SiteSnapshot; readonly search: Search }[];

/** @throws {CallboardError} QUERY_INVALID, SITE_NOT_FOUND */
export async function searchSites(
  q: Queryable,
  findSite: FindSite,
  filter: DeliveryFilter,
): Promise<SearchedSites> {
  const sites = filter.siteKeys.map((siteKey) => requireSite(findSite, siteKey));
  const searches = await parseSearch(
    q,
    sites.map(({ site }) => site.no),
    filter,
  );
  return sites.map((site) => ({ site, search: searches.get(site.site.no) ?? { kind: "nothing" } }));
}

/** @throws {CallboardError} QUERY_INVALID, SITE_NOT_FOUND */
export async function listDeliveries(
  q: Queryable,
  findSite: FindSite,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<DeliveryPage> {
  return listOnSites(q, await searchSites(q, findSite, filter), filter, page);
}

/** Does the same as {@link listDeliveries}, for a parsed search. @throws {CallboardError} QUERY_INVALID */
export async function listOnSites(
  q: Queryable,
  sites: SearchedSites,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<DeliveryPage> {
  const range = toIdRange(filter, page.cursor === undefined ? undefined : requireIdCursor(page.cursor));
  const limit = page.limit + 1;
  const { rows, stoppedAt } = await walkSearched(q, sites, { filter, range, limit });
  const { items, next = stoppedAt } = pageFrom(rows, page.limit, ({ id }) => id);
  return { items, next };
}

type WalkOfSites = Pick<SiteWalk, "filter" | "range" | "limit">;

async function walkSearched(
  q: Queryable,
  sites: SearchedSites,
  options: WalkOfSites,
): Promise<WalkedRows<SentDelivery>> {
  const { filter, range, limit } = options;
  const [only, ...others] = sites;
  if (only === undefined) return mergeWalks([], limit);
  if (others.length === 0) return walkSite(q, { snapshot: only.site, search: only.search, ...options });
  return walkManySites(
    sites.map(({ site }) => site.site.no),
    q.dialect.isDistributed ? undefined : findWayByTime(q, sites, filter, range),
    (below, most) => walkEachSite(q, sites, { filter, range: { ...range, below }, limit: most }),
    { below: range.below, limit },
  );
}

/** The deliveries of events by time, or those of a shorter index; undefined where others lie between what is wanted. */
function findWayByTime(
  q: Queryable,
  sites: SearchedSites,
  { event, ...filter }: DeliveryFilter,
  { from, below: end }: IdRange,
): Pick<ByTimeOptions<SentDelivery>, "next" | "read"> | undefined {
  const kind = findWholeWalk(sites, filter);
  if (kind === undefined || (event !== undefined && kind !== "site")) return undefined;
  const among: KeysAmong = kind === "site" ? { kind: "events", name: event } : { kind };
  // A delivery has the range of its ID alone. `from` begins a millisecond: no event has deliveries on both sides of it.
  const findEnd = (id: Uuid) => {
    const last = kind === "site" ? toLastDelivery(id) : id;
    return end < last ? end : `${last}g`;
  };
  return {
    next: (below, most) => newestKeys(q, among, { range: { from, below }, limit: most }),
    read: (keys, most) =>
      newestInRanges(
        q,
        keys.map(({ siteNo, id }) => ({ siteNo, from: id, below: findEnd(id) })),
        most,
      ),
  };
}

async function walkEachSite(
  q: Queryable,
  sites: SearchedSites,
  options: WalkOfSites,
): Promise<WalkedRows<SentDelivery>> {
  const { filter, range, limit } = options;
  const found = await findCandidates(q, sites, filter, range);
  const kind = findWholeWalk(sites, filter);
  if (kind !== undefined && !q.dialect.isDistributed) {
    return walkInGroups(found, limit, (siteNos, from = range.from) =>
      walkTogether(q, { siteNos, walk: { kind }, range: { ...range, from }, limit }),
    );
  }
  const searched = new Map(sites.map((each) => [each.site.site.no, each]));
  return walkNewest(found, limit, (siteNo) => {
    const { site: snapshot, search } = searched.get(siteNo) ?? unknownSite(siteNo);
    return walkSite(q, { snapshot, search, ...options });
  });
}

/**
 * The sites that can have what the filter means, each with an ID that no delivery of it is above: few of thousands, where a walk of
 * every site would take seconds.
 */
export async function findCandidates(
  q: Queryable,
  sites: SearchedSites,
  filter: DeliveryFilter,
  range: IdRange,
): Promise<readonly Newest[]> {
  const groups = groupBy(sites, ({ search }) => toCandidateKind(search, filter));
  const list = (kind: CandidateKind) => (groups.get(kind) ?? []).map(({ site }) => site.site.no);
  const named = groups.get("named") ?? [];
  const [name] = named.flatMap(({ search }) => filter.event ?? (search.kind === "event" ? search.name : []));
  const events = [
    ...(name === undefined ? [] : await newestEvents(q, list("named"), { ...range, name })),
    ...(await newestEvents(q, list("text"), { ...range, name: undefined })),
  ];
  return [
    ...list("known").map((siteNo) => ({ siteNo, newest: range.below })),
    ...events.map(({ siteNo, newest }) => ({ siteNo, newest: toLastDelivery(newest) })),
    ...(await newestDeliveries(q, list("any"), range, chooseIndex(filter))),
  ];
}

type CandidateKind = "none" | "known" | "named" | "text" | "any";

function toCandidateKind(search: Search, filter: DeliveryFilter): CandidateKind {
  if (search.kind === "nothing") return "none";
  if (search.kind === "ids" || search.kind === "batch") return "known";
  if (filter.event !== undefined || search.kind === "event") return "named";
  return search.kind === "text" ? "text" : "any";
}

function chooseIndex({ test, state, because }: DeliveryFilter): NewestAmong {
  if (test === true) return "tests";
  if (state === "waiting" || state === "leased" || state === "failed") return state;
  return state === undefined && because !== undefined ? "failed" : "all";
}

/** The walk that meets nothing but what is wanted, if there is one. */
function findWholeWalk(
  sites: SearchedSites,
  filter: DeliveryFilter,
): "site" | "failed" | "tests" | undefined {
  const { state, because, test, event, portal, addonKey, webhookNo, endpointNo } = filter;
  if (sites.some(({ search }) => search.kind !== "none")) return undefined;
  const others = [because, event, portal, addonKey, webhookNo, endpointNo];
  if (others.some((each) => each !== undefined)) return undefined;
  if (test === true) return state === undefined ? "tests" : undefined;
  if (test === false) return undefined;
  return state === undefined ? "site" : state === "failed" ? "failed" : undefined;
}

function unknownSite(siteNo: number): never {
  throw new TypeError(`site ${siteNo} is not one that was asked for`);
}
