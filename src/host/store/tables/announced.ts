/** Announces things once over any number of processes: the process that writes the row, or raises the count, announces. */
import { changeEachSite } from "../db/by-site.ts";
import type { Change } from "../db/queryable.ts";
import { big, text } from "../db/columns.ts";
import type { Queryable } from "../db/queryable.ts";
import { defineTable } from "../db/table.ts";
import { LEASED, WAITING } from "./deliveries.ts";
import type { Dialect } from "../db/dialect.ts";
import type { EndpointAt } from "../../model/delivery.ts";

const announced = defineTable<{ readonly name: string; readonly subject: string; readonly at: number }>({
  name: "announced",
  key: ["name", "subject"],
  columns: { name: text(), subject: text(), at: big() },
});

/** True for the one transaction that announces this, until it is forgotten. */
export async function markAnnounced(
  tx: Queryable,
  name: string,
  subject: string,
  now: number,
): Promise<boolean> {
  return announced.insertNew(tx, { name, subject, at: now });
}

export async function isAnnounced(q: Queryable, name: string, subject: string): Promise<boolean> {
  return (await announced.find(q, { name, subject })) !== undefined;
}

/** The next time is announced again. */
export async function forgetAnnounced(tx: Queryable, name: string, subject: string): Promise<void> {
  await announced.delete(tx, { name, subject });
}

/** Deletes rows so old that they can't recur, because their subject names a time. */
export async function dropAnnounced(tx: Queryable, names: readonly string[], before: number): Promise<void> {
  for (const name of names) await announced.delete(tx, ["name = $1 AND at < $2", name, before]);
}

/** True for one process in this time. */
export async function takeLook(tx: Queryable, name: string, everyMs: number, now: number): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO callboard_announced (name, subject, at) VALUES ('look', $1, $2)
     ON CONFLICT (name, subject) DO UPDATE SET at = excluded.at WHERE callboard_announced.at <= $3 RETURNING name`,
    [name, now, now - everyMs],
  );
  return rows.length > 0;
}

/** Deliveries that wait, at most this many of them. */
export async function countAllWaiting(q: Queryable, most: number): Promise<number> {
  const [row] = await q.query<{ waiting: number }>(
    `SELECT COUNT(*) AS waiting FROM (SELECT 1 FROM callboard_delivery WHERE state IN (${WAITING}, ${LEASED}) LIMIT $1) d`,
    [most],
  );
  return row?.waiting ?? 0;
}

/** Deliveries of one endpoint that failed, with the last one. */
export interface FailureCount extends EndpointAt {
  readonly count: number;
  readonly deliveryId: string;
  readonly because: string;
}

const COLUMNS = {
  site_no: "int",
  endpoint_no: "int",
  failed: "big",
  delivery_id: "text",
  because: "text",
} as const;

/** Counts them, to be told with the next {@link takeFailures}. */
export function failuresChange(dialect: Dialect, counts: readonly FailureCount[]): Change | undefined {
  if (counts.length === 0) return undefined;
  const rows = counts
    .toSorted((a, b) => a.siteNo - b.siteNo || a.endpointNo - b.endpointNo)
    .map((c) => [c.siteNo, c.endpointNo, c.count, c.deliveryId, c.because]);
  return {
    sql: `INSERT INTO callboard_failure_notice (site_no, endpoint_no, failed, told, newly, told_minute, delivery_id, because)
     SELECT site_no, endpoint_no, failed, 0, 0, -1, delivery_id, because FROM ${dialect.newRows("$1", COLUMNS, "r")} WHERE true
     ON CONFLICT (site_no, endpoint_no) DO UPDATE SET failed = callboard_failure_notice.failed + excluded.failed,
       delivery_id = excluded.delivery_id, because = excluded.because`,
    bind: [JSON.stringify(rows)],
  };
}

export async function addFailures(tx: Queryable, counts: readonly FailureCount[]): Promise<void> {
  await changeEachSite(tx, counts, failuresChange);
}

/** Takes the failures since the last notice. Undefined if there are none, or if this minute has its notice. */
export async function takeFailures(
  tx: Queryable,
  { siteNo, endpointNo }: EndpointAt,
  minute: number,
): Promise<FailureCount | undefined> {
  const [row] = await tx.query<{ newly: number; delivery_id: string; because: string }>(
    `UPDATE callboard_failure_notice SET newly = failed - told, told = failed, told_minute = $3
     WHERE site_no = $1 AND endpoint_no = $2 AND told < failed AND told_minute < $3
     RETURNING newly, delivery_id, because`,
    [siteNo, endpointNo, minute],
  );
  if (row === undefined) return undefined;
  return {
    siteNo,
    endpointNo,
    count: row.newly,
    deliveryId: row.delivery_id,
    because: row.because,
  };
}

/** Endpoints of which failures are still to be told, since their minute is over. */
export async function listUntold(q: Queryable, minute: number): Promise<readonly EndpointAt[]> {
  const rows = await q.query<{ site_no: number; endpoint_no: number }>(
    "SELECT site_no, endpoint_no FROM callboard_failure_notice WHERE told < failed AND told_minute < $1 ORDER BY 1, 2",
    [minute],
  );
  return rows.map((row) => ({ siteNo: row.site_no, endpointNo: row.endpoint_no }));
}
