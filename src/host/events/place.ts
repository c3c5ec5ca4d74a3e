/**
 * Gives planned deliveries with a key their number and their place, in the transaction that accepts them. Without it they wait for a
 * number until the transaction is committed, as those of a program's own transaction do: that may last, and must not hold keys.
 */
import type { DueDelivery } from "../model/delivery.ts";
import { groupByKey, putInOrder } from "../model/order.ts";
import type { Change, Statement } from "../store/db/batch.ts";
import type { Queryable } from "../store/db/database.ts";
import type { NoticedAt } from "../store/tables/deliveries.ts";
import { numbersAhead, takeNumbers } from "../store/tables/order.ts";

/** Reports whether any of the deliveries has a key. */
const isOrdered = (deliveries: readonly DueDelivery[]): boolean =>
  deliveries.some(({ order }) => order !== undefined);

/** Returns where deliveries wait for a number. */
export function listUnnumbered(deliveries: readonly DueDelivery[]): readonly NoticedAt[] {
  return deliveries
    .filter(
      ({ order, failed }) => failed === undefined && order !== undefined && order.sequence === undefined,
    )
    .map(({ siteNo, endpointNo, lane }) => ({ siteNo, endpointNo, lane, isUnnumbered: true }));
}

/**
 * Gives planned deliveries their place in a transaction that may hold other keys. Where others write at the same time, two of them would
 * wait for each other if they took further keys: the deliveries are numbered after the commit.
 */
export async function placeBeside(
  tx: Queryable,
  deliveries: readonly DueDelivery[],
  now: number,
): Promise<void> {
  if (!tx.dialect.isShared) await placeInOrder(tx, deliveries, now);
}

/** Gives planned deliveries their place. Holds their keys until the end of the transaction, which must not hold others. */
export async function placeInOrder(
  tx: Queryable,
  deliveries: readonly DueDelivery[],
  now: number,
): Promise<void> {
  if (!isOrdered(deliveries)) return;
  const { counts, places } = groupByKey(deliveries);
  putInOrder(deliveries, places, await takeNumbers(tx, counts, now));
}

/** What a batch needs for the numbers of its deliveries. */
export interface PlacedAhead {
  readonly checks: readonly Statement[];
  readonly changes: readonly Change[];
}

/** Gives planned deliveries their place ahead of a batch. Undefined if that takes a transaction in steps. */
export async function placeAhead(
  q: Queryable,
  deliveries: readonly DueDelivery[],
  now: number,
): Promise<PlacedAhead | undefined> {
  if (!isOrdered(deliveries)) return NOTHING_ORDERED;
  // Grouped by the steps of the transaction then.
  if (q.dialect.isShared) return undefined;
  const { counts, places } = groupByKey(deliveries);
  const ahead = await numbersAhead(q, counts, now);
  if (ahead === undefined) return undefined;
  putInOrder(deliveries, places, ahead.standings);
  return { checks: [ahead.check], changes: [ahead.change] };
}

const NOTHING_ORDERED: PlacedAhead = { checks: [], changes: [] };
