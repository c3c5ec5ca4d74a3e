/**
 * What becomes of a delivery that this process has just accepted: it is attempted from memory, with a lease where rows are shared,
 * or stays in the table for a claim.
 */
import type { DueDelivery, HandOff } from "../model/delivery.ts";
import type { LaneState } from "../model/lanes.ts";
import type { Claims } from "./claim.ts";
import type { Feed } from "./feed.ts";
import type { HeldBack } from "./held-back.ts";
import type { Pump } from "./pump.ts";
import { isShut } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";

export interface HandOffDependencies {
  readonly schedule: Schedule;
  readonly claims: Pick<Claims, "shared" | "canLease" | "newLease">;
  readonly feed: Pick<Feed, "requestClaim" | "wakeAt" | "number">;
  readonly heldBack: Pick<HeldBack, "lookForTests">;
  readonly pump: Pick<Pump, "request">;
  /** While it returns false, everything stays in the table. */
  readonly isRunning: () => boolean;
  /** The database's time. */
  readonly now: () => number;
}

export function createHandOff(dependencies: HandOffDependencies): HandOff {
  const { schedule, claims, feed, heldBack, pump, isRunning, now } = dependencies;

  function takeOver(delivery: DueDelivery): void {
    const lane = schedule.getLane(delivery);
    if (delivery.lease !== undefined) {
      lane.reserved -= 1;
      schedule.add(lane, delivery);
      return schedule.queue(lane);
    }
    if (delivery.dueAt > now()) {
      feed.wakeAt(delivery.dueAt, lane);
      // It may fill a batch.
      if (lane.endpoint.batch !== undefined) feed.requestClaim(lane);
      return;
    }
    const gate = schedule.getGate(lane.endpoint);
    if (isRunning() && delivery.test && (gate === "paused" || gate === "open"))
      return heldBack.lookForTests(delivery.siteNo);
    const isLeftInTable =
      claims.shared ||
      !isRunning() ||
      lane.backlog ||
      // Its batch is formed in the table, also when the commit took longer than a batch gathers.
      (lane.endpoint.batch !== undefined && !delivery.test) ||
      isShut(gate) ||
      schedule.isFull(lane);
    if (isLeftInTable) return feed.requestClaim(lane);
    // A claim may have seen it in the table before its commit was heard of.
    if (!lane.trackedIds.has(delivery.id)) schedule.add(lane, delivery);
    schedule.queue(lane);
  }

  /** Reports whether what is accepted for the lane now could be attempted at once, or very soon. */
  function canLease(lane: LaneState): boolean {
    if (!isRunning() || lane.backlog || lane.endpoint.rate !== undefined) return false;
    if (!claims.canLease(lane, schedule.getCap(lane), schedule.isCrowded())) return false;
    return schedule.getGate(lane.endpoint) === "closed";
  }

  return {
    lease: (endpointNo, laneNo) => {
      // The first delivery to an endpoint waits for a claim, by which this process learns of it.
      const lane = schedule.find(endpointNo)?.lanes[laneNo];
      if (lane === undefined || !canLease(lane)) return undefined;
      lane.reserved += 1;
      return claims.newLease(now());
    },
    committed: (deliveries) => {
      deliveries.forEach(takeOver);
      pump.request();
    },
    number: () => void feed.number(),
    aborted: (deliveries) => {
      for (const delivery of deliveries)
        if (delivery.lease !== undefined) schedule.getLane(delivery).reserved -= 1;
    },
  };
}
