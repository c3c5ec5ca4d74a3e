/**
 * Batches. What waits for its first batch is in its lane; what was put into one is in a lane of batches, and is claimed with all of it
 * or not at all. The row of a batch has how many its members are and the digest of its body, so that a batch of which something
 * was ended or changed is recognized: it is taken apart, and what is left goes into others.
 */
import { groupBy } from "../../../group-by.ts";
import type { BatchRecord } from "../../model/batch.ts";
import type { DueDelivery, Lease } from "../../model/delivery.ts";
import { SITE_ID_COLUMNS } from "../../model/ids.ts";
import type { SiteId, Uuid } from "../../model/ids.ts";
import type { SiteKey } from "../../model/order.ts";
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import {
  BEHIND,
  DUE_COLUMNS,
  IN_BATCH,
  LEASED,
  WAITING,
  isBehind,
  nextDueOfLanes,
  withEvents,
} from "./deliveries.ts";
import type { DueAt, DueRow, Found, NextDue } from "./deliveries.ts";
import { holdKeys } from "./order.ts";

/** A lane, and what its webhook asks for. */
export interface FreshDemand extends DueAt {
  /** The most deliveries to claim. */
  readonly rows: number;
  readonly max: number;
  readonly withinMs: number;
}

/** A claim, leased where rows are shared. */
export interface ClaimOptions {
  readonly now: number;
  readonly lease: Lease | undefined;
  /** Deliveries that this process has in memory. */
  readonly held: ReadonlySet<string>;
}

const NOTHING: Found = { due: [], left: [] };

/**
 * Claims what waits for a batch in a lane, in the order in which it is due: nothing unless as many wait as fit a batch, or one of them
 * is due.
 */
export async function claimFresh(q: Queryable, demand: FreshDemand, options: ClaimOptions): Promise<Found> {
  return options.lease === undefined
    ? readFresh(q, demand, options)
    : leaseFresh(q, demand, { ...options, lease: options.lease });
}

const FRESH = `site_no = $1 AND endpoint_no = $2 AND lane = $3 AND state = ${WAITING}`;

async function readFresh(
  q: Queryable,
  { siteNo, endpointNo, lane, rows, max, withinMs }: FreshDemand,
  { now, held }: ClaimOptions,
): Promise<Found> {
  const waiting = await q.query<{ id: Uuid; due_at: number }>(
    `SELECT id, due_at FROM callboard_delivery WHERE ${FRESH} AND due_at <= $4 ORDER BY due_at LIMIT $5`,
    [siteNo, endpointNo, lane, now + withinMs, rows + held.size],
  );
  const free = waiting.filter(({ id }) => !held.has(id)).slice(0, rows);
  const [first] = free;
  if (first === undefined || (first.due_at > now && free.length < max)) return NOTHING;
  const found = await q.query<DueRow>(
    `SELECT ${DUE_COLUMNS} FROM json_each($2) i
     CROSS JOIN callboard_delivery d ON d.site_no = $1 AND d.id = i.value AND d.state = ${WAITING} ORDER BY d.due_at`,
    [siteNo, JSON.stringify(free.map(({ id }) => id))],
  );
  return withEvents(q, found, undefined);
}

async function leaseFresh(
  q: Queryable,
  { siteNo, endpointNo, lane, rows, max, withinMs }: FreshDemand,
  { now, lease }: ClaimOptions & { readonly lease: Lease },
): Promise<Found> {
  const { at, bindAt } = q.dialect;
  const found = await q.query<DueRow>(
    `WITH waiting AS (
       SELECT COUNT(*) AS number, MIN(due_at) AS first FROM (SELECT due_at FROM callboard_delivery
         WHERE ${FRESH} AND due_at <= ${at("$4")} ORDER BY due_at LIMIT $5) w),
     picked AS (
       SELECT id FROM callboard_delivery WHERE ${FRESH} AND due_at <= ${at("$4")} ORDER BY due_at
       LIMIT (SELECT CASE WHEN first <= ${at("0")} THEN $5 ELSE number - number % $6 END FROM waiting) FOR UPDATE SKIP LOCKED),
     d AS (
       UPDATE callboard_delivery SET state = ${LEASED}, lease_id = $7, lease_until = ${at("$8")} FROM picked
       WHERE callboard_delivery.site_no = $1 AND callboard_delivery.id = picked.id
       RETURNING callboard_delivery.*)
     SELECT ${DUE_COLUMNS} FROM d ORDER BY due_at`,
    [siteNo, endpointNo, lane, withinMs, rows, max, lease.id, bindAt(lease.until, now)],
  );
  return withEvents(q, found, lease);
}

/** A batch, with those of its members that still wait. */
export interface ClaimedBatch extends BatchRecord {
  readonly members: readonly DueDelivery[];
}

export interface ClaimedBatches {
  readonly batches: readonly ClaimedBatch[];
  /** Members of batches that are not read, because bodies enough were. */
  readonly left: readonly SiteId[];
}

interface BatchRow {
  site_no: number;
  batch_id: Uuid;
  size: number;
  digest: string;
}

interface DemandForBatches extends DueAt {
  /** The most batches to claim. */
  readonly slots: number;
  /** The most deliveries of a batch. */
  readonly max: number;
  /** Also those that are not due. */
  readonly isForced?: boolean;
}

/** Claims batches that were formed before, each as a whole, those first that are due longest. */
export async function claimBatches(
  q: Queryable,
  demand: DemandForBatches,
  options: ClaimOptions,
): Promise<ClaimedBatches> {
  const { lease, held } = options;
  const rows = await (lease === undefined
    ? readBatches(q, demand, options)
    : leaseBatches(q, demand, { ...options, lease }));
  const free = [...groupBy(rows, ({ batch_id }) => batch_id).values()].filter(
    (members) => !members.some(({ id }) => held.has(id)),
  );
  const { due, left } = await withEvents(q, free.flat(), lease);
  const isLeft = new Set(left.map(({ id }) => id));
  const byId = new Map(due.map((delivery) => [delivery.id, delivery]));
  const batches: ClaimedBatch[] = [];
  const putBack: SiteId[] = [];
  for (const members of free) {
    const [first] = members;
    if (first === undefined) continue;
    const record = { siteNo: first.site_no, id: first.batch_id, size: first.size, digest: first.digest };
    if (members.some(({ id }) => isLeft.has(id)))
      putBack.push(...members.map(({ id }) => ({ siteNo: record.siteNo, id })));
    else batches.push({ ...record, members: members.flatMap(({ id }) => byId.get(id) ?? []) });
  }
  return { batches, left: putBack };
}

type MemberRow = DueRow & BatchRow;

/** The IDs are found in the index alone, so that of what is in memory nothing is read whole. */
async function readBatches(
  q: Queryable,
  { siteNo, endpointNo, lane, slots, max, isForced = false }: DemandForBatches,
  { now, held }: ClaimOptions,
): Promise<readonly MemberRow[]> {
  const most = isForced ? 1 : slots * max;
  const waiting = await q.query<{ id: Uuid }>(
    `SELECT id FROM callboard_delivery WHERE ${FRESH} AND due_at <= $4 ORDER BY due_at LIMIT $5`,
    [siteNo, endpointNo, lane + IN_BATCH, isForced ? Number.MAX_SAFE_INTEGER : now, most + held.size],
  );
  const free = waiting.filter(({ id }) => !held.has(id)).slice(0, most);
  if (free.length === 0) return [];
  return q.query<MemberRow>(
    `SELECT ${DUE_COLUMNS}, d.batch_id, b.size, b.digest
     FROM (SELECT DISTINCT m.batch_id AS id FROM json_each($2) i CROSS JOIN callboard_delivery m ON m.site_no = $1 AND m.id = i.value) f
     CROSS JOIN callboard_batch b ON b.site_no = $1 AND b.id = f.id
     CROSS JOIN callboard_delivery d ON d.site_no = $1 AND d.batch_id = f.id AND d.lane >= ${IN_BATCH} AND d.state = ${WAITING}
     ORDER BY d.batch_id, d.id`,
    [siteNo, JSON.stringify(free.map(({ id }) => id))],
  );
}

/** Whoever holds the row of a batch claims its members. */
async function leaseBatches(
  q: Queryable,
  { siteNo, endpointNo, lane, slots, max, isForced = false }: DemandForBatches,
  { now, lease }: ClaimOptions & { readonly lease: Lease },
): Promise<readonly MemberRow[]> {
  const { at, bindAt } = q.dialect;
  return q.query<MemberRow>(
    `WITH found AS (
       SELECT DISTINCT batch_id AS id FROM (SELECT batch_id FROM callboard_delivery
         WHERE ${FRESH}${isForced ? "" : ` AND due_at <= ${at("0")}`} ORDER BY due_at LIMIT $4) w),
     held AS (
       SELECT b.id, b.size, b.digest FROM callboard_batch b JOIN found ON b.site_no = $1 AND b.id = found.id
       ORDER BY b.id LIMIT $5 FOR UPDATE OF b SKIP LOCKED),
     d AS (
       UPDATE callboard_delivery SET state = ${LEASED}, lease_id = $6, lease_until = ${at("$7")} FROM held
       WHERE callboard_delivery.site_no = $1 AND callboard_delivery.batch_id = held.id
         AND callboard_delivery.lane >= ${IN_BATCH} AND callboard_delivery.state = ${WAITING}
       RETURNING callboard_delivery.*, held.size, held.digest)
     SELECT ${DUE_COLUMNS}, d.batch_id, d.size, d.digest FROM d ORDER BY d.batch_id, d.id`,
    [
      siteNo,
      endpointNo,
      lane + IN_BATCH,
      slots * max,
      isForced ? 1 : slots,
      lease.id,
      bindAt(lease.until, now),
    ],
  );
}

/** The number after which deliveries of a key are looked for, and how many of them. */
interface BehindKey extends SiteKey {
  readonly after: number;
}

const BEHIND_COLUMNS = { site_no: "int", key: "text", after: "big" } as const;

/** Reads what is behind these deliveries in the order of its key, at most `most` of each. The transaction holds the keys. */
export async function readBehind(
  tx: Queryable,
  keys: readonly BehindKey[],
  most: number,
): Promise<readonly DueDelivery[]> {
  if (keys.length === 0) return [];
  const rows = await eachSite(tx, keys, (part) =>
    tx.query<DueRow>(
      `SELECT ${DUE_COLUMNS} FROM ${tx.dialect.rows("$1", BEHIND_COLUMNS, "r")}
     CROSS JOIN callboard_delivery d${tx.dialect.along("callboard_delivery_order")}
     WHERE d.site_no = r.site_no AND d.order_key = r.key AND d.sequence > r.after AND d.sequence <= r.after + $2
       AND d.state < 2 AND d.state = ${WAITING} AND d.redelivery = 0 AND ${isBehind("d.lane")}
     ORDER BY d.order_key, d.sequence`,
      [JSON.stringify(part.map(({ siteNo, key, after }) => [siteNo, key, after])), most],
    ),
  );
  const { due, left } = await withEvents(tx, rows, undefined);
  // None is passed over.
  return left.length > 0 ? [] : sortAs(rows, due);
}

/** Puts deliveries in the order of their rows: they were read event by event. */
function sortAs(rows: readonly DueRow[], due: readonly DueDelivery[]): readonly DueDelivery[] {
  const byId = new Map(due.map((delivery) => [delivery.id, delivery]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []);
}

const MEMBER_COLUMNS = { ...SITE_ID_COLUMNS, batch_id: "text", is_behind: "int" } as const;

/** A new batch with its members, of which some were behind others. */
export interface NewBatch extends BatchRecord {
  readonly members: readonly (SiteId & { readonly wasBehind: boolean })[];
}

/**
 * Writes new batches and puts their members into them. Resolves to false if one of the members is no longer as it was claimed; the
 * transaction must not be committed then.
 */
export async function putIntoBatches(
  tx: Queryable,
  batches: readonly NewBatch[],
  { lease, now }: Pick<ClaimOptions, "lease" | "now">,
): Promise<boolean> {
  const { at, bindAt, newRows, rows } = tx.dialect;
  await eachSite(tx, batches, (part) =>
    tx.query(
      `INSERT INTO callboard_batch (site_no, id, size, digest) SELECT site_no, id, size, digest
     FROM ${newRows("$1", { ...SITE_ID_COLUMNS, size: "int", digest: "text" }, "r")} WHERE true`,
      [JSON.stringify(part.map(({ siteNo, id, size, digest }) => [siteNo, id, size, digest]))],
    ),
  );
  const members = batches.flatMap((batch) =>
    batch.members.map(({ siteNo, id, wasBehind }) => ({
      siteNo,
      row: [siteNo, id, batch.id, wasBehind ? 1 : 0],
    })),
  );
  const isClaimed =
    lease === undefined
      ? `callboard_delivery.state = ${WAITING}`
      : `callboard_delivery.state = CASE WHEN r.is_behind = 1 THEN ${WAITING} ELSE ${LEASED} END
         AND (r.is_behind = 1 OR callboard_delivery.lease_id = $2)`;
  const leased = lease === undefined ? "" : `, state = ${LEASED}, lease_id = $2, lease_until = ${at("$3")}`;
  const moved = await eachSite(tx, members, (part) =>
    tx.query(
      `UPDATE callboard_delivery SET batch_id = r.batch_id, lane = callboard_delivery.lane % ${BEHIND} + ${IN_BATCH}${leased}
     FROM ${rows("$1", MEMBER_COLUMNS, "r")}
     WHERE callboard_delivery.site_no = r.site_no AND callboard_delivery.id = r.id AND ${isClaimed}
       AND CASE WHEN r.is_behind = 1 THEN ${isBehind("callboard_delivery.lane")} ELSE callboard_delivery.lane < ${BEHIND} END
     RETURNING 1 AS one`,
      [
        JSON.stringify(part.map(({ row }) => row)),
        ...(lease === undefined ? [] : [lease.id, bindAt(lease.until, now)]),
      ],
    ),
  );
  return moved.length === members.length;
}

/**
 * Takes a batch apart: what still waits of it goes back to its lane, and of a key all but the first go behind it again. On PostgreSQL
 * these are those that the lease holds.
 */
export async function takeApart(
  tx: Queryable,
  { siteNo, id }: SiteId,
  keys: readonly SiteKey[],
  lease: Lease | undefined,
): Promise<void> {
  await holdKeys(tx, keys);
  const ours = lease === undefined ? `d.state = ${WAITING}` : `d.state = ${LEASED} AND d.lease_id = $3`;
  const ofBatch = (alias: string): string =>
    `${alias}.site_no = $1 AND ${alias}.batch_id = $2 AND ${alias}.lane >= ${IN_BATCH}`;
  await tx.query(
    `UPDATE callboard_delivery SET lane = n.lane, state = ${WAITING}, lease_id = NULL, lease_until = NULL
     FROM (SELECT d.id, CASE WHEN d.order_key IS NULL OR NOT EXISTS (SELECT 1 FROM callboard_delivery f
               WHERE ${ofBatch("f")} AND f.state < 2 AND f.order_key = d.order_key AND f.sequence < d.sequence)
             THEN d.lane - ${IN_BATCH} ELSE d.lane - ${BEHIND} END AS lane
           FROM callboard_delivery d WHERE ${ofBatch("d")} AND ${ours}) n
     WHERE callboard_delivery.site_no = $1 AND callboard_delivery.id = n.id`,
    [siteNo, id, ...(lease === undefined ? [] : [lease.id])],
  );
}

/** Resolves to when the next batch of these lanes is due after `claimedAt`. */
export function nextDueOfBatches(
  q: Queryable,
  lanes: readonly DueAt[],
  claimedAt: number,
  now: number,
): Promise<readonly NextDue[]> {
  const ofBatches = lanes.map((place) => ({ ...place, lane: place.lane + IN_BATCH }));
  return nextDueOfLanes(q, ofBatches, claimedAt, now);
}

/** Removes batches older than `before` in which nothing is any more. Resolves to their number. */
export async function removeBatches(
  tx: Queryable,
  siteNo: number,
  before: Uuid,
  most: number,
): Promise<number> {
  const removed = await tx.query(
    `DELETE FROM callboard_batch WHERE site_no = $1 AND id IN (SELECT b.id FROM callboard_batch b WHERE b.site_no = $1 AND b.id < $2
       AND NOT EXISTS (SELECT 1 FROM callboard_delivery d WHERE d.site_no = $1 AND d.batch_id = b.id)
       ORDER BY b.id LIMIT $3) RETURNING 1 AS one`,
    [siteNo, before, most],
  );
  return removed.length;
}
