/** The list of the sent log, newest first, over one site or all of them. */
import { CallboardError } from "../../errors.ts";
import type { Queryable } from "../store/db/database.ts";
import type { Uuid } from "../model/ids.ts";
import type { SentDelivery, Walked } from "../store/tables/delivery-log.ts";
import { parseSearch, rangeOf } from "./filter.ts";
import type { Search, SentLogFilter } from "./filter.ts";
import { mergeWalks } from "./merge.ts";
import { walkSite } from "./walk.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

export interface SentLogPage {
  readonly items: readonly SentDelivery[];
  /** Where to go on. A page may be short, even empty, and still have one: looking further is the next page's work. */
  readonly next: Uuid | undefined;
}

/** Takes the snapshots of the sites that may be looked at. */
export type FindSite = (siteKey: string) => SiteSnapshot | undefined;

/** The sites of a filter, each with what the filter's search text names on it. */
export type SearchedSites = readonly { readonly site: SiteSnapshot; readonly search: Search }[];

/** @throws CallboardError QUERY_INVALID, SITE_NOT_FOUND */
export async function searchSites(
  q: Queryable,
  findSite: FindSite,
  filter: SentLogFilter,
): Promise<SearchedSites> {
  const sites = filter.siteKeys.map((siteKey) => requireSite(findSite, siteKey));
  const searches = await parseSearch(
    q,
    sites.map(({ site }) => site.no),
    filter,
  );
  return sites.map((site) => ({ site, search: searches.get(site.site.no) ?? { kind: "nothing" } }));
}

/** @throws CallboardError QUERY_INVALID, SITE_NOT_FOUND */
export async function listDeliveries(
  q: Queryable,
  findSite: FindSite,
  filter: SentLogFilter,
  page: LogPage,
): Promise<SentLogPage> {
  return listOnSites(q, await searchSites(q, findSite, filter), filter, page);
}

export interface LogPage {
  readonly limit: number;
  readonly cursor?: Uuid | undefined;
}

/** As {@link listDeliveries}, for a search that is parsed already. @throws CallboardError QUERY_INVALID */
export async function listOnSites(
  q: Queryable,
  sites: SearchedSites,
  filter: SentLogFilter,
  page: LogPage,
): Promise<SentLogPage> {
  const range = rangeOf(filter, page.cursor === undefined ? undefined : requireCursor(page.cursor));
  const walks: Walked[] = [];
  for (const { site, search } of sites) {
    walks.push(await walkSite(q, site, filter, search, range, page.limit + 1));
  }
  const { rows, stoppedAt } = mergeWalks(walks, page.limit + 1);
  return rows.length > page.limit
    ? { items: rows.slice(0, page.limit), next: rows[page.limit - 1]?.id }
    : { items: rows, next: stoppedAt };
}

function requireSite(findSite: FindSite, siteKey: string): SiteSnapshot {
  const site = findSite(siteKey);
  if (site !== undefined) return site;
  throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
}

/** @throws CallboardError QUERY_INVALID */
export function requireCursor(text: string): Uuid {
  if (/^[0-9a-f]{32}$/.test(text)) return text;
  throw new CallboardError("QUERY_INVALID", "The cursor is not one that a list gave out", {
    errors: [{ pointer: "cursor", detail: "is not one that a list gave out" }],
  });
}
