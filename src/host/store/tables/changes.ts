/**
 * Returns a short text that changes with everything shown on pages, in any process. Uses index look-ups only, of the newest rows of all
 * sites together where one server has them all.
 */
import type { Queryable } from "../db/database.ts";
import { DELIVERED, FAILED } from "./deliveries.ts";

const MINUTE_MS = 60_000;
/** Test sends are in no figures; these many of the newest are looked at. */
const TESTS_WATCHED = 20;
/** A transaction that began earlier may end later, and the clocks of processes differ: an event can appear behind the newest. */
const EVENTS_WATCHED = 100;

export async function changeSignature(q: Queryable, now: number): Promise<string> {
  const [audit] = await q.query("SELECT MAX(id) AS audit FROM callboard_audit");
  const rows = await (q.dialect.isDistributed ? readEachSite : readTogether)(q, now);
  return JSON.stringify([rows, audit]);
}

/** The newest rows of a table, along an index in the order of IDs. */
interface Newest {
  readonly columns: string;
  readonly index: string;
  readonly where: string;
  readonly limit: number;
}

const EVENTS: Newest = {
  columns: "id",
  index: "callboard_event_id",
  where: "(id || '') < 'g'",
  limit: EVENTS_WATCHED,
};
const TESTS: Newest = {
  columns: "id, state",
  index: "callboard_delivery_test_id",
  where: "test = 1",
  limit: TESTS_WATCHED,
};

/** The expression is that of the indexes. */
const newest = ({ dialect }: Queryable, table: "event" | "delivery", of: Newest): string =>
  `(SELECT ${of.columns} FROM callboard_${table}${dialect.along(of.index)} WHERE ${of.where} ORDER BY (id || '') DESC LIMIT ${of.limit})`;

/** A delivery is made with its event or by a replay. */
async function readTogether(q: Queryable, now: number): Promise<readonly unknown[]> {
  const events = await q.query(`SELECT id FROM ${newest(q, "event", EVENTS)} e`);
  const others = await q.query(
    `SELECT (SELECT COUNT(*) FROM callboard_site) AS sites, (SELECT SUM(version) FROM callboard_site) AS versions,
       (SELECT SUM(count) FROM callboard_minute${q.dialect.along("callboard_minute_minute")} WHERE (minute + 0) >= $1) AS settled,
       (SELECT MAX(id) FROM ${newest(q, "delivery", TESTS)} t) AS test,
       (SELECT COUNT(*) FROM ${newest(q, "delivery", TESTS)} t WHERE t.state IN (${DELIVERED}, ${FAILED})) AS tested`,
    [firstMinute(now)],
  );
  const replays = await q.query(
    "SELECT site_no, no, cursor FROM callboard_replay WHERE state = 'running' ORDER BY site_no, no",
  );
  return [events, others, replays];
}

const firstMinute = (now: number): number => Math.floor(now / MINUTE_MS) - 1;

async function readEachSite(q: Queryable, now: number): Promise<readonly unknown[]> {
  const { from, no } = q.dialect.allSites;
  return q.query(
    `SELECT s.no, s.version,
       (SELECT MAX(id) FROM callboard_event e WHERE e.site_no = ${no}) AS event,
       (SELECT MAX(id) FROM callboard_delivery d WHERE d.site_no = ${no}) AS delivery,
       (SELECT SUM(count) FROM callboard_minute m WHERE m.site_no = ${no} AND m.minute >= $1) AS settled,
       (SELECT COUNT(*) FROM (SELECT state FROM callboard_delivery${q.dialect.along("callboard_delivery_test")}
          WHERE site_no = ${no} AND test = 1 ORDER BY id DESC LIMIT ${TESTS_WATCHED}) t
        WHERE t.state IN (${DELIVERED}, ${FAILED})) AS tested,
       (SELECT MAX(r.cursor) FROM callboard_replay r WHERE r.site_no = ${no} AND r.state = 'running') AS replayed
     FROM ${from} ORDER BY s.no`,
    [firstMinute(now)],
  );
}
