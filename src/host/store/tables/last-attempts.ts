/** The latest attempt of each outgoing webhook: what its status is read from. */
import type { Queryable } from "../db/database.ts";

export interface LastAttempt {
  readonly startedAt: number;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly outcome: string;
}

interface LastAttemptRow {
  webhook_no: number;
  started_at: number;
  status: number | null;
  outcome: string;
}

/** Behind a longer queue of deliveries without an attempt the status shows as none. */
const MAX_WALK = 1_000;

/** Of all webhooks of a site, or of some. By the webhook's number; a webhook that was never attempted is not in it. Tests count, but not those of values that are not saved. */
export async function lastAttempts(
  q: Queryable,
  siteNo: number,
  webhookNos?: readonly number[],
): Promise<ReadonlyMap<number, LastAttempt>> {
  const newest = `SELECT id, attempts FROM callboard_delivery
    WHERE site_no = $1 AND endpoint_no = e.no AND (matched IS NULL OR matched <> '[]') ORDER BY id DESC LIMIT ${MAX_WALK}`;
  const chosen = q.dialect.rows("$2", { no: "int" }, "w");
  const only = webhookNos === undefined ? "IS NOT NULL" : `IN (SELECT w.no FROM ${chosen})`;
  const rows = await q.query<LastAttemptRow>(
    `SELECT l.webhook_no, a.started_at, a.status, a.outcome FROM (
       SELECT e.webhook_no, (SELECT MAX(n.id) FROM (${newest}) n WHERE n.attempts > 0) AS id
       FROM callboard_endpoint e WHERE e.site_no = $1 AND e.webhook_no ${only}) l
     JOIN callboard_attempt a ON a.site_no = $1 AND a.delivery_id = l.id
     ORDER BY a.started_at`,
    webhookNos === undefined ? [siteNo] : [siteNo, JSON.stringify(webhookNos.map((no) => [no]))],
  );
  return new Map(
    rows.map((row) => [
      row.webhook_no,
      { startedAt: row.started_at, status: row.status ?? undefined, outcome: row.outcome },
    ]),
  );
}
