/** How late the delivery is that waits longest: one index look-up for each lane of each endpoint. */
import type { Queryable } from "../db/database.ts";
import { IN_BATCH, WAITING } from "./deliveries.ts";
import { bindSites, namedSites } from "./named-sites.ts";

/** The due time that lies farthest back, of the sites with these numbers; undefined when nothing is due. */
export async function overdueSince(
  q: Queryable,
  siteNos: readonly number[],
  now: number,
): Promise<number | undefined> {
  const [row] = await q.query<{ due: number | null }>(
    `SELECT MIN(due) AS due FROM (
       SELECT (SELECT MIN(d.due_at) FROM callboard_delivery d WHERE d.site_no = e.site_no
         AND d.endpoint_no = e.no AND d.lane = l.lane AND d.state = ${WAITING}) AS due
       FROM ${namedSites(q, "$1")} JOIN callboard_endpoint e ON e.site_no = s.no
       CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 AS lane UNION ALL SELECT ${IN_BATCH} AS lane UNION ALL SELECT ${IN_BATCH + 1} AS lane) l) w`,
    [bindSites(siteNos)],
  );
  const due = row?.due ?? undefined;
  return due !== undefined && due <= now ? due : undefined;
}
