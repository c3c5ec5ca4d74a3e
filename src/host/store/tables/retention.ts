/**
 * Removes what is too old, a small batch per call, so that no transaction of deliveries waits long for one. Ids sort by
 * time and the deliveries of an event are a range of ids, so every batch is a range of primary keys.
 */
import type { Queryable } from "../db/database.ts";
import { toEventDigits, toLastDeliveryId } from "./event-ids.ts";
import { WAITING } from "./deliveries.ts";
import { endDeliveries } from "./ended.ts";
import { endpoints } from "./endpoints.ts";
import { toLastDelivery } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import type { EventChoice } from "../../model/retention.ts";
import { readSetting, writeSetting } from "./settings.ts";

/** A range of events of one site, both ends included. */
export interface EventRange {
  readonly siteNo: number;
  readonly first: Uuid;
  readonly last: Uuid;
}

const ENDED = "state >= 2";
const UNFINISHED = "state < 2";
/** Any number: processes that share a PostgreSQL take turns by it. */
const ADVISORY_LOCK = 2_990_002;

/** True when no other process removes rows at this moment; holds until the end of the transaction. */
export async function takeRetentionTurn(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ taken: boolean | number }>(
    `SELECT ${tx.dialect.tryTurn(ADVISORY_LOCK)} AS taken`,
  );
  return row?.taken === true || row?.taken === 1;
}

export interface SentSite {
  readonly siteNo: number;
  /** False for a deleted site, whose rows are deleted regardless of age and state. */
  readonly exists: boolean;
}

/** Every site that has rows of what was sent or is to be, deleted ones included. */
export async function listSentSites(q: Queryable): Promise<readonly SentSite[]> {
  const found = new Map<number, boolean>();
  for (const table of ["event", "minute", "lifecycle_call", "replay", "order_key", "batch"]) {
    for (let after = 0; ;) {
      // By skipping from site to site along the primary key: a DISTINCT would read every row.
      const [row] = await q.query<{ site_no: number; existing: number | null }>(
        `SELECT e.site_no, s.no AS existing
         FROM (SELECT MIN(site_no) AS site_no FROM callboard_${table} WHERE site_no > $1) e
         LEFT JOIN callboard_site s ON s.no = e.site_no WHERE e.site_no IS NOT NULL`,
        [after],
      );
      if (row === undefined) break;
      found.set(row.site_no, row.existing !== null);
      after = row.site_no;
    }
  }
  return [...found].map(([siteNo, exists]) => ({ siteNo, exists }));
}

interface NextEventRangeOptions {
  readonly siteNo: number;
  readonly after: Uuid;
  readonly before: Uuid;
  readonly most: number;
}

/** The next range of at most `most` events after one id and before another; undefined when there is none. */
export async function nextEventRange(
  q: Queryable,
  { siteNo, after, before, most }: NextEventRangeOptions,
): Promise<EventRange | undefined> {
  const [row] = await q.query<{ first: Uuid | null; last: Uuid | null }>(
    `SELECT MIN(id) AS first, MAX(id) AS last FROM
       (SELECT id FROM callboard_event WHERE site_no = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4) e`,
    [siteNo, after, before, most],
  );
  return row === undefined || row.first === null || row.last === null
    ? undefined
    : { siteNo, first: row.first, last: row.last };
}

/** The next events of the choice, one by one: others lie between them. */
export async function nextEvents(
  q: Queryable,
  choice: Exclude<EventChoice, { kind: "all" }>,
  { siteNo, after, before, most }: NextEventRangeOptions,
): Promise<readonly EventRange[]> {
  const names = choice.kind === "only" ? [choice.event] : choice.events;
  const list = names.map((_, index) => `$${index + 5}`).join(", ");
  const rows = await q.query<{ id: Uuid }>(
    `SELECT id FROM callboard_event WHERE site_no = $1 AND id > $2 AND id < $3
       AND name ${choice.kind === "only" ? "" : "NOT "}IN (${list}) ORDER BY id LIMIT $4`,
    [siteNo, after, before, most, ...names],
  );
  return rows.map(({ id }) => ({ siteNo, first: id, last: id }));
}

const toBind = ({ siteNo, first, last }: EventRange) => [siteNo, first, toLastDelivery(last)];

/**
 * Removes these events with their deliveries and attempts; an event with a delivery that has not ended stays whole.
 * Resolves to the number of events removed.
 */
export async function removeEvents(tx: Queryable, range: EventRange): Promise<number> {
  // A delivery that somebody reopens meanwhile is kept by its state, and its event and attempts by the delivery.
  await tx.query(
    `DELETE FROM callboard_delivery WHERE site_no = $1 AND id > $2 AND id <= $3 AND ${ENDED}
       AND ${toEventDigits("id")} NOT IN (SELECT ${toEventDigits("id")} FROM callboard_delivery
                                      WHERE site_no = $1 AND id > $2 AND id <= $3 AND ${UNFINISHED})`,
    toBind(range),
  );
  return removeWithoutDelivery(tx, range);
}

/**
 * Ends what still waits of these events as `expired`, and counts it on the endpoints. It goes with its event at the next sweep.
 * Resolves to how many there were.
 */
export async function expireWaiting(tx: Queryable, range: EventRange, now: number): Promise<number> {
  const { ended } = await endDeliveries(tx, {
    where: `site_no = $1 AND id > $2 AND id <= $3 AND state = ${WAITING}`,
    bind: toBind(range),
    because: "expired",
    now,
  });
  const counts = new Map<number, number>();
  for (const { endpointNo: no } of ended) counts.set(no, (counts.get(no) ?? 0) + 1);
  for (const [no, count] of [...counts].toSorted(([a], [b]) => a - b)) {
    await tx.query(`${endpoints.update}expired = expired + $3 WHERE site_no = $1 AND no = $2`, [
      range.siteNo,
      no,
      count,
    ]);
  }
  return ended.length;
}

/** As removeEvents, for a site that was deleted: what waits has nobody to go to. */
export async function removeEventsOfDeletedSite(tx: Queryable, range: EventRange): Promise<number> {
  await tx.query("DELETE FROM callboard_delivery WHERE site_no = $1 AND id > $2 AND id <= $3", toBind(range));
  return removeWithoutDelivery(tx, range);
}

async function removeWithoutDelivery(tx: Queryable, range: EventRange): Promise<number> {
  await tx.query(
    `DELETE FROM callboard_attempt WHERE site_no = $1 AND delivery_id > $2 AND delivery_id <= $3
       AND NOT EXISTS (SELECT 1 FROM callboard_delivery d
                       WHERE d.site_no = callboard_attempt.site_no AND d.id = callboard_attempt.delivery_id)`,
    toBind(range),
  );
  const removed = await tx.query(
    `DELETE FROM callboard_event WHERE site_no = $1 AND id >= $2 AND id <= $3
       AND NOT EXISTS (SELECT 1 FROM callboard_delivery d
                       WHERE d.site_no = callboard_event.site_no AND d.id > callboard_event.id
                         AND d.id <= ${toLastDeliveryId("callboard_event.id")})
     RETURNING 1 AS one`,
    toBind(range),
  );
  await tx.query(
    `DELETE FROM callboard_polled_event WHERE site_no = $1 AND event_id >= $2 AND event_id <= $3
       AND NOT EXISTS (SELECT 1 FROM callboard_event e WHERE e.site_no = callboard_polled_event.site_no
                         AND e.id = callboard_polled_event.event_id)`,
    toBind(range),
  );
  return removed.length;
}

/**
 * Empties the bodies of these events and what their attempts kept of requests and answers; sizes, statuses and times
 * stay. Resolves to the first event that was left alone because a delivery of it has not ended.
 */
export async function emptyBodies(tx: Queryable, range: EventRange): Promise<Uuid | undefined> {
  const unfinished = `(SELECT ${toEventDigits("id")} FROM callboard_delivery
                       WHERE site_no = $1 AND id > $2 AND id <= $3 AND ${UNFINISHED})`;
  await tx.query(
    `UPDATE callboard_event SET body = NULL WHERE site_no = $1 AND id >= $2 AND id <= $3 AND body IS NOT NULL
       AND ${toEventDigits("id")} NOT IN ${unfinished}`,
    toBind(range),
  );
  await tx.query(
    `UPDATE callboard_attempt SET answer = NULL, answer_headers = NULL, request_headers = '[]'
     WHERE site_no = $1 AND delivery_id > $2 AND delivery_id <= $3 AND request_headers <> '[]'
       AND ${toEventDigits("delivery_id")} NOT IN ${unfinished}`,
    toBind(range),
  );
  const [kept] = await tx.query<{ id: Uuid | null }>(
    `SELECT MIN(id) AS id FROM callboard_event WHERE site_no = $1 AND id >= $2 AND id <= $3 AND body IS NOT NULL`,
    toBind(range),
  );
  return kept?.id ?? undefined;
}

const bodiesSetting = (siteNo: number) => `bodies_emptied/${siteNo}`;

/** The event before which every body of the site is empty. */
export async function readEmptiedUntil(q: Queryable, siteNo: number): Promise<Uuid> {
  return (await readSetting(q, bodiesSetting(siteNo))) ?? "";
}

export function writeEmptiedUntil(tx: Queryable, siteNo: number, event: Uuid): Promise<void> {
  return writeSetting(tx, bodiesSetting(siteNo), event);
}

/** Removes at most `most` per-minute figures before a minute. Resolves to how many there were. */
export async function removeMinutes(
  tx: Queryable,
  siteNo: number,
  before: number,
  most: number,
): Promise<number> {
  const key = "site_no, minute, endpoint_no, outcome";
  const removed = await tx.query(
    `DELETE FROM callboard_minute WHERE (${key}) IN (SELECT ${key} FROM callboard_minute
       WHERE site_no = $1 AND minute < $2 ORDER BY ${key} LIMIT $3) RETURNING 1 AS one`,
    [siteNo, before, most],
  );
  return removed.length;
}

/** Removes at most `most` lifecycle calls made before an id. Resolves to how many there were. */
export async function removeLifecycleCalls(
  tx: Queryable,
  siteNo: number,
  before: Uuid,
  most: number,
): Promise<number> {
  const removed = await tx.query(
    `DELETE FROM callboard_lifecycle_call WHERE (site_no, id) IN (SELECT site_no, id FROM callboard_lifecycle_call
       WHERE site_no = $1 AND id < $2 ORDER BY id LIMIT $3) RETURNING 1 AS one`,
    [siteNo, before, most],
  );
  return removed.length;
}

/** Removes login links that ran out, and sessions that nobody has used since `unseenSince`. */
export async function removeLogins(tx: Queryable, now: number, unseenSince: number): Promise<void> {
  await tx.query("DELETE FROM callboard_login_link WHERE expires_at < $1", [now]);
  await tx.query("DELETE FROM callboard_session WHERE last_seen_at < $1", [unseenSince]);
}

/** Pages that a SQLite file keeps for later use; 0 elsewhere: PostgreSQL looks after itself. */
export async function countFreePages(q: Queryable): Promise<{ readonly free: number; readonly all: number }> {
  const { free, all } = q.dialect.pages;
  const [row] = await q.query<{ free: number; all: number }>(`SELECT ${free} AS "free", ${all} AS "all"`);
  return row ?? { free: 0, all: 0 };
}

/** SQLite: gives up to `most` free pages at the end of the file back to the disk. */
export async function releasePages(tx: Queryable, most: number): Promise<void> {
  await tx.query(`PRAGMA incremental_vacuum(${most})`);
}
