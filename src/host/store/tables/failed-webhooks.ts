/** The dynamic webhooks of an add-on that could not be delivered. */
import type { Queryable } from "../db/database.ts";
import { toEventId } from "./event-ids.ts";
import { FAILED, toMatched } from "./deliveries.ts";
import { firstUuidAt } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";

export interface FailedDelivery {
  readonly id: Uuid;
  readonly matched: readonly number[];
  readonly url: string;
  readonly failedAt: number;
  /** "" when retention took it. */
  readonly body: string;
}

interface FailedRow {
  id: string;
  subscription_no: number;
  matched: string | null;
  url: string;
  settled_at: number;
  body: string | null;
}

/** Longer than any retry schedule takes: a delivery that failed lately was not made before that. */
const MAX_RETRIES_MS = 8 * 24 * 3_600_000;

interface ListFailedDynamicOptions {
  readonly siteNo: number;
  readonly addonKey: string;
  readonly after: number;
  readonly limit: number;
}

/** Those that failed after `after` (epoch ms), oldest failure first, at most `limit`. */
export async function listFailedDynamic(
  q: Queryable,
  { siteNo, addonKey, after, limit }: ListFailedDynamicOptions,
): Promise<readonly FailedDelivery[]> {
  const rows = await q.query<FailedRow>(
    `SELECT d.id, d.subscription_no, d.matched, d.settled_at, e.body, COALESCE(
       (SELECT a.url FROM callboard_attempt a WHERE a.site_no = d.site_no AND a.delivery_id = d.id
        ORDER BY a.number DESC LIMIT 1), s.url) AS url
     FROM callboard_delivery d
     JOIN callboard_subscription s ON s.site_no = d.site_no AND s.no = d.subscription_no
       AND s.addon_key = $2 AND s.source = 'dynamic' AND s.expires_at IS NOT NULL
     JOIN callboard_event e ON e.site_no = d.site_no AND e.id = ${toEventId("d.id")}
     WHERE d.site_no = $1 AND d.state = ${FAILED} AND d.id >= $3 AND d.settled_at > $4
     ORDER BY d.settled_at, d.id LIMIT $5`,
    [siteNo, addonKey, firstUuidAt(after - MAX_RETRIES_MS), after, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    matched: toMatched(row),
    url: row.url,
    failedAt: row.settled_at,
    body: row.body ?? "",
  }));
}
