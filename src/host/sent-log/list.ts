/** The list of the sent log, newest first, over one site or all of them. */
import { CallboardError } from "../../errors.ts";
import type { Queryable } from "../store/database.ts";
import type { Uuid } from "../store/ids.ts";
import type { SentDelivery, Walked } from "../store/sent-log.ts";
import type { SiteSnapshot } from "../store/snapshot.ts";
import { rangeOf, understandSearch } from "./filter.ts";
import type { SentLogFilter } from "./filter.ts";
import { mergeWalks } from "./merge.ts";
import { countSite, walkSite } from "./walk.ts";
import type { Counted } from "./walk.ts";

export interface SentLogPage {
  readonly items: readonly SentDelivery[];
  /** Where to go on. A page may be short, even empty, and still have one: looking further is the next page's work. */
  readonly next: Uuid | undefined;
}

/** Takes the snapshots of the sites that may be looked at. */
export type FindSite = (siteKey: string) => SiteSnapshot | undefined;

export const LONGEST_PAGE = 500;

/** @throws CallboardError QUERY_INVALID, SITE_NOT_FOUND */
export async function listDeliveries(
  q: Queryable,
  findSite: FindSite,
  filter: SentLogFilter,
  page: { readonly limit: number; readonly cursor?: Uuid | undefined },
): Promise<SentLogPage> {
  const range = rangeOf(filter, page.cursor === undefined ? undefined : requireCursor(page.cursor));
  const walks: Walked[] = [];
  for (const siteKey of filter.siteKeys) {
    const site = requireSite(findSite, siteKey);
    const search = await understandSearch(q, site.site.no, filter);
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

/** As {@link countSite}, of one of the filter's sites. @throws CallboardError QUERY_INVALID, SITE_NOT_FOUND */
export async function countDeliveries(
  q: Queryable,
  findSite: FindSite,
  siteKey: string,
  filter: SentLogFilter,
  most: number,
): Promise<Counted | undefined> {
  const site = requireSite(findSite, siteKey);
  const search = await understandSearch(q, site.site.no, filter);
  return countSite(q, site, filter, search, rangeOf(filter), most);
}

/** @throws CallboardError QUERY_INVALID */
export function requireCursor(text: string): Uuid {
  if (/^[0-9a-f]{32}$/.test(text)) return text;
  throw new CallboardError("QUERY_INVALID", "The cursor is not one that a list gave out", {
    errors: [{ pointer: "cursor", detail: "is not one that a list gave out" }],
  });
}
