/** Deliveries that are due further away than their schedule allows: the clock was set back since they were written. */
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import { IN_BATCH, WAITING, toLane } from "./deliveries.ts";
import type { DueAt, NextDue } from "./deliveries.ts";

/** The next delivery of a lane, with what says how far away it may be due. */
export interface NextOfLane extends NextDue {
  readonly subscriptionNo: number;
  /** Failed attempts in its present schedule. */
  readonly failed: number;
  /** Whether its endpoint is paused. */
  readonly paused: boolean;
  /** Its event has terms, which may plan it for any time. */
  readonly hasTerms: boolean;
}

const NEXT_COLUMNS = { site_no: "int", endpoint_no: "int", lane: "int", due_at: "big" } as const;

export async function readNext(q: Queryable, next: readonly NextDue[]): Promise<readonly NextOfLane[]> {
  const rows = await eachSite(q, next, (part) =>
    q.query<{
      site_no: number;
      endpoint_no: number;
      lane: number;
      due_at: number;
      subscription_no: number;
      failed: number;
      paused_at: number | null;
      terms: string | null;
    }>(
      `SELECT d.site_no, d.endpoint_no, d.lane, d.due_at, d.subscription_no, d.attempts - d.schedule_from AS failed, e.paused_at, v.terms
     FROM (SELECT s.site_no, (SELECT w.id FROM callboard_delivery w WHERE w.site_no = s.site_no AND w.endpoint_no = s.endpoint_no
             AND w.lane IN (s.lane, s.lane + ${IN_BATCH}) AND w.state = ${WAITING} AND w.due_at = s.due_at LIMIT 1) AS id
           FROM ${q.dialect.rows("$1", NEXT_COLUMNS, "s")}) n
     JOIN callboard_delivery d ON d.site_no = n.site_no AND d.id = n.id
     LEFT JOIN callboard_endpoint e ON e.site_no = d.site_no AND e.no = d.endpoint_no
     LEFT JOIN callboard_event v ON v.site_no = d.site_no AND v.id = substr(d.id, 1, 28) || '0000'`,
      [JSON.stringify(part.map((n) => [n.siteNo, n.endpointNo, n.lane, n.dueAt]))],
    ),
  );
  return rows.map((row) => ({
    siteNo: row.site_no,
    endpointNo: row.endpoint_no,
    lane: toLane(row.lane),
    dueAt: row.due_at,
    subscriptionNo: row.subscription_no,
    failed: row.failed,
    paused: row.paused_at !== null,
    hasTerms: row.terms !== null,
  }));
}

/** How far away a lane's deliveries may be due. */
export interface FarthestDue extends DueAt {
  /** Milliseconds after so many failed attempts; the last one is for more attempts as well. */
  readonly afterFailed: readonly number[];
}

const FARTHEST_COLUMNS = {
  site_no: "int",
  endpoint_no: "int",
  lane: "int",
  failed: "int",
  is_last: "int",
  ms: "big",
} as const;

/** Makes due now what waits in these lanes for a time that is further away. */
export async function hastenWaiting(
  tx: Queryable,
  lanes: readonly FarthestDue[],
  now: number,
): Promise<void> {
  const { at, bindAt, rows } = tx.dialect;
  const toFarthest = (part: readonly FarthestDue[]) =>
    part.flatMap(({ siteNo, endpointNo, lane, afterFailed }) =>
      afterFailed.map((ms, failed) => [
        siteNo,
        endpointNo,
        lane,
        failed,
        failed === afterFailed.length - 1 ? 1 : 0,
        Math.ceil(ms),
      ]),
    );
  await eachSite(tx, lanes, (part) =>
    tx.query(
      `UPDATE callboard_delivery SET due_at = ${at("$2")} FROM ${rows("$1", FARTHEST_COLUMNS, "f")}
     WHERE callboard_delivery.site_no = f.site_no AND callboard_delivery.endpoint_no = f.endpoint_no
       AND callboard_delivery.lane IN (f.lane, f.lane + ${IN_BATCH}) AND callboard_delivery.state = ${WAITING}
       AND callboard_delivery.due_at > ${at("$2")} + f.ms
       AND (attempts - schedule_from = f.failed OR (f.is_last = 1 AND attempts - schedule_from > f.failed))`,
      [JSON.stringify(toFarthest(part)), bindAt(now, now)],
    ),
  );
}
