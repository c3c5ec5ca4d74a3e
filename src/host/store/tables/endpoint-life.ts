/**
 * Endpoints that are paused and come back, each time once: whoever changes the row first has made the change, and every other
 * process finds it made. What decides is what the database has seen of all processes.
 */
import { PAUSES_AFTER_FAILED, PROBE_EVERY_MS } from "../../model/endpoint-life.ts";
import type { Turn } from "../../model/endpoint-life.ts";
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import { WAITING } from "./deliveries.ts";
import { endpoints, listReceiverEndpoints, listNumbers } from "./endpoints.ts";
import { raiseVersion } from "./sites.ts";
import { notify } from "../db/notify.ts";
import type { EndpointAt } from "../../model/delivery.ts";
import type { Endpoint, Receiver } from "../../model/endpoint.ts";
import { ENDPOINT_COLUMNS, endpointRows } from "./endpoint-rows.ts";

const MINUTE_MS = 60_000;

/** Anything that this endpoint accepted from any process in the minutes after the one that the failures began in. */
const HAS_ACCEPTED = `EXISTS (SELECT 1 FROM callboard_minute m WHERE m.site_no = $1 AND m.endpoint_no = $2
  AND m.minute > $4 AND m.outcome IN ('ok', 'accepted'))`;
/** Somebody made it begin anew after that. */
const HAS_RESUMED = "COALESCE(resumed_at, 0) > $5";
/** Of one process, or of all of them. */
const FAILED_ENOUGH = `(failed_deliveries >= ${PAUSES_AFTER_FAILED} OR (SELECT SUM(m.count) FROM callboard_minute m
  WHERE m.site_no = $1 AND m.endpoint_no = $2 AND m.minute >= $4 AND m.outcome = 'failed') >= ${PAUSES_AFTER_FAILED})`;

/** True when the turn was made, and by this transaction. To be called after the figures of the attempts were written. */
export async function turnEndpoint(
  tx: Queryable,
  { siteNo, endpointNo }: EndpointAt,
  turn: Turn,
  now: number,
): Promise<boolean> {
  if (turn.kind === "resumed") return (await resumeEndpoints(tx, siteNo, [endpointNo], now)).length > 0;
  const minute = Math.floor(turn.since / MINUTE_MS);
  const isNew = `site_no = $1 AND no = $2 AND paused_at IS NULL AND NOT ${HAS_ACCEPTED} AND NOT ${HAS_RESUMED}`;
  if (turn.kind === "failing") {
    const rows = await tx.query(
      `${endpoints.update}failing_stage = $3 WHERE ${isNew} AND failing_stage < $3 RETURNING no`,
      [siteNo, endpointNo, turn.stage, minute, turn.since],
    );
    return rows.length > 0;
  }
  const rows = await tx.query(
    `${endpoints.update}paused_at = $3, probe_at = $6
     WHERE ${isNew} AND ${FAILED_ENOUGH} RETURNING no`,
    [siteNo, endpointNo, now, minute, turn.since, now + PROBE_EVERY_MS],
  );
  if (rows.length > 0) await raiseVersion(tx, siteNo);
  return rows.length > 0;
}

const BEGIN_ANEW = `failures = 0, open_until = NULL, opened = 0, failing_since = NULL, failed_attempts = 0,
  failed_deliveries = 0, failing_stage = 0, paused_at = NULL, probe_at = NULL`;

/**
 * Ends what failures have led to at these endpoints; what waits for them is due as it was. Resolves to the numbers of those
 * that were paused and that this transaction resumed.
 */
export async function resumeEndpoints(
  tx: Queryable,
  siteNo: number,
  endpointNos: readonly number[],
  now: number,
): Promise<readonly number[]> {
  if (endpointNos.length === 0) return [];
  const numbers = JSON.stringify(endpointNos.map((no) => [no]));
  const isOne = `site_no = $1 AND no IN (SELECT no FROM ${tx.dialect.rows("$2", { no: "int" }, "r")})`;
  const resumed = await tx.query<{ no: number }>(
    `${endpoints.update}${BEGIN_ANEW}, resumed_at = $3 WHERE ${isOne} AND paused_at IS NOT NULL RETURNING no`,
    [siteNo, numbers, now],
  );
  await tx.query(
    `${endpoints.update}failing_stage = 0
     WHERE ${isOne} AND failing_since IS NULL AND failing_stage > 0`,
    [siteNo, numbers],
  );
  if (resumed.length > 0) {
    await raiseVersion(tx, siteNo);
    // Every process reads the registry before it looks for what is due now.
    await notify(tx, "callboard_due");
  }
  return resumed.map(({ no }) => no);
}

/**
 * Makes an attempt due at this endpoint whatever its breaker or a pause says: the next process that looks makes it. False when
 * there is no such endpoint.
 */
export async function askForProbe(
  tx: Queryable,
  { siteNo, endpointNo }: EndpointAt,
  now: number,
): Promise<boolean> {
  if ((await endpoints.set(tx, { siteNo, no: endpointNo }, { probeAt: now })) === 0) return false;
  await raiseVersion(tx, siteNo);
  await notify(tx, "callboard_due");
  return true;
}

/**
 * Resumes every endpoint of a receiver: its URL was edited, or it was enabled, upgraded or installed again. Resolves to those
 * that were paused.
 */
export async function resumeReceiver(
  tx: Queryable,
  siteNo: number,
  receiver: Receiver,
  now: number,
): Promise<readonly Endpoint[]> {
  const own = await listReceiverEndpoints(tx, siteNo, receiver);
  const resumed = await resumeEndpoints(tx, siteNo, listNumbers(own), now);
  return own.filter(({ no }) => resumed.includes(no));
}

/**
 * Of these endpoints those that may be sent a probe now and have something waiting. The next one of a paused endpoint is an
 * hour away with that, for every process; one that was asked for is not asked for any more.
 */
export async function claimProbes(
  tx: Queryable,
  places: readonly EndpointAt[],
  now: number,
): Promise<readonly EndpointAt[]> {
  const from = tx.dialect.rows("$1", ENDPOINT_COLUMNS, "r");
  const rows = await eachSite(tx, places, (part) =>
    tx.query<{ site_no: number; no: number }>(
      `${endpoints.update}probe_at = CASE WHEN paused_at IS NULL THEN NULL ELSE $2 + ${PROBE_EVERY_MS} END
     FROM ${from}
     WHERE callboard_endpoint.site_no = r.site_no AND callboard_endpoint.no = r.endpoint_no
       AND (paused_at IS NOT NULL OR probe_at IS NOT NULL) AND COALESCE(probe_at, 0) <= $2
       AND EXISTS (SELECT 1 FROM callboard_delivery d WHERE d.site_no = callboard_endpoint.site_no
                   AND d.endpoint_no = callboard_endpoint.no AND d.state = ${WAITING} AND d.test = 0)
     RETURNING callboard_endpoint.site_no, callboard_endpoint.no`,
      [endpointRows(part), now],
    ),
  );
  return rows.map((row) => ({ siteNo: row.site_no, endpointNo: row.no }));
}

/** An attempt that was a probe spends none of its delivery's schedule. */
export async function spareSchedules(
  tx: Queryable,
  deliveries: readonly { readonly siteNo: number; readonly id: string }[],
): Promise<void> {
  for (const { siteNo, id } of deliveries) {
    await tx.query(
      `UPDATE callboard_delivery SET schedule_from = schedule_from + 1 WHERE site_no = $1 AND id = $2 AND state = ${WAITING}`,
      [siteNo, id],
    );
  }
}
