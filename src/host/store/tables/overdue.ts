/** How late the delivery is that waits longest: one index look-up for each lane of each endpoint. */
import type { Queryable } from "../db/database.ts";
import { WAITING } from "./deliveries.ts";

/** The due time that lies farthest back, of the sites with these numbers; undefined when nothing is due. */
export async function overdueSince(
  q: Queryable,
  siteNos: readonly number[],
  now: number,
): Promise<number | undefined> {
  let oldest: number | undefined;
  for (const siteNo of siteNos) {
    const [row] = await q.query<{ due: number | null }>(
      `SELECT MIN(due) AS due FROM (
         SELECT (SELECT MIN(d.due_at) FROM callboard_delivery d WHERE d.site_no = e.site_no
           AND d.endpoint_no = e.no AND d.lane = l.lane AND d.state = ${WAITING}) AS due
         FROM callboard_endpoint e CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 AS lane) l
         WHERE e.site_no = $1) w`,
      [siteNo],
    );
    const due = row?.due ?? undefined;
    if (due !== undefined && due <= now && due < (oldest ?? Infinity)) oldest = due;
  }
  return oldest;
}
