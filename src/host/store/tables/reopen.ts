/** Reopening and cancelling deliveries on a person's word. The engine settles; these change what is settled, or not yet. */
import { toSiteParts } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import { toEventId, toLastDeliveryId } from "./event-ids.ts";
import { BEHIND, DELIVERED, FAILED, LEASED, WAITING, canGo, toLane } from "./deliveries.ts";
import type { DueAt } from "./deliveries.ts";
import { endDeliveries } from "./ended.ts";
import type { EndedDeliveries } from "./ended.ts";
import { SITE_ID_COLUMNS, siteIdRows } from "../../model/ids.ts";
import type { SiteId } from "../../model/ids.ts";
import type { Lane } from "../../model/event.ts";

const SAME_ROW = "callboard_delivery.site_no = r.site_no AND callboard_delivery.id = r.id";
const HAS_BODY = `EXISTS (SELECT 1 FROM callboard_event e WHERE e.site_no = callboard_delivery.site_no
   AND e.id = ${toEventId("callboard_delivery.id")} AND (e.body_size = 0 OR e.body <> ''))`;

interface LaneRow {
  site_no: number;
  endpoint_no: number;
  lane: number;
}

const toDueAt = (row: LaneRow): DueAt => ({
  siteNo: row.site_no,
  endpointNo: row.endpoint_no,
  lane: toLane(row.lane),
});

/**
 * Gives ended deliveries a fresh schedule under the same id; others, those whose body is gone, and tests of
 * values that are not saved, are left as they are.
 * `lane` moves them there. They go out of the order of their key, and keep their number. Resolves to a lane for each that was reopened.
 */
export async function reopenDeliveries(
  tx: Queryable,
  ids: readonly SiteId[],
  lane: Lane | undefined,
  now: number,
): Promise<readonly DueAt[]> {
  const rows = await tx.query<LaneRow>(
    `UPDATE callboard_delivery SET state = ${WAITING}, due_at = ${tx.dialect.at("$2")}, schedule_from = attempts,
       redelivery = redelivery + 1, because = NULL, settled_at = NULL, replay_no = NULL,
       lane = ${lane ?? `lane % ${BEHIND}`}
     FROM ${tx.dialect.rows("$1", SITE_ID_COLUMNS, "r")}
     WHERE ${SAME_ROW} AND state IN (${DELIVERED}, ${FAILED}) AND ${HAS_BODY}
       AND (matched IS NULL OR matched <> '[]')
     RETURNING callboard_delivery.site_no, callboard_delivery.endpoint_no, callboard_delivery.lane`,
    [siteIdRows(ids), tx.dialect.bindAt(now, now)],
  );
  return rows.map(toDueAt);
}

/** Makes what waits for its next attempt due now, unless it is behind another one of its key. */
export async function bringForward(tx: Queryable, id: SiteId, now: number): Promise<readonly DueAt[]> {
  const rows = await tx.query<LaneRow>(
    `UPDATE callboard_delivery SET due_at = ${tx.dialect.at("$3")} WHERE site_no = $1 AND id = $2 AND state = ${WAITING} AND ${canGo()}
     RETURNING site_no, endpoint_no, lane`,
    [id.siteNo, id.id, tx.dialect.bindAt(now, now)],
  );
  return rows.map(toDueAt);
}

/** Ends those that wait; those that have ended, or are being attempted under a lease, are left as they are. */
export function cancelDeliveries(
  tx: Queryable,
  ids: readonly SiteId[],
  now: number,
): Promise<EndedDeliveries> {
  return endDeliveries(tx, {
    from: tx.dialect.rows("$1", SITE_ID_COLUMNS, "r"),
    where: `${SAME_ROW} AND state = ${WAITING}`,
    bind: [siteIdRows(ids)],
    because: "cancelled",
    now,
  });
}

/** None was ended if it had ended before. An attempt that is under way is still recorded. */
export function cancelDelivery(tx: Queryable, id: SiteId, now: number): Promise<EndedDeliveries> {
  return endDeliveries(tx, {
    where: `site_no = $1 AND id = $2 AND state IN (${WAITING}, ${LEASED})`,
    bind: [id.siteNo, id.id],
    because: "cancelled",
    now,
  });
}

/** Ends what waits of these events. */
export async function cancelWaitingOfEvents(
  tx: Queryable,
  events: readonly SiteId[],
  now: number,
): Promise<EndedDeliveries> {
  const ends: EndedDeliveries[] = [];
  for (const part of toSiteParts(tx.dialect, events)) {
    const ended = await endDeliveries(tx, {
      from: tx.dialect.rows("$1", SITE_ID_COLUMNS, "r"),
      where: `callboard_delivery.site_no = r.site_no AND callboard_delivery.id > r.id AND callboard_delivery.id <= ${toLastDeliveryId("r.id")}
         AND callboard_delivery.state IN (${WAITING}, ${LEASED})`,
      bind: [siteIdRows(part)],
      because: "cancelled",
      now,
    });
    ends.push(ended);
  }
  return { ended: ends.flatMap(({ ended }) => ended), freed: ends.flatMap(({ freed }) => freed) };
}
