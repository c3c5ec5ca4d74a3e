/**
 * The one place where planned deliveries take something before they are committed: a place in the backlog of their endpoint
 * and, where this process will attempt them at once, a lease. All of it is handed over or given back when the transaction ends.
 */
import type { DueDelivery, HandOff } from "../model/delivery.ts";
import { formatId } from "../model/ids.ts";
import type { Group, Plan } from "../model/plan.ts";
import { insertDeliveries, notifyDue } from "../store/tables/deliveries.ts";
import { insertEvents } from "../store/tables/events.ts";
import { freeNext } from "../store/tables/order.ts";
import type { Queryable, Transaction } from "../store/db/database.ts";
import type { Backlog } from "./backlog.ts";
import { listUnnumbered } from "./place.ts";

export interface Reservation {
  /** With their leases; failed as `backlog-full` where the endpoint has as many waiting as it may have. */
  readonly deliveries: readonly DueDelivery[];
  /** Hands the deliveries over to the engine if they are committed, and gives back what they took otherwise. */
  readonly end: (isCommitted: boolean) => void;
}

export interface Slots {
  /** Resolves when `rows` more events can be planned; see {@link Backlog.beforePlan}. */
  readonly beforePlan: Backlog["beforePlan"];
  readonly reserve: (planned: readonly DueDelivery[]) => Reservation;
}

export function createSlots(
  handOff: HandOff,
  backlog: Pick<Backlog, "reserve" | "committed" | "aborted" | "beforePlan">,
): Slots {
  function reserveOne(delivery: DueDelivery): DueDelivery {
    if (!delivery.test && !backlog.reserve(delivery)) return { ...delivery, failed: "backlog-full" };
    // A planned delivery waits in the table until its time.
    const planned = delivery.terms?.deliverAfter;
    if (planned !== undefined && planned === delivery.dueAt) return delivery;
    if (delivery.order?.isBehind === true) return delivery;
    const lease = handOff.lease(delivery.endpointNo, delivery.lane);
    return lease === undefined ? delivery : { ...delivery, lease };
  }

  return {
    beforePlan: backlog.beforePlan,
    reserve: (planned) => {
      const deliveries = planned.map(reserveOne);
      return {
        deliveries,
        end: (isCommitted) => {
          if (isCommitted) {
            backlog.committed(deliveries);
            handOff.committed(deliveries.filter(isReady));
            if (listUnnumbered(deliveries).length > 0) handOff.number();
          } else {
            handOff.aborted(deliveries);
            backlog.aborted(deliveries);
          }
        },
      };
    },
  };
}

/**
 * Reserves for a plan whose deliveries have their places and inserts it, in a transaction whose end ends the reservation. Resolves to the
 * reserved deliveries.
 */
export async function insertPlan(
  tx: Transaction,
  { events, deliveries: placed }: Pick<Plan<Group>, "events" | "deliveries">,
  slots: Pick<Slots, "reserve">,
  now: number,
): Promise<readonly DueDelivery[]> {
  const { deliveries, end } = slots.reserve(placed);
  tx.atEnd(end);
  await insertEvents(tx, events);
  await insertDeliveries(tx, deliveries, now);
  await notifyDue(tx, [...listUnleased(deliveries), ...listUnnumbered(deliveries)]);
  await freeBehindFailed(tx, deliveries, now);
  return deliveries;
}

/** Reports whether a delivery that failed at once may be before others of its key. One without a number is not in the order yet. */
export const freesOthers = ({ failed, order }: DueDelivery): boolean =>
  failed !== undefined && order?.sequence !== undefined;

/** A delivery that failed at once holds up none of its key. */
async function freeBehindFailed(
  tx: Queryable,
  deliveries: readonly DueDelivery[],
  now: number,
): Promise<void> {
  const keys = deliveries
    .filter(freesOthers)
    .flatMap(({ siteNo, order }) => (order === undefined ? [] : [{ siteNo, key: order.key }]));
  await notifyDue(tx, await freeNext(tx, keys, now));
}

/** Reports whether the delivery can be sent: it has not failed, and is not behind another one. */
const isReady = ({ failed, order }: DueDelivery): boolean => failed === undefined && order?.isBehind !== true;

/** Returns the deliveries that wait for a claim. */
export function listUnleased(deliveries: readonly DueDelivery[]): readonly DueDelivery[] {
  return deliveries.filter((delivery) => delivery.lease === undefined && isReady(delivery));
}

/** Returns the answers with the reason of each delivery that failed when it was reserved. */
export function withFailures<G extends Group>(
  answers: Plan<G>["answers"],
  reserved: readonly DueDelivery[],
): Plan<G>["answers"] {
  const failed = new Map(
    reserved.flatMap((delivery) =>
      delivery.failed === undefined
        ? []
        : [[formatId("dlv", delivery.siteNo, delivery.id), delivery.failed] as const],
    ),
  );
  if (failed.size === 0) return answers;
  return new Map(
    [...answers].map(([group, answer]) => [
      group,
      "map" in answer
        ? answer.map((accepted) => ({
            ...accepted,
            deliveries: accepted.deliveries.map((delivery) => {
              const reason = failed.get(delivery.id);
              return reason === undefined ? delivery : { ...delivery, failed: reason };
            }),
          }))
        : answer,
    ]),
  );
}
