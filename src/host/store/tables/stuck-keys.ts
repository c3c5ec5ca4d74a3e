/** Keys of an endpoint whose deliveries wait behind one that is being retried. */
import type { Queryable } from "../db/database.ts";
import { canGo, isBehind } from "./deliveries.ts";
import type { EndpointAt } from "../../model/delivery.ts";
import type { Uuid } from "../../model/ids.ts";
import { keyValue } from "../../model/order.ts";

export interface StuckKey {
  /** The value in the body. */
  readonly key: string;
  /** The delivery that is being retried, and its number. */
  readonly id: Uuid;
  readonly sequence: number;
  readonly attempts: number;
  /** Of the last attempt. */
  readonly outcome: string | undefined;
  readonly status: number | undefined;
  readonly dueAt: number;
  /** Deliveries behind it, counted up to {@link MAX_BEHIND}; `more`: there are others. */
  readonly behind: number;
  readonly more: boolean;
}

export const MAX_STUCK_KEYS = 100;
export const MAX_BEHIND = 1_000;
const INDEX = "callboard_delivery_order";

interface StuckRow {
  id: Uuid;
  order_key: string;
  sequence: number;
  attempts: number;
  last_outcome: string | null;
  last_status: number | null;
  due_at: number;
  behind: number;
}

/** Lists the first hundred, those first that have been stuck longest. */
export async function listStuckKeys(
  q: Queryable,
  { siteNo, endpointNo }: EndpointAt,
): Promise<readonly StuckKey[]> {
  const behind = `(SELECT COUNT(*) FROM (SELECT 1 FROM callboard_delivery b${q.dialect.along(INDEX)}
    WHERE b.site_no = $1 AND b.order_key = d.order_key AND b.state < 2 AND ${isBehind("b.lane")}
    LIMIT ${MAX_BEHIND + 1}) w)`;
  const rows = await q.query<StuckRow>(
    `SELECT * FROM (
       SELECT d.id, d.order_key, d.sequence, d.attempts, d.last_outcome, d.last_status, d.due_at, ${behind} AS behind
       FROM callboard_delivery d${q.dialect.along(INDEX)}
       WHERE d.site_no = $1 AND d.order_key IS NOT NULL AND d.state < 2 AND d.endpoint_no = $2 AND ${canGo("d.lane")}
         AND d.redelivery = 0 AND d.attempts > 0) s
     WHERE s.behind > 0 ORDER BY s.id LIMIT ${MAX_STUCK_KEYS}`,
    [siteNo, endpointNo],
  );
  return rows.map((row) => ({
    key: keyValue(row.order_key),
    id: row.id,
    sequence: row.sequence,
    attempts: row.attempts,
    outcome: row.last_outcome ?? undefined,
    status: row.last_status ?? undefined,
    dueAt: row.due_at,
    behind: Math.min(row.behind, MAX_BEHIND),
    more: row.behind > MAX_BEHIND,
  }));
}
