/** The deliveries that a replay finds, creates or reopens. */
import type { EarlierDelivery, WantedDelivery } from "../../model/replay.ts";
import type { Change } from "../db/batch.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { toEventId, toLastDeliveryId } from "./event-ids.ts";
import { DELIVERED, FAILED, WAITING } from "./deliveries.ts";
import { eventOfDelivery } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import { endDeliveries } from "./ended.ts";
import type { EndedDelivery } from "./ended.ts";
import { STATE_NAMES } from "../../model/delivery.ts";
import { ID_COLUMNS, idRows } from "./replay-events.ts";
import type { EventHead } from "./replay-events.ts";
import type { Replay } from "./replays.ts";

const WAITING_INDEX = "callboard_delivery_replay";
const OF_REPLAY = "site_no = $1 AND replay_no = $2 AND state < 2";

/** Deliveries of the replay that are still to be sent. */
export async function countWaitingOfReplay(q: Queryable, siteNo: number, no: number): Promise<number> {
  return (await countWaitingOfReplays(q, siteNo, [no])).get(no) ?? 0;
}

/** The same for each of these replays of a site, by its number. */
export async function countWaitingOfReplays(
  q: Queryable,
  siteNo: number,
  nos: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await q.query<{ no: number; count: number }>(
    `SELECT r.no, (SELECT COUNT(*) FROM callboard_delivery d${q.dialect.along(WAITING_INDEX)}
       WHERE d.site_no = $1 AND d.replay_no = r.no AND d.state < ${DELIVERED}) AS count
     FROM ${q.dialect.rows("$2", { no: "int" }, "r")}`,
    [siteNo, JSON.stringify(nos.map((no) => [no]))],
  );
  return new Map(rows.map(({ no, count }) => [no, count]));
}

/** Ends what waits of the replay as `cancelled`. What is being attempted under a lease goes on. */
export async function cancelWaitingOfReplay(
  tx: Queryable,
  siteNo: number,
  no: number,
  now: number,
): Promise<readonly EndedDelivery[]> {
  // A replay goes out of the order of keys: nothing is freed.
  const { ended } = await endDeliveries(tx, {
    index: WAITING_INDEX,
    where: `${OF_REPLAY} AND state = ${WAITING}`,
    bind: [siteNo, no],
    because: "cancelled",
    now,
  });
  return ended;
}

/** Numbers only, so they may stand in the statement. */
const inList = (numbers: readonly number[]) => `(${numbers.map(Math.trunc).join(", ")})`;

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
  const own = `d.site_no = $1 AND d.id > r.id AND d.id <= ${toLastDeliveryId("r.id")} AND d.test = 0
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

/** The last delivery of each of these events; an event without one is not in it. */
export async function lastDeliveries(
  q: Queryable,
  siteNo: number,
  events: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, Uuid>> {
  if (events.length === 0) return new Map();
  const rows = await q.query<{ event: string; last: string | null }>(
    `SELECT r.id AS event, (SELECT MAX(d.id) FROM callboard_delivery d WHERE d.site_no = $1 AND d.id > r.id
       AND d.id <= ${toLastDeliveryId("r.id")}) AS last FROM ${q.dialect.rows("$2", ID_COLUMNS, "r")}`,
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

interface CreateChangeOptions {
  readonly endpointNos: readonly number[];
  readonly rows: readonly (ReplayedRow & { readonly seen: number })[];
  readonly now: number;
}

/**
 * Creates deliveries in the secondary lane, as those of the replay, for events that have as many deliveries at these endpoints
 * as were seen, and a body: all of them or, as the batch is refused then, none.
 */
export function createChange(
  { at, bindAt, rows: rowsFrom }: Dialect,
  { siteNo, no }: Pick<Replay, "siteNo" | "no">,
  { endpointNos, rows, now }: CreateChangeOptions,
): Change | undefined {
  if (rows.length === 0) return undefined;
  const event = toEventId("r.id");
  return {
    rows: rows.length,
    sql: `INSERT INTO callboard_delivery (site_no, id, endpoint_no, subscription_no, matched, lane, state, due_at, test, attempts,
       schedule_from, redelivery, replay_no)
     SELECT CAST($3 AS INTEGER), r.id, r.endpoint_no, r.subscription_no, r.matched, 1, ${WAITING}, ${at("$2")}, 0, 0, 0, 0,
       CAST($4 AS INTEGER)
     FROM ${rowsFrom("$1", { ...WANTED_COLUMNS, seen: "int" }, "r")}
     WHERE EXISTS (SELECT 1 FROM callboard_event e WHERE e.site_no = $3
         AND e.id = ${event} AND (e.body IS NOT NULL OR e.body_size = 0))
       AND (SELECT COUNT(*) FROM callboard_delivery d WHERE d.site_no = $3
         AND d.id > ${event} AND d.id <= ${toLastDeliveryId("r.id")}
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

interface ReopenChangeOptions {
  readonly rows: readonly ReplayedRow[];
  readonly onlyFailed: boolean;
  readonly now: number;
}

/**
 * Gives ended deliveries a fresh schedule under their IDs, as those of the replay and for what is wanted today: all of them or
 * none. With `onlyFailed`, one that was delivered meanwhile is none of them.
 */
export function reopenChange(
  { at, bindAt, rows: rowsFrom }: Dialect,
  { siteNo, no }: Pick<Replay, "siteNo" | "no">,
  { rows, onlyFailed, now }: ReopenChangeOptions,
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
         AND e.id = ${toEventId("r.id")} AND (e.body IS NOT NULL OR e.body_size = 0))`,
    bind: [JSON.stringify(rows.map(wantedRow)), bindAt(now, now), siteNo, no],
  };
}
