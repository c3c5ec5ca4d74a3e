/** How many deliveries wait, in every site: counted along the index of what is due, without a limit, in one statement. */
import type { Queryable } from "../db/database.ts";
import type { EndpointAt } from "../../model/delivery.ts";
import type { Lane } from "../../model/event.ts";
import { BEHIND, IN_BATCH, WAITING } from "./deliveries.ts";

export interface Waiting {
  /** By number of the site and lane; without those in which nothing waits. */
  readonly bySite: ReadonlyMap<number, Readonly<Partial<Record<Lane, number>>>>;
  /** The endpoints for which the most wait, in this order. */
  readonly fullest: readonly (EndpointAt & { readonly waiting: number })[];
}

/** A row of a site has a lane, and one of an endpoint its number. */
interface WaitingRow {
  readonly site_no: number;
  readonly lane: Lane | null;
  readonly endpoint_no: number | null;
  readonly waiting: number;
}

/** @param most endpoints that are named at most */
export async function countWaiting(q: Queryable, most: number): Promise<Waiting> {
  const rows = await q.query<WaitingRow>(
    `WITH w AS MATERIALIZED (
       SELECT e.site_no, e.no, l.lane, (SELECT COUNT(*) FROM callboard_delivery d WHERE d.site_no = e.site_no
         AND d.endpoint_no = e.no AND d.lane IN (l.lane, l.lane + ${BEHIND}, l.lane + ${IN_BATCH}) AND d.state = ${WAITING}) AS waiting
       FROM callboard_endpoint e CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 AS lane) l)
     SELECT site_no, lane, NULL AS endpoint_no, CAST(SUM(waiting) AS BIGINT) AS waiting FROM w
     WHERE waiting > 0 GROUP BY site_no, lane
     UNION ALL SELECT * FROM (
       SELECT site_no, NULL AS lane, no AS endpoint_no, CAST(SUM(waiting) AS BIGINT) AS waiting FROM w
       WHERE waiting > 0 GROUP BY site_no, no ORDER BY 4 DESC, site_no, no LIMIT $1) f`,
    [most],
  );
  const bySite = new Map<number, Partial<Record<Lane, number>>>();
  const fullest: (EndpointAt & { readonly waiting: number })[] = [];
  for (const { site_no: siteNo, lane, endpoint_no: endpointNo, waiting } of rows) {
    if (lane !== null) bySite.set(siteNo, { ...bySite.get(siteNo), [lane]: waiting });
    else if (endpointNo !== null) fullest.push({ siteNo, endpointNo, waiting });
  }
  return { bySite, fullest: fullest.toSorted((a, b) => b.waiting - a.waiting) };
}
