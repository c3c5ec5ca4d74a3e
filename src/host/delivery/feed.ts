/**
 * Brings due deliveries from the table into the schedule: when a lane has capacity and the table has more, when the next one
 * falls due, and on PostgreSQL when another process died or wrote something.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import type { NextDue } from "../store/tables/deliveries.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { createAlarms } from "./alarms.ts";
import type { Claims, Demand } from "./claim.ts";
import { createHasten } from "./far-due.ts";
import type { LaneState } from "../model/lanes.ts";
import type { FindRetrySchedule } from "../model/retry-schedules.ts";
import type { DeliveryObserver } from "./observer.ts";
import type { Schedule } from "./schedule.ts";
import type { DueDelivery } from "../model/delivery.ts";

const MAX_LANES_PER_CLAIM = 500;
const MAX_ROWS_PER_CLAIM = 2_000;
const PAUSE_AFTER_FAILURE_MS = 1_000;
const POLL_MS = 5_000;
const SWEEP_MS = 500;
/** Polling all lanes takes at most this part of the time, unless its rests would be longer than the maximum. */
const POLL_SHARE = 1 / 5;
const MAX_REST_MS = 1_000;

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
  /** The same if the table has more and a claim is worth its cost. */
  readonly refill: (lane: LaneState) => void;
  /** A delivery of the lane in the table falls due at that time. */
  readonly wakeAt: (at: number, lane: LaneState) => void;
  /** The lane's circuit opened. Nothing is claimed behind it, so its probe needs an alarm of its own. */
  readonly wakeForProbe: (lane: LaneState) => void;
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
  const lanesWantingWork = new Set<LaneState>();
  const timers = new Set<NodeJS.Timeout>();
  /** Skipped: a claim that writes nothing may read a row as it was before it was settled, which would be sent twice. */
  const settledMeanwhile = new Set<string>();
  let running = false;
  let claiming: Promise<void> | undefined;
  let polling: Promise<void> | undefined;
  let isPollRequested = false;

  const countToClaim = (lane: LaneState): number =>
    claims.countToClaim(lane, schedule.getCap(lane), schedule.isCrowded());

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
    if (!running) return;
    const gate = schedule.getGate(lane.endpoint);
    if (gate === "paused" || gate === "open") onHeldBack(lane);
    if (gate === "paused") return;
    if (gate === "open") return wakeForProbe(lane);
    lanesWantingWork.add(lane);
    claiming ??= Promise.resolve().then(claimLoop);
  }

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

  async function claimOnce(): Promise<void> {
    const demand: Demand[] = [];
    let rows = 0;
    for (const lane of lanesWantingWork) {
      const slots = countToClaim(lane);
      if (demand.length === MAX_LANES_PER_CLAIM || (rows > 0 && rows + slots > MAX_ROWS_PER_CLAIM)) break;
      lanesWantingWork.delete(lane);
      rows += slots;
      if (slots > 0) demand.push({ lane, slots });
    }
    if (demand.length === 0) return;
    const at = now();
    for (const { lane } of demand) lane.backlog = false;
    settledMeanwhile.clear();
    let claimed;
    try {
      if (claims.shared) await snapshots.refresh(database.read);
      // Another process may have paused some of them meanwhile: their deliveries stay where they are.
      const going = demand.filter(({ lane }) => schedule.getGate(lane.endpoint) !== "paused");
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
      if (lane.trackedIds.has(delivery.id) || settledMeanwhile.has(delivery.id)) continue;
      schedule.add(lane, delivery);
    }
    onFed(demand.map(({ lane }) => lane));
    await wakeFor(await claims.nextDue(claimed.exhausted, at));
  }

  async function wakeFor(next: readonly NextDue[]): Promise<void> {
    for (const due of next) wakeAt(due.dueAt, schedule.getLane(due));
    for (const due of await hasten(next)) requestClaim(schedule.getLane(due));
  }

  async function lookUpDue(): Promise<void> {
    await wakeFor(await claims.nextDueOfAll());
  }

  /** Every change of the registry asks for a poll: a request during a poll or its rest makes one more. */
  function pollAll(): void {
    if (polling !== undefined) {
      isPollRequested = true;
      return;
    }
    isPollRequested = false;
    const startedAt = performance.now();
    polling = poll()
      .then(() => {
        const restMs = (1 / POLL_SHARE - 1) * (performance.now() - startedAt);
        return sleep(Math.min(restMs, MAX_REST_MS), undefined, { ref: false });
      })
      .finally(() => {
        polling = undefined;
        if (isPollRequested && running) pollAll();
      });
  }

  async function poll(): Promise<void> {
    try {
      await snapshots.refresh(database.read);
      // A process that only accepts hears of the same notices.
      if (running) await lookUpDue();
    } catch (error) {
      logger.warn("delivery.poll-failed", { error });
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
      running = true;
      await lookUpDue();
      if (claims.shared) {
        timers.add(setInterval(() => void poll(), POLL_MS));
        timers.add(setInterval(() => void sweep(), SWEEP_MS));
      }
      alarms.start();
    },
    stop: async () => {
      running = false;
      for (const timer of timers) clearInterval(timer);
      alarms.stop();
      await claiming;
    },
    requestClaim,
    refill: (lane) => {
      if (lane.backlog && countToClaim(lane) > 0) requestClaim(lane);
    },
    wakeAt,
    wakeForProbe,
    pollAll,
    isQuiet: () => claiming === undefined && polling === undefined,
    settled: ({ id }) => {
      if (claiming !== undefined && !claims.shared) settledMeanwhile.add(id);
    },
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
