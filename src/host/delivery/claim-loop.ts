/** Claims deliveries for the lanes that want work, many lanes at a time, until none does. */
import type { Logger } from "../../logger.ts";
import type { DueDelivery } from "../model/delivery.ts";
import { countQueued, isTracked } from "../model/lanes.ts";
import type { LaneState } from "../model/lanes.ts";
import type { Database } from "../store/db/database.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { NextDue } from "../store/tables/deliveries.ts";
import type { Claims, Demand } from "./claim.ts";
import type { DeliveryObserver } from "./observer.ts";
import { isShut } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";

const MAX_LANES_PER_CLAIM = 500;
const MAX_ROWS_PER_CLAIM = 2_000;
const PAUSE_AFTER_FAILURE_MS = 1_000;
const PAUSE_AFTER_NOTHING_MS = 20;

export interface ClaimLoopParts {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly claims: Claims;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly logger: Logger;
  readonly observer: Pick<DeliveryObserver, "claimed">;
  /** Returns the number of deliveries that the lane can take now. */
  readonly countToClaim: (lane: LaneState) => number;
  /** The lanes may have something to start now. */
  readonly onFed: (lanes: readonly LaneState[]) => void;
  readonly wakeAt: (at: number, lane: LaneState) => void;
  readonly wakeFor: (next: readonly NextDue[]) => Promise<void>;
}

export interface ClaimLoop {
  readonly start: () => void;
  /** Claims nothing more. Resolves when a claim in progress is in memory. */
  readonly stop: () => Promise<void>;
  readonly isRunning: () => boolean;
  /** Claims for the lane. */
  readonly add: (lane: LaneState) => void;
  readonly isClaiming: () => boolean;
  /** The delivery is no longer as a claim in progress may have read it. */
  readonly settled: (delivery: DueDelivery) => void;
}

/** Reports whether the table has more for a lane, and nothing of the lane is in memory whose end would ask for it. */
const isForgotten = (lane: LaneState): boolean =>
  lane.backlog && countQueued(lane) === 0 && lane.inFlight === 0;

export function createClaimLoop(parts: ClaimLoopParts): ClaimLoop {
  const { database, snapshots, claims, schedule, now, logger, observer } = parts;
  const { countToClaim, onFed, wakeAt, wakeFor } = parts;
  const lanesWantingWork = new Set<LaneState>();
  /** Skipped: a claim that writes nothing may read a row as it was before it was settled, which would be sent twice. */
  const settledMeanwhile = new Set<string>();
  let running = false;
  let claiming: Promise<void> | undefined;

  async function claimLoop(): Promise<void> {
    try {
      while (running && lanesWantingWork.size > 0) await claimOnce();
    } catch (error) {
      logger.error("delivery.claim-failed", { error });
      const lanes = [...lanesWantingWork];
      lanesWantingWork.clear();
      for (const lane of lanes) wakeAt(now() + PAUSE_AFTER_FAILURE_MS, lane);
    } finally {
      claiming = undefined;
    }
  }

  /** Takes the lanes that fit one claim. */
  function takeDemand(): readonly Demand[] {
    const demand: Demand[] = [];
    let rows = 0;
    for (const lane of lanesWantingWork) {
      const slots = countToClaim(lane);
      if (demand.length === MAX_LANES_PER_CLAIM || (rows > 0 && rows + slots > MAX_ROWS_PER_CLAIM)) break;
      lanesWantingWork.delete(lane);
      rows += slots;
      if (slots > 0) demand.push({ lane, slots });
    }
    return demand;
  }

  async function claimOnce(): Promise<void> {
    const demand = takeDemand();
    if (demand.length === 0) return;
    const at = now();
    for (const { lane } of demand) lane.backlog = false;
    settledMeanwhile.clear();
    let claimed;
    let going;
    try {
      if (claims.shared) await snapshots.refresh(database.read);
      // Another process may have paused some of them meanwhile, or a listener has taken them over: their deliveries stay.
      going = demand.filter(({ lane }) => !isShut(schedule.getGate(lane.endpoint)));
      if (going.length === 0) {
        for (const { lane } of demand) lane.backlog = true;
        return;
      }
      const startedAt = performance.now();
      claimed = await claims.claim(going, at);
      observer.claimed(claimed.due.length, performance.now() - startedAt);
    } catch (error) {
      for (const { lane } of demand) lanesWantingWork.add(lane);
      throw error;
    }
    const exhausted = new Set(claimed.exhausted);
    for (const { lane } of demand) lane.backlog ||= !exhausted.has(lane);
    for (const delivery of claimed.due) {
      const lane = schedule.getLane(delivery);
      if (isTracked(lane, delivery) || settledMeanwhile.has(delivery.id)) continue;
      schedule.add(lane, delivery);
    }
    onFed(demand.map(({ lane }) => lane));
    // All that was read may have been settled meanwhile, and everything else that was in memory too.
    for (const { lane } of going) if (isForgotten(lane)) wakeAt(now() + PAUSE_AFTER_NOTHING_MS, lane);
    await wakeFor(await claims.nextDue(claimed.exhausted, at));
  }

  return {
    start: () => void (running = true),
    stop: async () => {
      running = false;
      await claiming;
    },
    isRunning: () => running,
    add: (lane) => {
      lanesWantingWork.add(lane);
      claiming ??= Promise.resolve().then(claimLoop);
    },
    isClaiming: () => claiming !== undefined,
    settled: ({ id }) => {
      if (claiming !== undefined && !claims.shared) settledMeanwhile.add(id);
    },
  };
}
