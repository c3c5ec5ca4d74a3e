/**
 * Deliveries, as the engine sees them: waiting → leased → delivered | failed.
 *
 * On SQLite one process owns the file, so claiming writes nothing and `leased` does not occur: a crash leaves the rows
 * waiting. On PostgreSQL a claim leases rows to one process for a limited time, and only the holder of the lease may settle.
 */
import type { Change, Statement } from "../db/batch.ts";
import { changeEachSite, eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { SITE_ID_COLUMNS, eventOfDelivery, firstUuidAt, siteIdRows } from "../../model/ids.ts";
import type { SiteId, Uuid } from "../../model/ids.ts";
import type { Lane } from "../../model/event.ts";
import type { EventTerms } from "../../model/terms.ts";
import type { OrderPlace } from "../../model/delivery.ts";
import type { NewDelivery, Lease, DueDelivery, EndpointAt } from "../../model/delivery.ts";
import { ENDPOINT_COLUMNS, endpointRows } from "./endpoint-rows.ts";

export const WAITING = 0;
export const LEASED = 1;
export const DELIVERED = 2;
export const FAILED = 3;
/**
 * A waiting delivery behind another one of its key is in a lane of its own, by this number above the lane in which it will go.
 * Nothing is claimed there.
 */
export const BEHIND = 2;
/**
 * A delivery that was put into a batch is in a lane of its own as well, by this number above the one in which its batch goes. It is
 * claimed with the whole batch alone.
 */
export const IN_BATCH = 4;

/** Lanes of a row in which something can be due. */
export const DUE_LANES = [0, 1, IN_BATCH, IN_BATCH + 1] as const;

/** SQL: true for a delivery that can go, by itself or in its batch; false for one that is behind another. */
export const canGo = (lane = "lane"): string => `(${lane} < ${BEHIND} OR ${lane} >= ${IN_BATCH})`;
/** SQL: the opposite. */
export const isBehind = (lane = "lane"): string => `(${lane} >= ${BEHIND} AND ${lane} < ${IN_BATCH})`;

/** The same of a row. */
export const isBehindLane = (lane: number): boolean => lane >= BEHIND && lane < IN_BATCH;

/** Returns the lane of a row, whether it can go, is behind another one or is in a batch. */
export const toLane = (lane: number): Lane => (lane % BEHIND === 1 ? 1 : 0);

/** Columns of every new delivery. */
const NEW_COLUMNS = {
  site_no: "int",
  id: "text",
  endpoint_no: "int",
  subscription_no: "int",
  lane: "int",
  state: "int",
  due_at: "big",
} as const;
/**
 * Columns that few deliveries have a value for. Taking a value out of a parameter costs as much when it is NULL, so a group without
 * any is not even bound.
 */
const LEASE_COLUMNS = { lease_id: "text", lease_until: "big" } as const;
const ORDER_COLUMNS = { order_key: "text", sequence: "big" } as const;
const RARE_COLUMNS = { matched: "text", test: "int", because: "text", settled_at: "big" } as const;

/** `now` is the database's time, which the times of the deliveries are on. */
export async function insertDeliveries(
  tx: Queryable,
  deliveries: readonly NewDelivery[],
  now: number,
): Promise<void> {
  await changeEachSite(tx, deliveries, (dialect, part) => deliveriesChange(dialect, part, now));
}

export function deliveriesChange(
  dialect: Dialect,
  deliveries: readonly NewDelivery[],
  now: number,
): Change | undefined {
  if (deliveries.length === 0) return undefined;
  const isLeased = deliveries.some(({ lease }) => lease !== undefined);
  const isOrdered = deliveries.some(({ order }) => order !== undefined);
  const isRare = deliveries.some((d) => d.matched.length !== 1 || d.test || d.failed !== undefined);
  const rows = deliveries.map((d) => {
    const row: unknown[] = [
      d.siteNo,
      d.id,
      d.endpointNo,
      d.subscriptionNo,
      d.order?.isBehind === true ? d.lane + BEHIND : d.lane,
      d.failed !== undefined ? FAILED : d.lease === undefined ? WAITING : LEASED,
      dialect.bindAt(d.dueAt, now),
    ];
    if (isLeased)
      row.push(d.lease?.id ?? null, d.lease === undefined ? null : dialect.bindAt(d.lease.until, now));
    if (isOrdered) row.push(d.order?.key ?? null, d.order?.sequence ?? null);
    if (isRare) {
      row.push(
        d.matched.length === 1 ? null : JSON.stringify(d.matched),
        d.test ? 1 : 0,
        d.failed ?? null,
        d.failed === undefined ? null : now,
      );
    }
    return row;
  });
  const types = {
    ...NEW_COLUMNS,
    ...(isLeased ? LEASE_COLUMNS : {}),
    ...(isOrdered ? ORDER_COLUMNS : {}),
    ...(isRare ? RARE_COLUMNS : {}),
  };
  const names = Object.keys(types).filter((name) => name !== "site_no");
  const values = names.map((name) => (name === "due_at" || name === "lease_until" ? dialect.at(name) : name));
  const { from, bind } = dialect.bindNewRows(types, "r", rows);
  return {
    sql: `INSERT INTO callboard_delivery (site_no, ${names.join(", ")}, ${isRare ? "" : "test, "}attempts, schedule_from, redelivery)
     SELECT site_no, ${values.join(", ")}, ${isRare ? "" : "0, "}0, 0, 0 FROM ${from}`,
    bind,
  };
}

/** The longest message that NOTIFY carries is 8,000 bytes; beyond it the receivers look for themselves. */
const MAX_NOTICE_LENGTH = 7_000;

/** PostgreSQL: tells every process, on commit, where something waits for a claim. */
export async function notifyDue(tx: Queryable, where: readonly NoticedAt[]): Promise<void> {
  const notice = dueNotice(tx.dialect, where);
  if (notice !== undefined) await tx.query(`SELECT ${notice.sql}`, notice.bind);
}

/** The same for a batch, as an expression that is true. */
export function dueNotice(dialect: Dialect, where: readonly NoticedAt[]): Statement | undefined {
  if (dialect.notify === undefined || where.length === 0) return undefined;
  const places = new Set(
    where.map(
      ({ siteNo, endpointNo, lane, isUnnumbered = false }) =>
        `${siteNo}:${endpointNo}:${isUnnumbered ? lane + BEHIND : lane}`,
    ),
  );
  const notice = [...places].join(",");
  return {
    sql: dialect.notify("callboard_due", "$1"),
    bind: [notice.length > MAX_NOTICE_LENGTH ? "" : notice],
  };
}

/** One lane of one endpoint. */
export interface DueAt extends EndpointAt {
  readonly lane: Lane;
}

/** A lane in which something is due, or waits for its number and then for its turn. */
export interface NoticedAt extends DueAt {
  readonly isUnnumbered?: boolean;
}

/** The lanes that a notice names; undefined when it was too long to name them. */
export function readNotice(notice: string): readonly NoticedAt[] | undefined {
  if (notice === "") return undefined;
  return notice.split(",").map((place) => {
    const [siteNo = 0, endpointNo = 0, lane = 0] = place.split(":").map(Number);
    const at = { siteNo, endpointNo, lane: toLane(lane) };
    return lane < BEHIND ? at : { ...at, isUnnumbered: true };
  });
}

/** A row of {@link DUE_COLUMNS}. */
export interface DueRow {
  site_no: number;
  id: Uuid;
  endpoint_no: number;
  subscription_no: number;
  matched: string | null;
  lane: number;
  due_at: number;
  attempts: number;
  schedule_from: number;
  redelivery: number;
  test: number;
  replay_no: number | null;
  order_key: string | null;
  sequence: number | null;
}

export const DUE_COLUMNS =
  "d.site_no, d.id, d.endpoint_no, d.subscription_no, d.matched, d.lane, d.due_at, d.attempts, d.schedule_from, " +
  "d.redelivery, d.test, d.replay_no, d.order_key, d.sequence";

/** Most deliveries serve the subscription that created them and no other, and keep no list. */
export const toMatched = (row: { matched: string | null; subscription_no: number }): readonly number[] =>
  row.matched === null ? [row.subscription_no] : (JSON.parse(row.matched) as number[]);

/** The place of a delivery whose turn it is. */
const toPlace = ({ order_key: key, sequence }: DueRow): OrderPlace | undefined =>
  key === null || sequence === null ? undefined : { key, sequence, isBehind: false };

function toDue(row: DueRow, event: EventOfDue, lease: Lease | undefined): DueDelivery {
  return {
    siteNo: row.site_no,
    id: row.id,
    endpointNo: row.endpoint_no,
    subscriptionNo: row.subscription_no,
    matched: toMatched(row),
    lane: toLane(row.lane),
    dueAt: row.due_at,
    attempts: row.attempts,
    scheduleFrom: row.schedule_from,
    redelivery: row.redelivery,
    test: row.test === 1,
    replayNo: row.replay_no ?? undefined,
    order: toPlace(row),
    event: event.name,
    actor: event.actor,
    traceParent: event.traceParent,
    terms: event.terms,
    body: event.body,
    lease,
  };
}

/** What deliveries of one event share. */
interface EventOfDue {
  readonly name: string;
  readonly actor: string | undefined;
  readonly traceParent: string | undefined;
  readonly terms: EventTerms | undefined;
  readonly body: Buffer;
}

interface EventOfDueRow {
  id: Uuid;
  name: string;
  actor: string | null;
  trace_parent: string | null;
  terms: string | null;
  body: string | null;
}

async function readEvents(q: Queryable, ids: readonly SiteId[]): Promise<ReadonlyMap<Uuid, EventOfDue>> {
  const from = q.dialect.rows("$1", SITE_ID_COLUMNS, "r");
  const rows = await eachSite(q, ids, (part) =>
    q.query<EventOfDueRow>(
      `SELECT e.id, e.name, e.actor, e.trace_parent, e.terms, e.body FROM ${from}
       JOIN callboard_event e ON e.site_no = r.site_no AND e.id = r.id`,
      [siteIdRows(part)],
    ),
  );
  return new Map(
    rows.map(({ id, name, actor, trace_parent, terms, body }) => [
      id,
      {
        name,
        actor: actor ?? undefined,
        traceParent: trace_parent ?? undefined,
        terms: terms === null ? undefined : (JSON.parse(terms) as EventTerms),
        body: Buffer.from(body ?? ""),
      },
    ]),
  );
}

/** How many events are read at once, and the bytes of bodies after which no more are. */
const EVENTS_AT_ONCE = 100;
const MAX_DUE_BYTES = 8 * 1024 * 1024;

/** What was found due, and what was passed over because bodies enough were read. */
export interface Found {
  readonly due: readonly DueDelivery[];
  readonly left: readonly SiteId[];
}

/** Reads each event once, however many of the deliveries are of it. */
export async function withEvents(
  q: Queryable,
  rows: readonly DueRow[],
  lease: Lease | undefined,
): Promise<Found> {
  const byEvent = new Map<Uuid, DueRow[]>();
  for (const row of rows) {
    const event = eventOfDelivery(row.id);
    const others = byEvent.get(event);
    if (others === undefined) byEvent.set(event, [row]);
    else others.push(row);
  }
  const events = [...byEvent];
  const due: DueDelivery[] = [];
  let bytes = 0;
  let read = 0;
  while (read < events.length && bytes < MAX_DUE_BYTES) {
    const some = events.slice(read, read + EVENTS_AT_ONCE);
    read += some.length;
    const found = await readEvents(
      q,
      some.flatMap(([id, [row]]) => (row === undefined ? [] : [{ siteNo: row.site_no, id }])),
    );
    for (const [id, deliveries] of some) {
      const event = found.get(id);
      // Retention took the event just now, and its deliveries with it.
      if (event === undefined) continue;
      bytes += event.body.length;
      due.push(...deliveries.map((row) => toDue(row, event, lease)));
    }
  }
  const left = events.slice(read).flatMap(([, deliveries]) => deliveries);
  return { due, left: left.map(({ site_no, id }) => ({ siteNo: site_no, id })) };
}

/** What an endpoint could take of one lane now. */
export interface Demand extends DueAt {
  readonly slots: number;
}

const DEMAND_COLUMNS = { site_no: "int", endpoint_no: "int", lane: "int", slots: "int" } as const;
/** A lane as its rows have it. */
interface RowLane extends EndpointAt {
  readonly lane: number;
}

const demandRows = (demand: readonly (RowLane & Pick<Demand, "slots">)[]) =>
  JSON.stringify(demand.map((d) => [d.siteNo, d.endpointNo, d.lane, d.slots]));

/**
 * SQLite: the deliveries that are due, oldest first, at most `slots` of them and passing over those in `held`. Writes
 * nothing. `more` tells that there are others. The ids are found in the index alone, so that only what is new is read whole.
 */
export async function dueDeliveries(
  q: Queryable,
  { siteNo, endpointNo, lane, slots }: Demand,
  held: ReadonlySet<string>,
  now: number,
): Promise<{ readonly due: readonly DueDelivery[]; readonly more: boolean }> {
  const found = await q.query<{ id: string }>(
    `SELECT id FROM callboard_delivery
     WHERE site_no = $1 AND endpoint_no = $2 AND lane = $3 AND state = ${WAITING} AND due_at <= $4
     ORDER BY due_at LIMIT $5`,
    [siteNo, endpointNo, lane, now, slots + held.size],
  );
  const ids = found.map(({ id }) => id).filter((id) => !held.has(id));
  const rows = await q.query<DueRow>(
    `SELECT ${DUE_COLUMNS} FROM json_each($2) i
     CROSS JOIN callboard_delivery d ON d.site_no = $1 AND d.id = i.value AND d.state = ${WAITING} ORDER BY d.due_at`,
    [siteNo, JSON.stringify(ids.slice(0, slots))],
  );
  const { due, left } = await withEvents(q, rows, undefined);
  return { due, more: ids.length >= slots || left.length > 0 };
}

/**
 * PostgreSQL: leases what is due, oldest first, in one statement for all endpoints; rows that another process holds are
 * passed over. What is `left` is leased as well. The lease ends when the server's clock has moved on by what is left of it at
 * `now`, which is later than this process expects it.
 */
export async function claimDeliveries(
  tx: Queryable,
  demand: readonly Demand[],
  now: number,
  lease: Lease,
): Promise<Found> {
  const { at, bindAt, ofSite, rows: rowsFrom } = tx.dialect;
  const from = rowsFrom("$1", DEMAND_COLUMNS, "s");
  const rows = await eachSite(tx, demand, (part) =>
    tx.query<DueRow>(
      `WITH picked AS (
       SELECT c.site_no, c.id FROM ${from} CROSS JOIN LATERAL (
         SELECT site_no, id FROM callboard_delivery
         WHERE site_no = s.site_no AND endpoint_no = s.endpoint_no AND lane = s.lane AND state = ${WAITING} AND due_at <= ${at("0")}
         ORDER BY due_at LIMIT s.slots FOR UPDATE SKIP LOCKED) c)
     UPDATE callboard_delivery d SET state = ${LEASED}, lease_id = $2, lease_until = ${at("$3")} FROM picked
     WHERE d.site_no = picked.site_no AND d.id = picked.id ${ofSite("d.site_no", "$1")} RETURNING ${DUE_COLUMNS}`,
      [demandRows(part), lease.id, bindAt(lease.until, now)],
    ),
  );
  return withEvents(
    tx,
    rows.toSorted((a, b) => a.due_at - b.due_at),
    lease,
  );
}

interface TakeWaitingOptions {
  readonly lease: Lease | undefined;
  readonly now: number;
  readonly id?: Uuid | undefined;
}

/**
 * The delivery that has waited longest at an endpoint, or the one with this ID if it waits: leased where deliveries are. Tests
 * are passed over unless they are asked for.
 */
export async function takeWaiting(
  tx: Queryable,
  { siteNo, endpointNo }: EndpointAt,
  { lease, now, id }: TakeWaitingOptions,
): Promise<DueDelivery | undefined> {
  const which = id === undefined ? "w.test = 0" : "w.id = $3";
  const waiting = `SELECT w.id FROM callboard_delivery w WHERE w.site_no = $1 AND w.endpoint_no = $2
    AND w.state = ${WAITING} AND w.lane < ${BEHIND} AND ${which} ORDER BY w.due_at, w.id LIMIT 1 ${tx.dialect.skipLocked}`;
  const bind: unknown[] = [siteNo, endpointNo, ...(id === undefined ? [] : [id])];
  const rows = await (lease === undefined
    ? tx.query<DueRow>(
        `SELECT ${DUE_COLUMNS} FROM callboard_delivery d WHERE d.site_no = $1 AND d.id = (${waiting})`,
        bind,
      )
    : tx.query<DueRow>(
        `UPDATE callboard_delivery d SET state = ${LEASED}, lease_id = $${bind.length + 1},
           lease_until = ${tx.dialect.at(`$${bind.length + 2}`)}
         WHERE d.site_no = $1 AND d.id = (${waiting}) RETURNING ${DUE_COLUMNS}`,
        [...bind, lease.id, tx.dialect.bindAt(lease.until, now)],
      ));
  return (await withEvents(tx, rows, lease)).due[0];
}

/** Older waiting tests are ignored, because their page is closed. */
const TESTS_LOOKED_BACK_MS = 86_400_000;
const MAX_TESTS = 100;

/** Tests of a site that wait, oldest first. */
export async function waitingTests(
  q: Queryable,
  siteNo: number,
  now: number,
): Promise<readonly (EndpointAt & { readonly id: Uuid })[]> {
  const rows = await q.query<{ endpoint_no: number; id: Uuid }>(
    `SELECT endpoint_no, id FROM callboard_delivery${q.dialect.along("callboard_delivery_test")}
     WHERE site_no = $1 AND test = 1 AND id >= $2 AND state = ${WAITING} ORDER BY id LIMIT ${MAX_TESTS}`,
    [siteNo, firstUuidAt(now - TESTS_LOOKED_BACK_MS)],
  );
  return rows.map(({ endpoint_no, id }) => ({ siteNo, endpointNo: endpoint_no, id }));
}

/** When the next waiting delivery of an endpoint's lane is due. */
export interface NextDue extends DueAt {
  readonly dueAt: number;
  /** It is in a batch. */
  readonly isInBatch?: true;
}

/** The first delivery of a lane, as its row has it. */
interface NextDueRow {
  site_no: number;
  endpoint_no: number;
  lane: number;
  due_at: number;
}

const toNextDue = (row: NextDueRow): NextDue => ({
  siteNo: row.site_no,
  endpointNo: row.endpoint_no,
  lane: toLane(row.lane),
  dueAt: row.due_at,
  ...(row.lane >= IN_BATCH ? { isInBatch: true } : {}),
});

/** For the lanes asked about only, and only what is due after `claimedAt`: what was due then was claimed. */
export async function nextDueOfLanes(
  q: Queryable,
  lanes: readonly RowLane[],
  claimedAt: number,
  now: number,
): Promise<readonly NextDue[]> {
  if (lanes.length === 0) return [];
  const from = q.dialect.rows("$1", DEMAND_COLUMNS, "s");
  const rows = await eachSite(q, lanes, (part) =>
    q.query<Omit<NextDueRow, "due_at"> & { due_at: number | null }>(
      `SELECT s.site_no, s.endpoint_no, s.lane, (SELECT MIN(due_at) FROM callboard_delivery d
       WHERE d.site_no = s.site_no AND d.endpoint_no = s.endpoint_no AND d.lane = s.lane AND d.state = ${WAITING} AND d.due_at > ${q.dialect.at("$2")})
       AS due_at
     FROM ${from}`,
      [demandRows(part.map((lane) => ({ ...lane, slots: 0 }))), q.dialect.bindAt(claimedAt, now)],
    ),
  );
  return rows.flatMap(({ due_at, ...row }) => (due_at === null ? [] : [toNextDue({ ...row, due_at })]));
}

/** All lanes in which something waits. */
export interface WaitingLanes {
  /** The first delivery of each lane that can go. */
  readonly next: readonly NextDue[];
  /** Sites with deliveries that are behind others of their keys. */
  readonly sitesWithBehind: readonly number[];
}

export async function readWaitingLanes(q: Queryable): Promise<WaitingLanes> {
  const rows = await listNextOfLanes(q);
  const behind = rows.filter(({ lane }) => isBehindLane(lane));
  return {
    next: rows.filter(({ lane }) => !isBehindLane(lane)).map(toNextDue),
    sitesWithBehind: [...new Set(behind.map(({ site_no: siteNo }) => siteNo))],
  };
}

/** Lists the first delivery of every lane in which something waits, by skipping from lane to lane along the index of what is due. */
function listNextOfLanes(q: Queryable): Promise<readonly NextDueRow[]> {
  const after = (row: string) =>
    `SELECT site_no, endpoint_no, lane, due_at FROM callboard_delivery
     WHERE state = ${WAITING} AND (site_no, endpoint_no, lane) > (${row})
     ORDER BY site_no, endpoint_no, lane, due_at LIMIT 1`;
  const grouped = `SELECT site_no, endpoint_no, lane, MIN(due_at) AS due_at FROM callboard_delivery
     WHERE state = ${WAITING} GROUP BY site_no, endpoint_no, lane`;
  return q.query<NextDueRow>(q.dialect.firstOfEach(["site_no", "endpoint_no", "lane"], after, grouped));
}

/** PostgreSQL: gives rows whose lease ran out back. Resolves to how many there were. */
export async function releaseExpired(tx: Queryable): Promise<number> {
  const rows = await tx.query(
    `UPDATE callboard_delivery SET state = ${WAITING}, lease_id = NULL, lease_until = NULL
     WHERE state = ${LEASED} AND lease_until < ${tx.dialect.at("0")} RETURNING 1 AS one`,
  );
  return rows.length;
}

/** PostgreSQL: gives back at once what this lease holds and did not attempt. */
export async function releaseLease(
  tx: Queryable,
  leaseId: string,
  ids: readonly { readonly siteNo: number; readonly id: Uuid }[],
): Promise<void> {
  if (ids.length === 0) return;
  const from = tx.dialect.rows("$1", SITE_ID_COLUMNS, "r");
  await eachSite(tx, ids, (part) =>
    tx.query(
      `UPDATE callboard_delivery SET state = ${WAITING}, lease_id = NULL, lease_until = NULL FROM ${from}
     WHERE callboard_delivery.site_no = r.site_no AND callboard_delivery.id = r.id AND lease_id = $2 AND state = ${LEASED}`,
      [siteIdRows(part), leaseId],
    ),
  );
}

interface PostponeWaitingOptions {
  readonly siteNo: number;
  readonly endpointNos: readonly number[];
  readonly dueAt: number;
  readonly now: number;
}

/** Makes everything that waits for an endpoint, and is behind none of its key, due at `dueAt`: on enabling it again, or on holding it back. */
export async function postponeWaiting(
  tx: Queryable,
  { siteNo, endpointNos, dueAt, now }: PostponeWaitingOptions,
): Promise<void> {
  if (endpointNos.length === 0) return;
  const { at, bindAt, rows } = tx.dialect;
  const from = rows("$2", { no: "int" }, "r");
  await tx.query(
    `UPDATE callboard_delivery SET due_at = ${at("$3")}
     WHERE site_no = $1 AND state = ${WAITING} AND ${canGo()} AND endpoint_no IN (SELECT no FROM ${from})`,
    [siteNo, JSON.stringify(endpointNos.map((no) => [no])), bindAt(dueAt, now)],
  );
}

/**
 * How many deliveries wait for each of these endpoints or are leased, those of each state counted up to `most`: without
 * tests, without those that were asked for again, and without those of replays.
 */
export async function countWaiting(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  most: number,
): Promise<ReadonlyMap<number, number>> {
  if (endpoints.length === 0) return new Map();
  const inState = (state: number) => `(SELECT COUNT(*) FROM (
       SELECT 1 FROM callboard_delivery d WHERE d.site_no = r.site_no AND d.endpoint_no = r.endpoint_no
         AND d.state = ${state} AND d.test = 0 AND d.redelivery = 0 AND d.replay_no IS NULL LIMIT $2) w)`;
  const count = q.dialect.isShared ? `${inState(WAITING)} + ${inState(LEASED)}` : inState(WAITING);
  const rows = await eachSite(q, endpoints, (part) =>
    q.query<{ endpoint_no: number; count: number }>(
      `SELECT r.endpoint_no, CAST(${count} AS INTEGER) AS count
     FROM ${q.dialect.rows("$1", ENDPOINT_COLUMNS, "r")}`,
      [endpointRows(part), most],
    ),
  );
  return new Map(rows.map(({ endpoint_no, count: waiting }) => [endpoint_no, waiting]));
}
