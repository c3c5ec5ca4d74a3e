/** Windows of time in which processes may send to an endpoint that has a rate. */
import type { Queryable } from "../db/database.ts";
import { MADE_UP_MS, RESERVED_AHEAD_MS } from "../../model/rate.ts";
import type { AskedWindow, GivenWindow } from "../../model/rate.ts";
import type { EndpointAt } from "../../model/delivery.ts";

/** PostgreSQL: `giveWindow` over all processes, on the server's clock. The row is locked for this statement alone. */
export async function reserveWindow(
  q: Queryable,
  { siteNo, endpointNo }: EndpointAt,
  { spanMs, farthestMs }: AskedWindow,
): Promise<GivenWindow> {
  const { at } = q.dialect;
  const end = "callboard_rate.next_at";
  // Only immutable functions can be in the update of a distributed table: the new row has read the clock.
  const now = "(excluded.next_at - $3::bigint)";
  const [given] = await q.query<{ next_at: number }>(
    `INSERT INTO callboard_rate (site_no, endpoint_no, next_at) VALUES ($1, $2, ${at("$3")})
     ON CONFLICT (site_no, endpoint_no) DO UPDATE SET next_at = $3::bigint + CASE WHEN ${end} > ${now} + $4 THEN ${now}
       ELSE GREATEST(${end}, ${now} - ${MADE_UP_MS}) END
     WHERE ${end} <= ${now} + ${RESERVED_AHEAD_MS} OR ${end} > ${now} + $4 RETURNING next_at`,
    [siteNo, endpointNo, spanMs, farthestMs],
  );
  if (given !== undefined) return { kind: "window", from: given.next_at - spanMs };
  const [row] = await q.query<{ next_at: number }>(
    "SELECT next_at FROM callboard_rate WHERE site_no = $1 AND endpoint_no = $2",
    [siteNo, endpointNo],
  );
  // Deleted in between: the next question makes it anew.
  return { kind: "full", nextAt: row?.next_at ?? 0 };
}
