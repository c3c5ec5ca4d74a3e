/** How the endpoints of all sites stand: few rows, however many endpoints there are. */
import type { EndpointAt } from "../../model/delivery.ts";
import type { Queryable } from "../db/database.ts";

export interface EndpointCounts {
  readonly all: number;
  readonly open: number;
  readonly paused: number;
}

interface CountRow extends EndpointCounts {
  readonly site_no: number;
}

/** By number of the site; those without endpoints are not in it. */
export async function countEndpoints(
  q: Queryable,
  now: number,
): Promise<ReadonlyMap<number, EndpointCounts>> {
  const rows = await q.query<CountRow>(
    `SELECT site_no, COUNT(*) AS "all", COUNT(CASE WHEN open_until > $1 THEN 1 END) AS open, COUNT(paused_at) AS paused
     FROM callboard_endpoint GROUP BY site_no`,
    [now],
  );
  return new Map(rows.map(({ site_no: siteNo, ...counts }) => [siteNo, counts]));
}

/** The endpoints that fail longest, in this order. */
export async function listLongestFailing(
  q: Queryable,
  most: number,
): Promise<readonly (EndpointAt & { readonly failingSince: number })[]> {
  const rows = await q.query<{ site_no: number; no: number; failing_since: number }>(
    `SELECT site_no, no, failing_since FROM callboard_endpoint WHERE failing_since IS NOT NULL
     ORDER BY failing_since, site_no, no LIMIT $1`,
    [most],
  );
  return rows.map(({ site_no: siteNo, no: endpointNo, failing_since: failingSince }) => ({
    siteNo,
    endpointNo,
    failingSince,
  }));
}
