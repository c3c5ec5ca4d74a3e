/** What follows in this process when results are recorded, a circuit changes, or the proxy fails or is back. */
import type { Logger } from "../../logger.ts";
import type { Settlement } from "../model/delivery.ts";
import type { BreakerState } from "../model/endpoint.ts";
import type { LaneState } from "../model/lanes.ts";
import type { Database } from "../store/db/database.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { Claims } from "./claim.ts";
import type { Feed } from "./feed.ts";
import type { HeldBack } from "./held-back.ts";
import type { DeliveryObserver } from "./observer.ts";
import type { Pump } from "./pump.ts";
import type { Schedule } from "./schedule.ts";
import type { Followed, RegistryTurn, Settler, ToSettle } from "./settler.ts";

/** A delivery that was settled. */
export interface SettledNotice {
  readonly siteNo: number;
  readonly id: string;
  readonly endpointNo: number;
  readonly state: Settlement["state"];
  readonly test: boolean;
  readonly redelivery: number;
  readonly replayNo: number | undefined;
}

export interface FollowUpDependencies {
  readonly database: Pick<Database, "read">;
  readonly snapshots: Snapshots;
  readonly claims: Pick<Claims, "shared" | "settled">;
  readonly schedule: Schedule;
  readonly settler: Pick<Settler, "addBreaker">;
  readonly feed: Feed;
  readonly pump: Pick<Pump, "request" | "settled">;
  readonly heldBack: Pick<HeldBack, "lookForProbes">;
  /** The database's time. */
  readonly now: () => number;
  readonly logger: Logger;
  readonly observer: Pick<DeliveryObserver, "circuitChanged">;
  /** Called after the commit, once this process knows. */
  readonly onTurned: ((turned: readonly RegistryTurn[]) => void) | undefined;
}

export interface FollowUps {
  /** The endpoint may have something else to start. */
  readonly continueEndpoint: (lane: LaneState) => void;
  readonly breakerChanged: (lane: LaneState, before: BreakerState) => void;
  /** While the proxy fails, its endpoints are as behind an open circuit. Then everything that waits goes on. */
  readonly proxyChanged: () => void;
  readonly settled: (batch: readonly ToSettle[], followed: Followed) => void;
  /** Reports whether this process reads what a batch changed in the registry. */
  readonly isLearning: () => boolean;
  readonly onSettled: (listener: (batch: readonly SettledNotice[]) => void) => () => void;
}

export function createFollowUps(dependencies: FollowUpDependencies): FollowUps {
  const { database, snapshots, claims, schedule, settler, feed, pump, heldBack } = dependencies;
  const { now, logger, observer, onTurned } = dependencies;
  const listeners = new Set<(batch: readonly SettledNotice[]) => void>();
  let learning = 0;

  async function learnTurns(turned: readonly RegistryTurn[]): Promise<void> {
    learning += 1;
    try {
      await snapshots.refresh(database.read);
      feed.pollAll();
      await heldBack.lookForProbes();
    } catch (error) {
      logger.warn("registry.refresh-failed", { error });
    }
    onTurned?.(turned);
  }

  return {
    continueEndpoint: (lane) => {
      for (const each of schedule.listBeside(lane)) {
        schedule.queue(each);
        feed.refill(each);
      }
      pump.request();
    },
    breakerChanged: (lane, before) => {
      const { breaker } = lane.endpoint;
      settler.addBreaker(breaker);
      observer.circuitChanged(before, breaker);
      if (breaker.openUntil === undefined) return;
      const lanes = schedule.listBeside(lane);
      // Leases would expire behind an open circuit: the deliveries go back and are claimed again later.
      if (before.openUntil === undefined && claims.shared) void feed.giveBack(lanes.flatMap(schedule.drain));
      lanes.forEach(feed.wakeForProbe);
    },
    proxyChanged: () => {
      const lanes = [...schedule.list()].flatMap((endpoint) => endpoint.lanes);
      const blocked = lanes.filter(({ endpoint }) => schedule.getGate(endpoint) === "open");
      if (claims.shared) void feed.giveBack(blocked.flatMap(schedule.drain));
      for (const lane of lanes) {
        schedule.queue(lane);
        if (lane.backlog) feed.requestClaim(lane);
      }
      pump.request();
    },
    settled: (batch, { turned, freed }) => {
      pump.settled(batch);
      claims.settled(batch.length, now());
      for (const { delivery, settlement } of batch) {
        const lane = schedule.getLane(delivery);
        lane.trackedIds.delete(delivery.id);
        feed.settled(delivery);
        if (settlement.state === "waiting" || settlement.state === "postponed")
          feed.wakeAt(settlement.dueAt, lane);
      }
      if (freed.length > 0) feed.requestClaims(freed);
      if (turned.length > 0) void learnTurns(turned).finally(() => (learning -= 1));
      const notices = batch.map(({ delivery, settlement: { state } }) => {
        const { siteNo, id, endpointNo, test, redelivery, replayNo } = delivery;
        return { siteNo, id, endpointNo, state, test, redelivery, replayNo };
      });
      for (const listener of listeners) listener(notices);
      pump.request();
    },
    isLearning: () => learning > 0,
    onSettled: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
