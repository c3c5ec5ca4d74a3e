/** Gives planned deliveries with a key their number and their place, in the transaction that accepts them. */
import type { DueDelivery } from "../model/delivery.ts";
import { countByKey, putInOrder } from "../model/order.ts";
import type { Queryable } from "../store/db/database.ts";
import type { NoticedAt } from "../store/tables/deliveries.ts";
import { takeNumbers } from "../store/tables/order.ts";

/** Reports whether any of the deliveries has a key: then its number comes from a transaction in steps. */
export const isOrdered = (deliveries: readonly DueDelivery[]): boolean =>
  deliveries.some(({ orderKey }) => orderKey !== undefined);

/**
 * Gives planned deliveries their key alone, for a transaction of a program: it may last, and must not hold the keys meanwhile. They are
 * numbered once it is committed.
 */
export function placeLater(deliveries: readonly DueDelivery[]): readonly DueDelivery[] {
  return deliveries.map((delivery) =>
    delivery.orderKey === undefined
      ? delivery
      : { ...delivery, order: { key: delivery.orderKey, sequence: undefined, isBehind: true } },
  );
}

/** Returns where deliveries wait for a number. */
export function listUnnumbered(deliveries: readonly DueDelivery[]): readonly NoticedAt[] {
  return deliveries
    .filter(
      ({ order, failed }) => failed === undefined && order !== undefined && order.sequence === undefined,
    )
    .map(({ siteNo, endpointNo, lane }) => ({ siteNo, endpointNo, lane, isUnnumbered: true }));
}

/** Holds the keys of the deliveries until the end of the transaction. */
export async function placeInOrder(
  tx: Queryable,
  deliveries: readonly DueDelivery[],
  now: number,
): Promise<readonly DueDelivery[]> {
  if (!isOrdered(deliveries)) return deliveries;
  return putInOrder(deliveries, await takeNumbers(tx, countByKey(deliveries), now));
}
