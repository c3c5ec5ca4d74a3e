/** Returns a short text that changes with everything shown on pages, in any process. Uses index look-ups only. */
import type { Queryable } from "../db/database.ts";
import { DELIVERED, FAILED } from "./deliveries.ts";

const MINUTE_MS = 60_000;
/** Test sends are in no figures; these many of the newest are looked at. */
const TESTS_WATCHED = 20;

export async function changeSignature(q: Queryable, now: number): Promise<string> {
  const { from, no } = q.dialect.allSites;
  const rows = await q.query(
    `SELECT s.no, s.version,
       (SELECT MAX(id) FROM callboard_event e WHERE e.site_no = ${no}) AS event,
       (SELECT MAX(id) FROM callboard_delivery d WHERE d.site_no = ${no}) AS delivery,
       (SELECT SUM(count) FROM callboard_minute m WHERE m.site_no = ${no} AND m.minute >= $1) AS settled,
       (SELECT COUNT(*) FROM (SELECT state FROM callboard_delivery${q.dialect.along("callboard_delivery_test")}
          WHERE site_no = ${no} AND test = 1 ORDER BY id DESC LIMIT ${TESTS_WATCHED}) t
        WHERE t.state IN (${DELIVERED}, ${FAILED})) AS tested,
       (SELECT MAX(r.cursor) FROM callboard_replay r WHERE r.site_no = ${no} AND r.state = 'running') AS replayed
     FROM ${from} ORDER BY s.no`,
    [Math.floor(now / MINUTE_MS) - 1],
  );
  const [audit] = await q.query("SELECT MAX(id) AS audit FROM callboard_audit");
  return JSON.stringify([rows, audit]);
}
