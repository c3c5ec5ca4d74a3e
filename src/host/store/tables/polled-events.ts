/**
 * The order in which an add-on reads its events by polling. IDs don't give it: they are made before the transaction that writes the
 * event, so an event can appear behind one that was read already. Each event gets a number when it is first seen, without gaps.
 */
import { big, int, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { Uuid } from "../../model/ids.ts";
import { toEventId } from "./event-ids.ts";

/** How far an add-on's events are numbered. */
export interface Poller {
  readonly siteNo: number;
  readonly addonKey: string;
  readonly lastNumber: number;
  /** Every event below this ID is numbered: none can appear there any more. */
  readonly completeBefore: Uuid;
}

const pollers = defineTable<Poller>({
  name: "poller",
  key: ["siteNo", "addonKey"],
  columns: { siteNo: int(), addonKey: text(), lastNumber: big(), completeBefore: text() },
});

export interface PolledEvent {
  readonly siteNo: number;
  readonly addonKey: string;
  readonly number: number;
  readonly eventId: Uuid;
}

const polled = defineTable<PolledEvent>({
  name: "polled_event",
  key: ["siteNo", "addonKey", "number"],
  columns: { siteNo: int(), addonKey: text(), number: big(), eventId: text() },
});

type AddonAt = Pick<Poller, "siteNo" | "addonKey">;

export function findPoller(q: Queryable, { siteNo, addonKey }: AddonAt): Promise<Poller | undefined> {
  return pollers.find(q, { siteNo, addonKey });
}

/** Locks the poller until the end of the transaction, so that two requests don't number the same events. */
export async function lockPoller(tx: Queryable, { siteNo, addonKey }: AddonAt): Promise<Poller> {
  const fresh: Poller = { siteNo, addonKey, lastNumber: 0, completeBefore: "" };
  await pollers.insertNew(tx, fresh);
  const [row] = await tx.query(
    `${pollers.update}last_number = last_number WHERE site_no = $1 AND addon_key = $2 RETURNING *`,
    [siteNo, addonKey],
  );
  return row === undefined ? fresh : pollers.toRecord(row);
}

export const savePoller = pollers.save;

export interface UnnumberedOptions extends AddonAt {
  readonly endpointNos: readonly number[];
  readonly from: Uuid;
  readonly limit: number;
}

/** Lists events with deliveries to these endpoints that have no number yet, from an ID on, by their IDs. */
export async function listUnnumbered(
  q: Queryable,
  { siteNo, addonKey, endpointNos, from, limit }: UnnumberedOptions,
): Promise<readonly Uuid[]> {
  const found = new Set<Uuid>();
  for (const endpointNo of endpointNos) {
    const rows = await q.query<{ event_id: string }>(
      `SELECT DISTINCT ${toEventId("d.id")} AS event_id
       FROM callboard_delivery d${q.dialect.along("callboard_delivery_endpoint")}
       WHERE d.endpoint_no = $1 AND d.site_no = $2 AND d.id >= $3 AND NOT EXISTS (SELECT 1 FROM callboard_polled_event p
         WHERE p.site_no = d.site_no AND p.event_id = ${toEventId("d.id")} AND p.addon_key = $4)
       ORDER BY 1 LIMIT ${Math.trunc(limit)}`,
      [endpointNo, siteNo, from, addonKey],
    );
    for (const { event_id: id } of rows) found.add(id);
  }
  return [...found].toSorted().slice(0, limit);
}

export const insertPolled = polled.insertMany;

/** The next numbered events after a number. */
export function listPolled(
  q: Queryable,
  { siteNo, addonKey, after, limit }: AddonAt & { readonly after: number; readonly limit: number },
): Promise<readonly PolledEvent[]> {
  return polled.list(q, ["site_no = $1 AND addon_key = $2 AND number > $3", siteNo, addonKey, after], {
    order: "number",
    limit,
  });
}

/** The time since when a transaction that has written something is open, in epoch ms; undefined for none. */
export async function findOldestWrite({ dialect, query }: Queryable): Promise<number | undefined> {
  if (dialect.oldestWrite === undefined) return undefined;
  const [row] = await query<{ at: number | null }>(`SELECT ${dialect.oldestWrite} AS at`);
  return row?.at ?? undefined;
}
