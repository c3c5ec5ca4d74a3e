/**
 * An add-on reads its events by polling, oldest first, with a cursor that skips none. Events get their numbers when the add-on asks:
 * all that can be seen and have none. So an event that was committed late comes late, and a host that no add-on polls does no work.
 */
import { CallboardError } from "../../errors.ts";
import { refuseCursor } from "../model/cursor.ts";
import { bodyVariant } from "../model/body-variant.ts";
import { firstUuidAt, toLastDelivery } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { NEWEST, OLDEST, deliveriesOfEvents } from "../store/tables/delivery-log.ts";
import type { SentDelivery } from "../store/tables/delivery-log.ts";
import {
  findOldestWrite,
  findPoller,
  insertPolled,
  listPolled,
  listUnnumbered,
  lockPoller,
  savePoller,
} from "../store/tables/polled-events.ts";
import type { PolledEvent } from "../store/tables/polled-events.ts";
import { findEventHeads, readBodies } from "../store/tables/replay-events.ts";

/**
 * An event that appears later than this behind its own time, while no transaction is open that could have written it, is missed.
 * It covers the time in which an accepted event waits for its transaction, and the difference of the clocks of processes.
 */
export const LATE_COMMIT_MS = 5 * 60_000;
/** Events that get a number in one transaction. */
const NUMBERED_AT_ONCE = 1_000;
/** Bodies of one page, in bytes; a larger one comes alone. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export interface PollRequest {
  readonly addonKey: string;
  /** The `next` of the page before; undefined for the oldest event that is kept. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface PolledItem {
  readonly cursor: string;
  readonly eventId: Uuid;
  readonly name: string;
  readonly deliveries: readonly SentDelivery[];
  /** JSON. Undefined if the subscriptions leave it out, or retention deleted it. */
  readonly body: Buffer | undefined;
  readonly isBodyDeleted: boolean;
}

export interface PolledPage {
  readonly items: readonly PolledItem[];
  readonly next: string;
  /** There are more at this moment. */
  readonly hasMore: boolean;
}

export interface PollParts {
  readonly database: Database;
  /** The clock of event IDs. */
  readonly now: () => number;
}

/** @throws {CallboardError} QUERY_INVALID; CURSOR_EXPIRED if retention has deleted events behind the cursor */
export async function pollEvents(
  parts: PollParts,
  snapshot: SiteSnapshot,
  { addonKey, after: cursor, limit }: PollRequest,
): Promise<PolledPage> {
  const { database } = parts;
  const q = database.read;
  const addon = { siteNo: snapshot.site.no, addonKey };
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const read = () => listPolled(q, { ...addon, after: after ?? 0, limit: limit + 1 });
  let rows = await read();
  if (rows.length <= limit) await numberEvents(parts, snapshot, addonKey);
  const lastNumber = (await findPoller(q, addon))?.lastNumber ?? 0;
  // Numbered since, here or by another request.
  if (rows.length <= limit && lastNumber > (rows.at(-1)?.number ?? after ?? 0)) rows = await read();
  if (after !== undefined) requireKept(after, rows, lastNumber);
  const contiguous = rows.filter(({ number }, index) => number === (rows[0]?.number ?? 0) + index);
  const items = await toItems(q, snapshot, addonKey, contiguous.slice(0, limit));
  const next = items.at(-1)?.cursor ?? String(after ?? lastNumber);
  return { items, next, hasMore: Number(next) < lastNumber };
}

function readCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw refuseCursor("after");
}

/** Numbers have no gaps but those that retention makes. */
function requireKept(after: number, [first]: readonly PolledEvent[], lastNumber: number): void {
  if (after > lastNumber) throw refuseCursor("after");
  const oldest = first === undefined ? lastNumber : first.number - 1;
  if (oldest <= after) return;
  throw new CallboardError(
    "CURSOR_EXPIRED",
    `Events after the cursor ${after} were deleted by retention. Go on after ${oldest}, which leaves them out`,
    { extra: { next: String(oldest) } },
  );
}

/** Gives numbers to events that have none. */
async function numberEvents(
  { database, now }: PollParts,
  snapshot: SiteSnapshot,
  addonKey: string,
): Promise<void> {
  const addon = { siteNo: snapshot.site.no, addonKey };
  const endpointNos = listEndpoints(snapshot, addonKey);
  const wanted = { ...addon, endpointNos, limit: NUMBERED_AT_ONCE };
  const known = await findPoller(database.read, addon);
  const before = known?.completeBefore ?? "";
  if ((await listUnnumbered(database.read, { ...wanted, from: before, limit: 1 })).length === 0) return;
  // What a transaction that is open by now has written can appear below IDs that are seen in this one.
  const oldestWrite = (await findOldestWrite(database.read)) ?? Number.POSITIVE_INFINITY;
  const horizon = firstUuidAt(Math.min(now(), oldestWrite) - LATE_COMMIT_MS);
  await database.write(async (tx) => {
    const poller = await lockPoller(tx, addon);
    const found = await listUnnumbered(tx, { ...wanted, from: poller.completeBefore });
    const last = found.at(-1);
    await insertPolled(
      tx,
      found.map((eventId, index) => ({ ...addon, eventId, number: poller.lastNumber + index + 1 })),
    );
    const reached =
      found.length === NUMBERED_AT_ONCE && last !== undefined && last < horizon ? last : horizon;
    await savePoller(tx, {
      ...poller,
      lastNumber: poller.lastNumber + found.length,
      completeBefore: reached > poller.completeBefore ? reached : poller.completeBefore,
    });
  });
}

const listEndpoints = ({ endpoints }: SiteSnapshot, addonKey: string): readonly number[] =>
  [...endpoints.values()].flatMap(({ no, receiver }) =>
    receiver.kind === "addon" && receiver.addonKey === addonKey ? [no] : [],
  );

async function toItems(
  q: Queryable,
  snapshot: SiteSnapshot,
  addonKey: string,
  rows: readonly PolledEvent[],
): Promise<readonly PolledItem[]> {
  const { no: siteNo } = snapshot.site;
  const ids = rows.map(({ eventId }) => eventId);
  const heads = await findEventHeads(q, siteNo, ids);
  const fitting = takeFitting(rows, ({ eventId }) => heads.get(eventId)?.bodySize ?? 0);
  const events = fitting.map(({ eventId }) => eventId);
  const bodies = await readBodies(q, siteNo, events);
  const deliveries = await deliveriesOfEvents(q, {
    siteNo,
    events,
    range: { from: OLDEST, below: NEWEST },
    wanted: { endpointNos: listEndpoints(snapshot, addonKey) },
  });
  return fitting.map(({ number, eventId }) => {
    const own = deliveries.filter(({ id }) => id > eventId && id <= toLastDelivery(eventId)).toReversed();
    const head = heads.get(eventId);
    const body = bodies.get(eventId);
    return {
      cursor: String(number),
      eventId,
      name: head?.name ?? "",
      deliveries: own,
      body: body === undefined ? undefined : chooseBody(body, own, snapshot),
      isBodyDeleted: head?.isBodyDeleted ?? true,
    };
  });
}

/** The first events whose bodies are within the limit of a page; one at least. */
function takeFitting(
  rows: readonly PolledEvent[],
  getSize: (row: PolledEvent) => number,
): readonly PolledEvent[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += getSize(row);
    return index > 0 && bytes > MAX_PAGE_BYTES;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** The body of the first delivery that has one: subscriptions of one add-on can ask for different variants. */
function chooseBody(
  body: Buffer,
  deliveries: readonly SentDelivery[],
  { subscriptions }: SiteSnapshot,
): Buffer | undefined {
  const variants = deliveries.map(({ matched }) =>
    bodyVariant(
      body,
      matched.flatMap((no) => subscriptions.get(no) ?? []),
    ),
  );
  return variants.find(({ length }) => length > 0);
}
