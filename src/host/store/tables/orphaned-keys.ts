/**
 * Keys whose deliveries all wait behind one that is not there. A version that knows nothing of order leaves one when it ends the
 * delivery that others wait for.
 */
import type { SiteKey } from "../../model/order.ts";
import type { Queryable } from "../db/database.ts";
import { isBehind, notifyDue } from "./deliveries.ts";
import type { DueAt } from "./deliveries.ts";
import { freeNext, holdKeys } from "./order.ts";

const INDEX = "callboard_delivery_order";
/** Keys that are freed at once. */
const MAX_KEYS = 500;

/** Lists at most {@link MAX_KEYS} of a site: those whose first delivery in their order waits behind another one. */
export async function listOrphanedKeys(q: Queryable, siteNo: number): Promise<readonly SiteKey[]> {
  const unfinished = "site_no = $1 AND order_key IS NOT NULL AND state < 2 AND redelivery = 0";
  const firstOfEachKey = q.dialect.firstOfEach(
    ["order_key"],
    (after) =>
      `SELECT order_key, sequence, lane FROM callboard_delivery WHERE ${unfinished} AND order_key > (${after})
       ORDER BY order_key, sequence LIMIT 1`,
    `SELECT order_key, MIN(sequence) AS sequence, MIN(CASE WHEN ${isBehind("lane")} THEN lane ELSE 0 END) AS lane
     FROM callboard_delivery${q.dialect.along(INDEX)}
     WHERE ${unfinished} GROUP BY order_key`,
    "''",
  );
  // One without a number waits for that, and for its turn then.
  const rows = await q.query<{ order_key: string }>(
    `SELECT f.order_key FROM (${firstOfEachKey}) f
     WHERE ${isBehind("f.lane")} AND f.sequence IS NOT NULL LIMIT ${MAX_KEYS}`,
    [siteNo],
  );
  return rows.map(({ order_key: key }) => ({ siteNo, key }));
}

/** Lets the first delivery of each go, unless another one may go by now. Resolves to the lanes in which one is due; the other processes are told. */
export async function freeOrphanedKeys(
  tx: Queryable,
  keys: readonly SiteKey[],
  now: number,
): Promise<readonly DueAt[]> {
  await holdKeys(tx, keys);
  const freed = await freeNext(tx, keys, now);
  await notifyDue(tx, freed);
  return freed;
}
