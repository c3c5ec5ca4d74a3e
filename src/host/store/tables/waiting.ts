/** How many deliveries wait, in every site: counted along the index of what is due, without a limit, in one statement. */
import type { Queryable } from "../db/database.ts";
import type { Lane } from "../../model/event.ts";
import type { WaitingCount } from "../../model/waiting.ts";
import { BEHIND, IN_BATCH, WAITING } from "./deliveries.ts";

/** Without lanes in which nothing waits. */
export async function listWaitingByLane(q: Queryable): Promise<readonly WaitingCount[]> {
  const rows = await q.query<{ site_no: number; no: number; lane: Lane; waiting: number }>(
    `SELECT * FROM (
       SELECT e.site_no, e.no, l.lane, (SELECT COUNT(*) FROM callboard_delivery d WHERE d.site_no = e.site_no
         AND d.endpoint_no = e.no AND d.lane IN (l.lane, l.lane + ${BEHIND}, l.lane + ${IN_BATCH}) AND d.state = ${WAITING}) AS waiting
       FROM callboard_endpoint e CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 AS lane) l) w
     WHERE waiting > 0`,
  );
  return rows.map(({ site_no: siteNo, no: endpointNo, lane, waiting }) => ({
    siteNo,
    endpointNo,
    lane,
    waiting,
  }));
}
