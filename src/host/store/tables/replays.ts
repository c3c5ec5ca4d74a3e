/** Replays: stored jobs, the past events that they look at, and the deliveries that they create or reopen. */
import type { EarlierDelivery, ReplayResult, WantedDelivery } from "../../model/replay.ts";
import { takeNumbers } from "../db/counter.ts";
import type { Change, Statement } from "../db/batch.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { DELIVERED, FAILED, WAITING } from "./deliveries.ts";
import { receiverOf } from "./endpoints.ts";
import { eventOfDelivery, lastDeliveryOf } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import type { CancelledAt } from "./reopen.ts";
import { STATE_NAMES } from "../../model/delivery.ts";
import type { Receiver } from "../../model/endpoint.ts";

export const REPLAY_STATES = ["running", "done", "cancelled"] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

/** Which past events go to which receiver. */
export interface ReplayWindow {
  readonly siteNo: number;
  readonly receiver: Receiver;
  /** Epoch ms; `until` is not included. */
  readonly since: number;
  readonly until: number;
  /** Event types; undefined = all. */
  readonly events: readonly string[] | undefined;
  /** False: events that were delivered are sent again. */
  readonly onlyMissing: boolean;
}

export interface Replay extends ReplayWindow {
  readonly no: number;
  readonly state: ReplayState;
  /** Why it was canceled. */
  readonly reason: string | undefined;
  /** The last event that was looked at. */
  readonly cursor: Uuid;
  /** Events of the window when the replay was created. */
  readonly about: number;
  readonly result: ReplayResult;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly endedAt: number | undefined;
}

interface ReplayRow {
  site_no: number;
  no: number;
  addon_key: string | null;
  webhook_no: number | null;
  since_at: number;
  until_at: number;
  events: string | null;
  only_missing: number;
  state: ReplayState;
  reason: string | null;
  cursor: string;
  about: number;
  result: string;
  created_at: number;
  created_by: string;
  ended_at: number | null;
}

function replayOf(row: ReplayRow): Replay {
  return {
    siteNo: row.site_no,
    no: row.no,
    receiver: receiverOf(row),
    since: row.since_at,
    until: row.until_at,
    events: row.events === null ? undefined : (JSON.parse(row.events) as string[]),
    onlyMissing: row.only_missing === 1,
    state: row.state,
    reason: row.reason ?? undefined,
    cursor: row.cursor,
    about: row.about,
    result: JSON.parse(row.result) as ReplayResult,
    createdAt: row.created_at,
    createdBy: row.created_by,
    endedAt: row.ended_at ?? undefined,
  };
}

export type NewReplay = ReplayWindow &
  Pick<Replay, "cursor" | "about" | "result" | "createdAt" | "createdBy">;

/** Creates the replay; or resolves to a running one of the same receiver whose window overlaps. */
export async function insertReplay(
  tx: Queryable,
  replay: NewReplay,
): Promise<{ readonly replay: Replay; readonly isNew: boolean }> {
  // The counter's row is locked until the end of the transaction, so that two processes can't both find nothing.
  const no = await takeNumbers(tx, "replay");
  const { siteNo, receiver, since, until } = replay;
  const addonKey = receiver.kind === "addon" ? receiver.addonKey : null;
  const webhookNo = receiver.kind === "webhook" ? receiver.webhookNo : null;
  const { is } = tx.dialect;
  const [running] = await tx.query<ReplayRow>(
    `SELECT * FROM callboard_replay WHERE site_no = $1 AND state = 'running' AND addon_key ${is} $2
       AND webhook_no ${is} $3 AND since_at < $5 AND until_at > $4 ORDER BY no LIMIT 1`,
    [siteNo, addonKey, webhookNo, since, until],
  );
  if (running !== undefined) return { replay: replayOf(running), isNew: false };
  const [row] = await tx.query<ReplayRow>(
    `INSERT INTO callboard_replay (site_no, no, addon_key, webhook_no, since_at, until_at, events, only_missing, state,
       cursor, about, result, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, $11, $12, $13) RETURNING *`,
    [
      siteNo,
      no,
      addonKey,
      webhookNo,
      since,
      until,
      replay.events === undefined ? null : JSON.stringify(replay.events),
      replay.onlyMissing ? 1 : 0,
      replay.cursor,
      replay.about,
      JSON.stringify(replay.result),
      replay.createdAt,
      replay.createdBy,
    ],
  );
  if (row === undefined) throw new Error("an inserted replay is returned");
  return { replay: replayOf(row), isNew: true };
}

export async function findReplay(q: Queryable, siteNo: number, no: number): Promise<Replay | undefined> {
  const [row] = await q.query<ReplayRow>("SELECT * FROM callboard_replay WHERE site_no = $1 AND no = $2", [
    siteNo,
    no,
  ]);
  return row === undefined ? undefined : replayOf(row);
}

/** Newest first, those before the number `before`. */
export async function listReplays(
  q: Queryable,
  siteNo: number,
  limit: number,
  before?: number,
): Promise<readonly Replay[]> {
  const rows = await q.query<ReplayRow>(
    `SELECT * FROM callboard_replay WHERE site_no = $1 ${before === undefined ? "" : "AND no < $3"}
     ORDER BY no DESC LIMIT $2`,
    [siteNo, limit, ...(before === undefined ? [] : [before])],
  );
  return rows.map(replayOf);
}

export interface ReplayLease {
  readonly id: string;
  readonly until: number;
}

/**
 * Leases running replays that no other process runs, and extends the leases of those that this process runs. Other processes
 * have none on SQLite: the process that held a lease there has ended.
 */
export async function claimReplays(
  tx: Queryable,
  lease: ReplayLease,
  most: number,
  now: number,
): Promise<readonly Replay[]> {
  const { at, bindAt, name, skipLocked } = tx.dialect;
  const isFree =
    name === "sqlite" ? "" : `AND (lease_id IS NULL OR lease_id = $1 OR lease_until < ${at("0")})`;
  const rows = await tx.query<ReplayRow>(
    `UPDATE callboard_replay SET lease_id = $1, lease_until = ${at("$2")}
     WHERE (site_no, no) IN (SELECT site_no, no FROM callboard_replay WHERE state = 'running' ${isFree}
       ORDER BY site_no, no LIMIT $3 ${skipLocked})
     RETURNING *`,
    [lease.id, bindAt(lease.until, now), most],
  );
  return rows.map(replayOf).toSorted((a, b) => a.siteNo - b.siteNo || a.no - b.no);
}

/** Gives back what this process runs, so that another one takes over at once. */
export async function releaseReplays(tx: Queryable, leaseId: string): Promise<void> {
  await tx.query(
    "UPDATE callboard_replay SET lease_id = NULL, lease_until = NULL WHERE lease_id = $1 AND state = 'running'",
    [leaseId],
  );
}

/** Moves the cursor from where it was; no row if the replay was canceled, taken over by another process, or moved on. */
export function advanceChange(
  { at, bindAt }: Dialect,
  { siteNo, no, cursor }: Pick<Replay, "siteNo" | "no" | "cursor">,
  to: { readonly cursor: Uuid; readonly result: ReplayResult; readonly endedAt: number | undefined },
  lease: ReplayLease,
  now: number,
): Change {
  return {
    rows: 1,
    sql: `UPDATE callboard_replay SET cursor = $5, result = $6, lease_until = ${at("$7")}, ended_at = $8, state = $9
     WHERE site_no = $1 AND no = $2 AND state = 'running' AND lease_id = $3 AND cursor = $4`,
    bind: [
      siteNo,
      no,
      lease.id,
      cursor,
      to.cursor,
      JSON.stringify(to.result),
      bindAt(lease.until, now),
      to.endedAt ?? null,
      to.endedAt === undefined ? "running" : "done",
    ],
  };
}

/** Ends a running replay; one that has ended stays as it is. Resolves to false then. */
export async function cancelReplay(
  tx: Queryable,
  siteNo: number,
  no: number,
  reason: string,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE callboard_replay SET state = 'cancelled', reason = $3, ended_at = $4, lease_id = NULL, lease_until = NULL
     WHERE site_no = $1 AND no = $2 AND state = 'running' RETURNING 1 AS one`,
    [siteNo, no, reason, now],
  );
  return rows.length > 0;
}

const WAITING_INDEX = "callboard_delivery_replay";
const OF_REPLAY = "site_no = $1 AND replay_no = $2 AND state < 2";

/** Deliveries of the replay that are still to be sent. */
export async function countWaitingOfReplay(q: Queryable, siteNo: number, no: number): Promise<number> {
  const [row] = await q.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM callboard_delivery${q.dialect.along(WAITING_INDEX)} WHERE ${OF_REPLAY}`,
    [siteNo, no],
  );
  return row?.count ?? 0;
}

/** Ends what waits of the replay as `cancelled`. What is being attempted under a lease goes on. */
export async function cancelWaitingOfReplay(
  tx: Queryable,
  siteNo: number,
  no: number,
  now: number,
): Promise<readonly CancelledAt[]> {
  const rows = await tx.query<{ id: string; endpoint_no: number; lane: 0 | 1 }>(
    `UPDATE callboard_delivery${tx.dialect.along(WAITING_INDEX)}
     SET state = ${FAILED}, because = 'cancelled', settled_at = $3 WHERE ${OF_REPLAY} AND state = ${WAITING} RETURNING id, endpoint_no, lane`,
    [siteNo, no, now],
  );
  return rows.map((row) => ({ siteNo, id: row.id, endpointNo: row.endpoint_no, lane: row.lane }));
}

/** A past event without its body. */
export interface EventHead {
  readonly id: Uuid;
  readonly name: string;
  readonly project: string | undefined;
  readonly aboutAddon: string | undefined;
  readonly isBodyDeleted: boolean;
  readonly bodySize: number;
}

const inWindow = (name: string | undefined) =>
  `site_no = $1 AND id > $2 AND id < $3 ${name === undefined ? "" : "AND name = $4"}`;

/** The next events after one and before another, of one type or of all, at most `limit`. */
async function readHeads(
  q: Queryable,
  siteNo: number,
  after: Uuid,
  before: Uuid,
  name: string | undefined,
  limit: number,
): Promise<readonly EventHead[]> {
  const along = name === undefined ? "" : q.dialect.along("callboard_event_name");
  const rows = await q.query<{
    id: string;
    name: string;
    project: string | null;
    about_addon: string | null;
    deleted: number | boolean;
    body_size: number;
  }>(
    `SELECT id, name, project, about_addon, body IS NULL AND body_size > 0 AS deleted, body_size FROM callboard_event${along}
     WHERE ${inWindow(name)} ORDER BY id LIMIT ${Math.trunc(limit)}`,
    [siteNo, after, before, ...(name === undefined ? [] : [name])],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    project: row.project ?? undefined,
    aboutAddon: row.about_addon ?? undefined,
    isBodyDeleted: row.deleted === true || row.deleted === 1,
    bodySize: row.body_size,
  }));
}

/** The next events of a window, oldest first: all of them, or those of some types, each of which has an index to follow. */
export async function nextEventHeads(
  q: Queryable,
  { siteNo, events }: Pick<Replay, "siteNo" | "events">,
  after: Uuid,
  before: Uuid,
  limit: number,
): Promise<readonly EventHead[]> {
  if (events === undefined) return readHeads(q, siteNo, after, before, undefined, limit);
  const found: EventHead[] = [];
  for (const name of events) found.push(...(await readHeads(q, siteNo, after, before, name, limit)));
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
}

/** Events of a window, counted along an index. */
export async function countEvents(
  q: Queryable,
  { siteNo, events }: Pick<Replay, "siteNo" | "events">,
  after: Uuid,
  before: Uuid,
): Promise<number> {
  let count = 0;
  for (const name of events ?? [undefined]) {
    const along = name === undefined ? "" : q.dialect.along("callboard_event_name");
    const [row] = await q.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM callboard_event${along} WHERE ${inWindow(name)}`,
      [siteNo, after, before, ...(name === undefined ? [] : [name])],
    );
    count += row?.count ?? 0;
  }
  return count;
}

/** Numbers only, so they may stand in the statement. */
const inList = (numbers: readonly number[]) => `(${numbers.map(Math.trunc).join(", ")})`;

const ID_COLUMNS = { id: "text" } as const;
const idRows = (ids: readonly string[]) => JSON.stringify(ids.map((id) => [id]));

/** The deliveries of these events at these endpoints, by event. */
export async function earlierDeliveries(
  q: Queryable,
  siteNo: number,
  endpointNos: readonly number[],
  events: readonly EventHead[],
): Promise<ReadonlyMap<Uuid, readonly EarlierDelivery[]>> {
  const byEvent = new Map<Uuid, EarlierDelivery[]>();
  if (events.length === 0 || endpointNos.length === 0) return byEvent;
  const { rows: rowsFrom, joinEach } = q.dialect;
  const own = `d.site_no = $1 AND d.id > r.id AND d.id <= substr(r.id, 1, 28) || 'ffff' AND d.test = 0
     AND d.endpoint_no IN ${inList(endpointNos)}`;
  const rows = await q.query<{ id: string; state: number; subscription_no: number; matched: string | null }>(
    `SELECT d.id, d.state, d.subscription_no, d.matched FROM ${rowsFrom("$2", ID_COLUMNS, "r")}
     ${joinEach("callboard_delivery", "d", own)} ORDER BY d.id`,
    [siteNo, idRows(events.map(({ id }) => id))],
  );
  for (const { id, state, subscription_no, matched } of rows) {
    const event = eventOfDelivery(id);
    const delivery: EarlierDelivery = {
      id,
      state: STATE_NAMES[state] ?? "failed",
      matched: matched === null ? [subscription_no] : (JSON.parse(matched) as number[]),
    };
    const others = byEvent.get(event);
    if (others === undefined) byEvent.set(event, [delivery]);
    else others.push(delivery);
  }
  return byEvent;
}

/** Those among these events that were test deliveries. */
export async function testEvents(
  q: Queryable,
  siteNo: number,
  events: readonly EventHead[],
): Promise<ReadonlySet<Uuid>> {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return new Set();
  const rows = await q.query<{ id: string }>(
    `SELECT id FROM callboard_delivery${q.dialect.along("callboard_delivery_test")}
     WHERE site_no = $1 AND id > $2 AND id <= $3 AND test = 1`,
    [siteNo, first.id, lastDeliveryOf(last.id)],
  );
  return new Set(rows.map(({ id }) => eventOfDelivery(id)));
}

/** The bodies of these events, as far as they are there. */
export async function readBodies(
  q: Queryable,
  siteNo: number,
  ids: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, Buffer>> {
  if (ids.length === 0) return new Map();
  const rows = await q.query<{ id: string; body: string | null }>(
    `SELECT e.id, e.body FROM ${q.dialect.rows("$2", ID_COLUMNS, "r")}
     ${q.dialect.joinEach("callboard_event", "e", "e.site_no = $1 AND e.id = r.id")}`,
    [siteNo, idRows(ids)],
  );
  return new Map(rows.flatMap(({ id, body }) => (body === null ? [] : [[id, Buffer.from(body)] as const])));
}

/** The last delivery of each of these events; an event without one is not in it. */
export async function lastDeliveries(
  q: Queryable,
  siteNo: number,
  events: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, Uuid>> {
  if (events.length === 0) return new Map();
  const rows = await q.query<{ event: string; last: string | null }>(
    `SELECT r.id AS event, (SELECT MAX(d.id) FROM callboard_delivery d WHERE d.site_no = $1 AND d.id > r.id
       AND d.id <= substr(r.id, 1, 28) || 'ffff') AS last FROM ${q.dialect.rows("$2", ID_COLUMNS, "r")}`,
    [siteNo, idRows(events)],
  );
  return new Map(rows.flatMap(({ event, last }) => (last === null ? [] : [[event, last] as const])));
}

const WANTED_COLUMNS = { id: "text", endpoint_no: "int", subscription_no: "int", matched: "text" } as const;

export interface ReplayedRow {
  readonly id: Uuid;
  readonly wanted: WantedDelivery;
}

const wantedRow = ({ id, wanted: { endpointNo, subscriptionNo, matched } }: ReplayedRow) => [
  id,
  endpointNo,
  subscriptionNo,
  matched.length === 1 ? null : JSON.stringify(matched),
];

/**
 * Creates deliveries in the secondary lane, as those of the replay, for events that have as many deliveries at these endpoints
 * as were seen, and a body: all of them or, as the batch is refused then, none.
 */
export function createChange(
  { at, bindAt, rows: rowsFrom }: Dialect,
  { siteNo, no }: Pick<Replay, "siteNo" | "no">,
  endpointNos: readonly number[],
  rows: readonly (ReplayedRow & { readonly seen: number })[],
  now: number,
): Change | undefined {
  if (rows.length === 0) return undefined;
  const event = "substr(r.id, 1, 28)";
  return {
    rows: rows.length,
    sql: `INSERT INTO callboard_delivery (site_no, id, endpoint_no, subscription_no, matched, lane, state, due_at, test, attempts,
       schedule_from, redelivery, replay_no)
     SELECT CAST($3 AS INTEGER), r.id, r.endpoint_no, r.subscription_no, r.matched, 1, ${WAITING}, ${at("$2")}, 0, 0, 0, 0,
       CAST($4 AS INTEGER)
     FROM ${rowsFrom("$1", { ...WANTED_COLUMNS, seen: "int" }, "r")}
     WHERE EXISTS (SELECT 1 FROM callboard_event e WHERE e.site_no = $3
         AND e.id = ${event} || '0000' AND (e.body IS NOT NULL OR e.body_size = 0))
       AND (SELECT COUNT(*) FROM callboard_delivery d WHERE d.site_no = $3
         AND d.id > ${event} || '0000' AND d.id <= ${event} || 'ffff'
         AND d.endpoint_no IN (SELECT own.no FROM ${rowsFrom("$5", { no: "int" }, "own")})) = r.seen`,
    bind: [
      JSON.stringify(rows.map((row) => [...wantedRow(row), row.seen])),
      bindAt(now, now),
      siteNo,
      no,
      JSON.stringify(endpointNos.map((each) => [each])),
    ],
  };
}

/**
 * Gives ended deliveries a fresh schedule under their IDs, as those of the replay and for what is wanted today: all of them or
 * none. With `onlyFailed`, one that was delivered meanwhile is none of them.
 */
export function reopenChange(
  { at, bindAt, rows: rowsFrom }: Dialect,
  { siteNo, no }: Pick<Replay, "siteNo" | "no">,
  rows: readonly ReplayedRow[],
  onlyFailed: boolean,
  now: number,
): Change | undefined {
  if (rows.length === 0) return undefined;
  return {
    rows: rows.length,
    sql: `UPDATE callboard_delivery SET state = ${WAITING}, due_at = ${at("$2")}, schedule_from = attempts,
       redelivery = redelivery + 1, because = NULL, settled_at = NULL, lane = 1, replay_no = $4,
       endpoint_no = r.endpoint_no, subscription_no = r.subscription_no, matched = r.matched
     FROM ${rowsFrom("$1", WANTED_COLUMNS, "r")}
     WHERE callboard_delivery.site_no = $3 AND callboard_delivery.id = r.id
       AND callboard_delivery.state IN (${onlyFailed ? FAILED : `${DELIVERED}, ${FAILED}`})
       AND EXISTS (SELECT 1 FROM callboard_event e WHERE e.site_no = $3
         AND e.id = substr(r.id, 1, 28) || '0000' AND (e.body IS NOT NULL OR e.body_size = 0))`,
    bind: [JSON.stringify(rows.map(wantedRow)), bindAt(now, now), siteNo, no],
  };
}

/** For a batch: true while the site's registry has this version. */
export function hasVersion(siteNo: number, version: number): Statement {
  return { sql: "(SELECT version FROM callboard_site WHERE no = $1) = $2", bind: [siteNo, version] };
}

/** Deletes at most `most` ended replays before a time; of a deleted site (`before` undefined) also running ones. */
export async function removeReplays(
  tx: Queryable,
  siteNo: number,
  before: number | undefined,
  most: number,
): Promise<number> {
  const isOld = before === undefined ? "" : "AND ended_at < $3";
  const removed = await tx.query(
    `DELETE FROM callboard_replay WHERE (site_no, no) IN (SELECT site_no, no FROM callboard_replay
       WHERE site_no = $1 ${isOld} ORDER BY no LIMIT $2) RETURNING 1 AS one`,
    [siteNo, most, ...(before === undefined ? [] : [before])],
  );
  return removed.length;
}
