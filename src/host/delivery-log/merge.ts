/** Merges what was found on several sites, or by several walks, into one list, newest first. */
import type { Uuid } from "../model/ids.ts";
import type { Newest } from "../store/tables/newest.ts";

/** The newest rows of one walk. */
export interface WalkedRows<Row> {
  readonly rows: readonly Row[];
  /** Set when the walk met its bound: everything from here up was looked at, below not yet. */
  readonly stoppedAt: Uuid | undefined;
}

interface WithId {
  readonly id: Uuid;
}

/**
 * The newest `limit` rows that are certain: below the highest place at which a walk stopped, that walk may still have
 * some that belong in between. Pure.
 */
export function mergeWalks<Row extends WithId>(
  walks: readonly WalkedRows<Row>[],
  limit: number,
): WalkedRows<Row> {
  const stops = walks.flatMap(({ stoppedAt }) => stoppedAt ?? []);
  const floor = stops.toSorted().at(-1);
  const rows = walks
    .flatMap((walk) => walk.rows)
    .filter((row) => floor === undefined || row.id >= floor)
    .toSorted((one, other) => (one.id < other.id ? 1 : -1));
  return rows.length < limit
    ? { rows, stoppedAt: floor }
    : { rows: rows.slice(0, limit), stoppedAt: undefined };
}

/**
 * Walks site after site, those with the newest rows first, until all others have older rows only: a page over hundreds of sites
 * walks those that it shows.
 */
export async function walkNewest<Row extends WithId>(
  sites: readonly Newest[],
  limit: number,
  walk: (siteNo: number) => Promise<WalkedRows<Row>>,
): Promise<WalkedRows<Row>> {
  const walks: WalkedRows<Row>[] = [];
  for (const { siteNo, newest } of sites.toSorted((one, other) => (one.newest < other.newest ? 1 : -1))) {
    const last = mergeWalks(walks, limit).rows[limit - 1];
    if (last !== undefined && last.id > newest) break;
    walks.push(await walk(siteNo));
  }
  return mergeWalks(walks, limit);
}

/**
 * Walks many sites with few statements. As many sites as the page has rows have one row each that belongs before those of all
 * other sites, so that the first group is usually all.
 *
 * @param walk returns the newest rows of these sites, at most the limit, from this ID on if one is given
 */
export async function walkInGroups<Row extends WithId>(
  sites: readonly Newest[],
  limit: number,
  walk: (siteNos: readonly number[], from: Uuid | undefined) => Promise<readonly Row[]>,
): Promise<WalkedRows<Row>> {
  const ordered = sites.toSorted((one, other) => (one.newest < other.newest ? 1 : -1));
  const walks: WalkedRows<Row>[] = [];
  for (let first = 0; first < ordered.length; first += limit) {
    const group = ordered.slice(first, first + limit);
    const last = mergeWalks(walks, limit).rows[limit - 1];
    if (last !== undefined && last.id > (group[0]?.newest ?? "")) break;
    const from = group.length < limit ? undefined : group.at(-1)?.newest;
    const rows = await walk(
      group.map(({ siteNo }) => siteNo),
      from,
    );
    walks.push({ rows, stoppedAt: undefined });
  }
  return mergeWalks(walks, limit);
}
