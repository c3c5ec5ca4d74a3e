/** How many deliveries wait, by lane of each endpoint: counted along the index of what is due, without a limit. */
import type { Queryable } from "../db/database.ts";
import { BEHIND, IN_BATCH, WAITING } from "./deliveries.ts";
import type { Lane } from "../../model/event.ts";

export interface WaitingInLane {
  readonly endpointNo: number;
  readonly lane: Lane;
  readonly waiting: number;
}

/** Lanes in which nothing waits are in it as well. */
export async function countWaitingByLane(q: Queryable, siteNo: number): Promise<readonly WaitingInLane[]> {
  const rows = await q.query<{ no: number; lane: Lane; waiting: number }>(
    `SELECT e.no, l.lane, (SELECT COUNT(*) FROM callboard_delivery d WHERE d.site_no = $1
       AND d.endpoint_no = e.no AND d.lane IN (l.lane, l.lane + ${BEHIND}, l.lane + ${IN_BATCH}) AND d.state = ${WAITING}) AS waiting
     FROM callboard_endpoint e CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 AS lane) l
     WHERE e.site_no = $1`,
    [siteNo],
  );
  return rows.map(({ no, lane, waiting }) => ({ endpointNo: no, lane, waiting }));
}
