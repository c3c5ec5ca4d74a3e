/** The list of the delivery log, newest first, over one site or all of them. */
import type { Queryable } from "../store/db/database.ts";
import { pageFrom, requireIdCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import type { Uuid } from "../model/ids.ts";
import type { SentDelivery } from "../store/tables/delivery-log.ts";
import { newestDeliveries } from "../store/tables/newest.ts";
import { parseSearch, toIdRange } from "./filter.ts";
import type { Search, DeliveryFilter } from "./filter.ts";
import { walkSites } from "./merge.ts";
import { walkSite } from "./walk.ts";
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
  const searched = new Map(sites.map((each) => [each.site.site.no, each]));
  const siteNos = [...searched.keys()];
  const findNewest = () => newestDeliveries(q, siteNos, range.below);
  const { rows, stoppedAt } = await walkSites(siteNos, { limit, findNewest }, (siteNo) => {
    const { site: snapshot, search } = searched.get(siteNo) ?? unknownSite(siteNo);
    return walkSite(q, { snapshot, filter, search, range, limit });
  });
  const { items, next = stoppedAt } = pageFrom(rows, page.limit, ({ id }) => id);
  return { items, next };
}

function unknownSite(siteNo: number): never {
  throw new TypeError(`site ${siteNo} is not one that was asked for`);
}
