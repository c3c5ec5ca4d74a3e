/** How late the delivery is that waits longest: one index look-up for each lane of each endpoint of sites where something waits. */
import type { Queryable } from "../db/database.ts";
import { DUE_LANES, WAITING } from "./deliveries.ts";
import { bindSites, namedSites } from "./named-sites.ts";
import { keepWaitingSites } from "./waiting-sites.ts";

/** The first due time of each lane in which something can be due, of the endpoints `e`. */
const DUE_BY_LANE = `(SELECT MIN(d.due_at) FROM callboard_delivery d WHERE d.site_no = e.site_no
         AND d.endpoint_no = e.no AND d.lane = l.lane AND d.state = ${WAITING}) AS due`;
const LANES = `(${DUE_LANES.map((lane) => `SELECT ${lane} AS lane`).join(" UNION ALL ")}) l`;

/** The due time that lies farthest back, of the sites with these numbers; undefined when nothing is due. */
export async function overdueSince(
  q: Queryable,
  siteNos: readonly number[],
  now: number,
): Promise<number | undefined> {
  const waiting = await keepWaitingSites(q, siteNos);
  if (waiting.length === 0) return undefined;
  const [row] = await q.query<{ due: number | null }>(
    `SELECT MIN(due) AS due FROM (
       SELECT ${DUE_BY_LANE} FROM ${namedSites(q, "$1")} JOIN callboard_endpoint e ON e.site_no = s.no
       CROSS JOIN ${LANES}) w`,
    [bindSites(waiting)],
  );
  const due = row?.due ?? undefined;
  return due !== undefined && due <= now ? due : undefined;
}

/** The same for every site, by its number; those with nothing that is due are not in it. */
export async function listOverdueSince(q: Queryable, now: number): Promise<ReadonlyMap<number, number>> {
  const rows = await q.query<{ site_no: number; due: number }>(
    `SELECT site_no, MIN(due) AS due FROM (
       SELECT e.site_no, ${DUE_BY_LANE} FROM callboard_endpoint e CROSS JOIN ${LANES}) w
     WHERE due <= $1 GROUP BY site_no`,
    [now],
  );
  return new Map(rows.map(({ site_no: siteNo, due }) => [siteNo, due]));
}
