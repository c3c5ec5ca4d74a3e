/**
 * Brings due deliveries from the table into the schedule: when a lane has capacity and the table has more, when the next one
 * falls due, and on PostgreSQL when another process died or wrote something.
 */
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import type { DueAt, NextDue } from "../store/tables/deliveries.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { createAlarms } from "./alarms.ts";
import { countMissing } from "./claim.ts";
import type { Claims } from "./claim.ts";
import { createClaimLoop } from "./claim-loop.ts";
import { createHasten } from "./far-due.ts";
import { createLoadedPlaces } from "./loaded-places.ts";
import { countQueued } from "../model/lanes.ts";
import type { LaneState } from "../model/lanes.ts";
import type { FindRetrySchedule } from "../model/find-retry-schedule.ts";
import type { DeliveryObserver } from "./observer.ts";
import { createOrderedKeys } from "./ordered-keys.ts";
import { createRestedWork } from "./rested-work.ts";
import type { Schedule } from "./schedule.ts";
import type { DueDelivery } from "../model/delivery.ts";

const POLL_MS = 5_000;
const SWEEP_MS = 500;

export interface FeedDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly claims: Claims;
  readonly schedule: Schedule;
  readonly findRetrySchedule: FindRetrySchedule;
  readonly now: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: Pick<DeliveryObserver, "claimed" | "leasesExpired">;
  /** Something may be due in a lane behind a pause or an open circuit. */
  readonly onHeldBack: (lane: LaneState) => void;
  /** The lanes may have something to start now. */
  readonly onFed: (lanes: readonly LaneState[]) => void;
}

export interface Feed {
  /** Looks up what is due, beginning with everything that waited while no process ran. */
  readonly start: () => Promise<void>;
  /** Claims nothing more. Resolves when a claim in progress is in memory. */
  readonly stop: () => Promise<void>;
  /** Claims for the lane: the table has something due for it, or may have. */
  readonly requestClaim: (lane: LaneState) => void;
  /** The same for lanes that this process may not know yet. */
  readonly requestClaims: (places: readonly DueAt[]) => void;
  /** The same if the table has more and a claim is worth its cost. */
  readonly refill: (lane: LaneState) => void;
  /** A delivery of the lane in the table falls due at that time. */
  readonly wakeAt: (at: number, lane: LaneState) => void;
  /** The lane's circuit opened. Nothing is claimed behind it, so its probe needs an alarm of its own. */
  readonly wakeForProbe: (lane: LaneState) => void;
  /** PostgreSQL: numbers what programs wrote in transactions of their own, and looks up what may go then. */
  readonly number: () => Promise<void>;
  /** Looks up what is due in all lanes. */
  readonly pollAll: () => void;
  /** The delivery is no longer as a claim in progress may have read it. */
  readonly settled: (delivery: DueDelivery) => void;
  /** Reports whether nothing is being claimed or looked up. */
  readonly isQuiet: () => boolean;
  /** Returns claimed deliveries to the table. */
  readonly giveBack: (deliveries: readonly DueDelivery[]) => Promise<void>;
}

export function createFeed(dependencies: FeedDependencies): Feed {
  const { database, snapshots, claims, schedule, now, logger, observer, onFed, onHeldBack } = dependencies;
  const hasten = createHasten(dependencies);
  const alarms = createAlarms(now, afterAlarm, dependencies.clock);
  const timers = new Set<NodeJS.Timeout>();
  const countToClaim = (lane: LaneState): number => {
    const count = claims.countToClaim(lane, schedule.getCap(lane), schedule.isCrowded());
    if (lane.endpoint.rate === undefined) return count;
    return Math.min(count, countMissing(countQueued(lane), schedule.maxQueuedIn(lane)));
  };
  const loop = createClaimLoop({ ...dependencies, countToClaim, wakeAt, wakeFor });
  const loadedPlaces = createLoadedPlaces({ snapshots, logger });
  const keys = createOrderedKeys({ ...dependencies, onFreed: (place) => requestClaims([place]) });
  const polling = createRestedWork(poll, loop.isRunning);

  function wakeAt(at: number, lane: LaneState): void {
    // A later time needs no alarm: the claim at the earlier one finds out what comes next.
    if (at >= lane.nextDueAt) return;
    lane.nextDueAt = at;
    alarms.set(at, lane);
  }

  function wakeForProbe(lane: LaneState): void {
    const at = lane.endpoint.breaker.openUntil;
    if (at === undefined || at === lane.probeAt) return;
    lane.probeAt = at;
    alarms.set(at, lane);
  }

  function afterAlarm(lanes: readonly LaneState[]): void {
    const at = now();
    for (const lane of lanes) {
      if (lane.nextDueAt <= at) Object.assign(lane, { nextDueAt: Infinity, backlog: true });
      if (lane.backlog) requestClaim(lane);
    }
    onFed(lanes);
  }

  function requestClaim(lane: LaneState): void {
    lane.backlog = true;
    if (!loop.isRunning()) return;
    const gate = schedule.getGate(lane.endpoint);
    if (gate === "away") return;
    if (gate === "paused" || gate === "open") onHeldBack(lane);
    if (gate === "paused") return;
    if (gate === "open") return wakeForProbe(lane);
    loop.add(lane);
  }

  /** Of a site that is loaded, or isn't. */
  function requestClaims(places: readonly DueAt[]): void {
    void loadedPlaces.visit(places, (loaded) => {
      for (const place of loaded) requestClaim(schedule.getLane(place));
    });
  }

  function wakeFor(next: readonly NextDue[]): Promise<void> {
    return loadedPlaces.visit(next, wakeLanes);
  }

  async function wakeLanes(next: readonly NextDue[]): Promise<void> {
    for (const due of next) {
      const lane = schedule.getLane(due);
      if (due.isInBatch === true) lane.endpoint.hasBatches = true;
      wakeAt(due.dueAt, lane);
    }
    for (const due of await hasten(next)) requestClaim(schedule.getLane(due));
  }

  async function lookUpDue(): Promise<void> {
    const { next, sitesWithBehind } = await claims.waitingLanes();
    await wakeFor(next);
    await keys.freeOrphans(sitesWithBehind);
  }

  async function poll(): Promise<void> {
    try {
      await snapshots.refresh(database.read);
      // A process that only accepts hears of the same notices.
      if (!loop.isRunning()) return;
      await keys.number();
      await lookUpDue();
    } catch (error) {
      logger.warn("delivery.poll-failed", { error });
    }
  }

  async function number(): Promise<void> {
    try {
      if (loop.isRunning()) await keys.number();
    } catch (error) {
      // The next poll finds them.
      logger.warn("delivery.number-failed", { error });
    }
  }

  /** Takes over the deliveries that processes had leased before they died. */
  async function sweep(): Promise<void> {
    try {
      const freed = await claims.sweep();
      if (freed === 0) return;
      observer.leasesExpired(freed);
      logger.debug("delivery.leases-expired", { freed });
      await lookUpDue();
    } catch (error) {
      logger.warn("delivery.sweep-failed", { error });
    }
  }

  return {
    start: async () => {
      loop.start();
      await keys.number();
      await lookUpDue();
      if (claims.shared) {
        timers.add(setInterval(() => void poll(), POLL_MS));
        timers.add(setInterval(() => void sweep(), SWEEP_MS));
      }
      alarms.start();
    },
    stop: async () => {
      const claimed = loop.stop();
      for (const timer of timers) clearInterval(timer);
      alarms.stop();
      await loadedPlaces.stop();
      await claimed;
    },
    requestClaim,
    requestClaims,
    refill: (lane) => {
      if (lane.backlog && countToClaim(lane) > 0) requestClaim(lane);
    },
    wakeAt,
    wakeForProbe,
    number,
    // Every change of the registry asks for it.
    pollAll: polling.request,
    isQuiet: () => !loop.isClaiming() && !polling.isUnderWay() && !loadedPlaces.isUnderWay(),
    settled: loop.settled,
    giveBack: async (deliveries) => {
      try {
        await claims.giveBack(deliveries);
        new Set(deliveries.map(schedule.getLane)).forEach(requestClaim);
      } catch (error) {
        // Their leases expire.
        logger.warn("delivery.give-back-failed", { rows: deliveries.length, error });
      }
    },
  };
}
