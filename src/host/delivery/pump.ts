/**
 * Starts ready deliveries, within the limits of this process: requests in flight, attempts that aren't recorded yet, and the time
 * that is left of a lease.
 */
import type { Logger } from "../../logger.ts";
import { listMembers } from "../model/batch.ts";
import type { DueDelivery } from "../model/delivery.ts";
import { isTracked, track, untrack } from "../model/lanes.ts";
import type { LaneState } from "../model/lanes.ts";
import { RECLAIM_EVERY_MS } from "../model/slot-pool.ts";
import { createSlowStart } from "../model/slow-start.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import type { StartAttempt } from "./attempt.ts";
import type { Feed } from "./feed.ts";
import type { Schedule } from "./schedule.ts";
import type { Settler, ToSettle } from "./settler.ts";

/** Attempts that ended and are not settled: beyond this number none is started. */
const MAX_UNSETTLED = 2_000;
/** After this time, the start of a process is over even if nothing could be recorded. */
const MAX_SLOW_START_MS = 2_000;
/** Reaching the limit of requests in flight is logged once in this time. */
const LIMIT_LOGGED_EVERY_MS = 60_000;

export interface PumpDependencies {
  readonly schedule: Schedule;
  readonly feed: Pick<Feed, "refill" | "requestClaim" | "giveBack">;
  readonly settler: Pick<Settler, "pending">;
  readonly startAttempt: StartAttempt;
  /** Nothing is started while it returns false. */
  readonly isRunning: () => boolean;
  readonly requestTimeoutMs: number;
  readonly mostInFlight: number;
  /** The database's time. */
  readonly now: () => number;
  readonly logger: Logger;
}

export interface Pump {
  /** The time that a process has for its slow start begins. */
  readonly start: () => void;
  readonly stop: () => void;
  /**
   * Starts ready deliveries once this turn of the event loop is over. Called whenever something changed. Sending takes longer
   * than anything else here: many responses make one round of it, and the database gets its next statement before.
   */
  readonly request: () => void;
  readonly isRequested: () => boolean;
  /** Starts a delivery that isn't in the rotation, unless this process has it already. */
  readonly send: (delivery: DueDelivery, isProbe: boolean) => void;
  /** Deliveries were canceled: those in memory are not started. */
  readonly drop: (deliveries: readonly (DueAt & { readonly id: string })[]) => void;
  readonly settled: (batch: readonly ToSettle[]) => void;
  /** Returns the number of times that the limit of requests in flight was reached. */
  readonly countLimitReached: () => number;
}

export function createPump(dependencies: PumpDependencies): Pump {
  const { schedule, feed, settler, startAttempt, isRunning, requestTimeoutMs, now } = dependencies;
  const slowStart = createSlowStart();
  const limit = createLimitLog(dependencies);
  /** Deliveries in memory that were canceled. */
  const dropped = new Set<string>();
  /** Deliveries returned to the queue because their lease is about to expire. */
  let expiringLeases: DueDelivery[] = [];
  let isRequested = false;
  let reclaiming: NodeJS.Timeout | undefined;
  let starting: NodeJS.Timeout | undefined;

  function request(): void {
    if (isRequested) return;
    isRequested = true;
    if (isRunning()) reclaiming ??= setInterval(reclaim, RECLAIM_EVERY_MS);
    setImmediate(() => {
      isRequested = false;
      if (isRunning()) startReadyDeliveries();
    });
  }

  /** Ends when there is nothing to do: an idle host isn't woken for it. */
  function reclaim(): void {
    if (schedule.slots.inFlight() === 0 && schedule.countQueued() === 0) {
      clearInterval(reclaiming);
      reclaiming = undefined;
      return;
    }
    slowStart.grow(schedule.slots.reclaim(now()));
    request();
  }

  function startReadyDeliveries(): void {
    while (settler.pending() < MAX_UNSETTLED && slowStart.mayBegin(countUnrecorded())) {
      const next = schedule.takeNext();
      if (next === undefined) break;
      start(next.lane, next.delivery, false);
      schedule.queue(next.lane);
      feed.refill(next.lane);
    }
    limit.note();
    if (expiringLeases.length > 0) {
      void feed.giveBack(expiringLeases);
      expiringLeases = [];
    }
  }

  /** Requests that hang don't count: they must not hold up others. */
  const countUnrecorded = (): number => schedule.slots.held() + settler.pending();

  function start(lane: LaneState, delivery: DueDelivery, isProbe: boolean): void {
    if (isDropped(delivery)) {
      untrack(lane, delivery);
      // The rest of its batch is taken apart by a claim.
      if (delivery.batch !== undefined) expiringLeases.push(delivery);
      // It may have been redelivered since.
      return feed.requestClaim(lane);
    }
    if (delivery.lease !== undefined && delivery.lease.until < now() + requestTimeoutMs) {
      // After such a long wait, the response could come when the lease has expired.
      untrack(lane, delivery);
      expiringLeases.push(delivery);
      return;
    }
    startAttempt(lane, delivery, isProbe);
  }

  function isDropped(delivery: DueDelivery): boolean {
    if (dropped.size === 0) return false;
    return listMembers(delivery).filter(({ id }) => dropped.delete(id)).length > 0;
  }

  return {
    start: () => {
      starting = setTimeout(() => {
        slowStart.end();
        request();
      }, MAX_SLOW_START_MS);
      request();
    },
    stop: () => {
      clearInterval(reclaiming);
      clearTimeout(starting);
    },
    request,
    isRequested: () => isRequested,
    send: (delivery, isProbe) => {
      const lane = schedule.getLane(delivery);
      if (!isRunning() || isTracked(lane, delivery)) return;
      track(lane, delivery);
      start(lane, delivery, isProbe);
    },
    drop: (deliveries) => {
      for (const { endpointNo, lane, id } of deliveries)
        if (schedule.find(endpointNo)?.lanes[lane].trackedIds.has(id) === true) dropped.add(id);
    },
    settled: (batch) => {
      slowStart.grow(batch.length);
      if (dropped.size > 0) for (const { delivery } of batch) dropped.delete(delivery.id);
    },
    countLimitReached: limit.countReached,
  };
}

type LimitLogDependencies = Pick<PumpDependencies, "schedule" | "mostInFlight" | "now" | "logger">;

/** Counts how often the limit of requests in flight is reached, and logs it now and then. */
function createLimitLog({ schedule: { slots }, mostInFlight, now, logger }: LimitLogDependencies) {
  let isAtLimit = false;
  let reached = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return {
    note: (): void => {
      const wasAtLimit = isAtLimit;
      isAtLimit = slots.isAtLimit();
      if (!isAtLimit || wasAtLimit) return;
      reached += 1;
      if (Math.abs(now() - loggedAt) < LIMIT_LOGGED_EVERY_MS) return;
      loggedAt = now();
      logger.warn("delivery.open-files-limit", {
        inFlight: slots.inFlight(),
        mostInFlight,
        hint: "The limit follows from the open files of this process; raise it, for example with ulimit -n",
      });
    },
    countReached: () => reached,
  };
}
