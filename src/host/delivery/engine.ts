/**
 * The delivery engine: due → claim → sign → POST → outcome → verdict → settle.
 *
 * A bad receiver can fill up nothing that is shared: each lane of an endpoint has its own slots, a circuit breaker cuts it off,
 * a request that hangs loses its slot, and prompt endpoints have slots of their own.
 */
import { realClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { Egress } from "../../egress/index.ts";
import type { Logger } from "../../logger.ts";
import type { DueDelivery, HandOff, Settlement } from "../model/delivery.ts";
import type { BreakerState } from "../model/endpoint.ts";
import { listMembers } from "../model/batch.ts";
import { countQueued, isTracked, track, untrack } from "../model/lanes.ts";
import type { LaneState } from "../model/lanes.ts";
import type { FindRetrySchedule } from "../model/find-retry-schedule.ts";
import { RECLAIM_EVERY_MS } from "../model/slot-pool.ts";
import { createSlowStart } from "../model/slow-start.ts";
import type { Database } from "../store/db/database.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { DueAt, NoticedAt } from "../store/tables/deliveries.ts";
import { createAttempts } from "./attempt.ts";
import { createBatchClaims } from "./batch-claims.ts";
import { createClaims } from "./claim.ts";
import { withBatches } from "./claims-with-batches.ts";
import { createFeed } from "./feed.ts";
import { createHeldBack } from "./held-back.ts";
import { NO_OBSERVER } from "./observer.ts";
import type { DeliveryObserver } from "./observer.ts";
import { createPacing } from "./pacing.ts";
import type { FitAttempt } from "./response-budget.ts";
import { createSchedule, isShut } from "./schedule.ts";
import type { Concurrency } from "./schedule.ts";
import { byHttp } from "./transport.ts";
import type { Transport } from "./transport.ts";
import { NO_GATHERING, NOTHING_TO_TELL } from "./settler.ts";
import type { Followed, Gathering, RegistryTurn, SettlementTeller, ToSettle } from "./settler.ts";
import { createSettlers } from "./site-settlers.ts";

/** Attempts that ended and are not settled: beyond this number none is started. */
const MAX_UNSETTLED = 2_000;
/** After this time, the start of a process is over even if nothing could be recorded. */
const MAX_SLOW_START_MS = 2_000;
/** Reaching the limit of requests in flight is logged once in this time. */
const LIMIT_LOGGED_EVERY_MS = 60_000;
/** A transaction on a database server costs half a millisecond, even an empty one. */
const ON_SERVER: Gathering = { when: "always", ms: 20 };
/** In a file, one costs a write to the disk: at a few hundred events per second as much CPU time as all else for their results. */
const IN_FILE: Gathering = { when: "busy", ms: 50 };
/** Time that a lease lasts beyond the longest request. */
const LEASE_MARGIN_MS = 5_000;

export interface EngineDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  /** Without a proxy when that is left out. */
  readonly egress: Pick<Egress, "post"> & { readonly proxy?: Egress["proxy"] };
  /** By HTTP alone when left out. */
  readonly transport?: Transport;
  readonly findRetrySchedule: FindRetrySchedule;
  readonly concurrency: Concurrency;
  readonly requestTimeoutMs: number;
  /** Maximum number of requests over all endpoints, from the open files of the process; no limit when left out. */
  readonly mostInFlight?: number;
  /** Returns the part of an attempt that may be stored; all of it when left out. */
  readonly fitAttempt?: FitAttempt;
  /** The database's time. */
  readonly now: () => number;
  /** The computer's own when left out. */
  readonly clock?: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Counts and logs what happens. */
  readonly observer?: DeliveryObserver;
  /** Records pauses, resumptions, 410s and failed deliveries, in the transaction that made them. */
  readonly tell?: SettlementTeller;
  /** Called after the commit, once this process knows. */
  readonly onTurned?: (turned: readonly RegistryTurn[]) => void;
}

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

export interface EngineStatus {
  readonly inFlight: number;
  readonly inMemory: number;
  readonly unsettled: number;
  /** Maximum number of requests in flight, and how often it was reached. */
  readonly mostInFlight: number;
  readonly limitReached: number;
}

export interface Engine extends HandOff {
  /** Starts to attempt what is due, beginning with everything that waited while no process ran. */
  readonly start: () => Promise<void>;
  /** Starts nothing new, waits up to `ms` for requests in flight, settles them and gives leases back. */
  readonly stop: (ms: number) => Promise<void>;
  /** Something in the table may be due earlier than known: in those lanes, or in any when left out. */
  readonly wake: (where?: readonly NoticedAt[]) => void;
  /** Deliveries were canceled: those in memory are not sent. */
  readonly drop: (deliveries: readonly (DueAt & { readonly id: string })[]) => void;
  /** Another process may send to these endpoints from now on: what this one has in memory goes back to the table. */
  readonly release: (endpointNos: readonly number[]) => void;
  readonly breakers: () => readonly BreakerState[];
  readonly status: () => EngineStatus;
  /** Reports whether nothing happens until time passes or something new comes. */
  readonly isQuiet: () => boolean;
  /** Reports whether a lane of the endpoint has as many requests in flight here as it may have. */
  readonly isFull: (endpointNo: number) => boolean;
  readonly onSettled: (listener: (batch: readonly SettledNotice[]) => void) => () => void;
}

export function createEngine(dependencies: EngineDependencies): Engine {
  const { database, snapshots, logger, now, clock = realClock, observer = NO_OBSERVER } = dependencies;
  const { requestTimeoutMs, mostInFlight = Number.POSITIVE_INFINITY } = dependencies;
  const { proxy } = dependencies.egress;
  const { transport = byHttp(dependencies.egress) } = dependencies;
  const shared = { database, snapshots, now, clock, logger, observer };
  const ownClaims = createClaims(database, requestTimeoutMs + LEASE_MARGIN_MS);
  const batches = createBatchClaims({ database, snapshots, newLease: ownClaims.newLease });
  const claims = withBatches(ownClaims, batches);
  const schedule = createSchedule({
    ...shared,
    concurrency: dependencies.concurrency,
    maxQueued: claims.maxInMemory,
    maxInFlight: mostInFlight,
    proxy,
    serves: transport.serves,
    onRateReached: (endpoint) => pacing.wait(endpoint),
  });
  const pacing = createPacing({
    ...shared,
    countQueued: ({ no }) =>
      (schedule.find(no)?.lanes ?? []).reduce((sum, lane) => sum + countQueued(lane), 0),
    onReady: ({ no }) => schedule.find(no)?.lanes.slice(0, 1).forEach(continueEndpoint),
    onHeldLong: ({ no }) => {
      if (claims.shared) void feed.giveBack((schedule.find(no)?.lanes ?? []).flatMap(schedule.drain));
    },
  });
  const slowStart = createSlowStart();
  const listeners = new Set<(batch: readonly SettledNotice[]) => void>();
  /** Deliveries in memory that were canceled. */
  const dropped = new Set<string>();
  /** Deliveries returned to the queue because their lease is about to expire. */
  let expiringLeases: DueDelivery[] = [];

  let running = false;
  let isPumpDue = false;
  let learning = 0;
  let isAtLimit = false;
  let limitReached = 0;
  let limitLoggedAt = Number.NEGATIVE_INFINITY;
  let reclaiming: NodeJS.Timeout | undefined;
  let starting: NodeJS.Timeout | undefined;
  let forgetProxy: (() => void) | undefined;

  const settler = createSettlers({
    ...shared,
    gathering: claims.shared ? ON_SERVER : database.file === undefined ? NO_GATHERING : IN_FILE,
    tell: dependencies.tell ?? NOTHING_TO_TELL,
    onSettled: afterSettling,
  });
  const feed = createFeed({
    ...shared,
    claims,
    schedule,
    findRetrySchedule: dependencies.findRetrySchedule,
    onHeldBack: ({ endpoint }) => heldBack.lookForTests(endpoint.siteNo),
    onFed: (lanes) => {
      lanes.forEach(schedule.queue);
      pump();
    },
  });
  const heldBack = createHeldBack({
    ...shared,
    newLease: claims.newLease,
    isHeldBack: schedule.isHeldBack,
    serves: transport.serves,
    drain: async (endpointNo) => {
      const drained = schedule.find(endpointNo)?.lanes.flatMap(schedule.drain) ?? [];
      if (drained.length > 0) await feed.giveBack(drained);
    },
    takeBatch: batches.takeLongest,
    getLane: schedule.getLane,
    send: (delivery, isProbe) => {
      const lane = schedule.getLane(delivery);
      if (!running || isTracked(lane, delivery)) return;
      track(lane, delivery);
      start(lane, delivery, isProbe);
    },
  });
  const startAttempt = createAttempts({
    ...dependencies,
    transport,
    signingTime: clock.signing,
    fitAttempt: dependencies.fitAttempt ?? ((_endpoint, attempt) => attempt),
    observer,
    schedule,
    settle: settler.add,
    onBreakerChanged: afterBreakerChange,
    onEnded: continueEndpoint,
  });

  /**
   * Starts ready deliveries once this turn of the event loop is over. Called whenever something changed. Sending takes longer
   * than anything else here: many responses make one round of it, and the database gets its next statement before.
   */
  function pump(): void {
    if (isPumpDue) return;
    isPumpDue = true;
    if (running) reclaiming ??= setInterval(reclaim, RECLAIM_EVERY_MS);
    setImmediate(() => {
      isPumpDue = false;
      if (running) startReadyDeliveries();
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
    pump();
  }

  function startReadyDeliveries(): void {
    while (settler.pending() < MAX_UNSETTLED && slowStart.mayBegin(countUnrecorded())) {
      const next = schedule.takeNext();
      if (next === undefined) break;
      start(next.lane, next.delivery, false);
      schedule.queue(next.lane);
      feed.refill(next.lane);
    }
    noteLimit();
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

  function noteLimit(): void {
    const wasAtLimit = isAtLimit;
    isAtLimit = schedule.slots.isAtLimit();
    if (!isAtLimit || wasAtLimit) return;
    limitReached += 1;
    if (Math.abs(now() - limitLoggedAt) < LIMIT_LOGGED_EVERY_MS) return;
    limitLoggedAt = now();
    logger.warn("delivery.open-files-limit", {
      inFlight: schedule.slots.inFlight(),
      mostInFlight,
      hint: "The limit follows from the open files of this process; raise it, for example with ulimit -n",
    });
  }

  function continueEndpoint(lane: LaneState): void {
    for (const each of schedule.listBeside(lane)) {
      schedule.queue(each);
      feed.refill(each);
    }
    pump();
  }

  function afterBreakerChange(lane: LaneState, before: BreakerState): void {
    const { breaker } = lane.endpoint;
    settler.addBreaker(breaker);
    observer.circuitChanged(before, breaker);
    if (breaker.openUntil === undefined) return;
    const lanes = schedule.listBeside(lane);
    // Leases would expire behind an open circuit: the deliveries go back and are claimed again later.
    if (before.openUntil === undefined && claims.shared) void feed.giveBack(lanes.flatMap(schedule.drain));
    lanes.forEach(feed.wakeForProbe);
  }

  /** While the proxy fails, its endpoints are as behind an open circuit. Then everything that waits goes on. */
  function afterProxyChange(): void {
    const lanes = [...schedule.list()].flatMap((endpoint) => endpoint.lanes);
    const blocked = lanes.filter(({ endpoint }) => schedule.getGate(endpoint) === "open");
    if (claims.shared) void feed.giveBack(blocked.flatMap(schedule.drain));
    for (const lane of lanes) {
      schedule.queue(lane);
      if (lane.backlog) feed.requestClaim(lane);
    }
    pump();
  }

  function afterSettling(batch: readonly ToSettle[], { turned, freed }: Followed): void {
    slowStart.grow(batch.length);
    claims.settled(batch.length, now());
    for (const { delivery, settlement } of batch) {
      const lane = schedule.getLane(delivery);
      lane.trackedIds.delete(delivery.id);
      dropped.delete(delivery.id);
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
    pump();
  }

  async function learnTurns(turned: readonly RegistryTurn[]): Promise<void> {
    learning += 1;
    try {
      await snapshots.refresh(database.read);
      feed.pollAll();
      await heldBack.lookForProbes();
    } catch (error) {
      logger.warn("registry.refresh-failed", { error });
    }
    dependencies.onTurned?.(turned);
  }

  /** Returns true when the delivery is in memory now, false when a claim will bring it. */
  function takeOver(delivery: DueDelivery, lane: LaneState): boolean {
    if (delivery.lease !== undefined) {
      lane.reserved -= 1;
      schedule.add(lane, delivery);
      return true;
    }
    const isLeftInTable =
      claims.shared ||
      !running ||
      lane.backlog ||
      // Its batch is formed in the table, also when the commit took longer than a batch gathers.
      (lane.endpoint.batch !== undefined && !delivery.test) ||
      isShut(schedule.getGate(lane.endpoint)) ||
      schedule.isFull(lane);
    if (isLeftInTable) return false;
    // A claim may have seen it in the table before its commit was heard of.
    if (!lane.trackedIds.has(delivery.id)) schedule.add(lane, delivery);
    return true;
  }

  return {
    start: async () => {
      running = true;
      forgetProxy = proxy?.onChange(afterProxyChange);
      await feed.start();
      heldBack.start();
      starting = setTimeout(() => {
        slowStart.end();
        pump();
      }, MAX_SLOW_START_MS);
      pump();
    },
    stop: async (ms) => {
      running = false;
      forgetProxy?.();
      clearInterval(reclaiming);
      clearTimeout(starting);
      pacing.stop();
      await heldBack.stop();
      await feed.stop();
      await feed.giveBack([...schedule.list()].flatMap(({ lanes }) => lanes.flatMap(schedule.drain)));
      const deadline = performance.now() + ms;
      while (schedule.slots.inFlight() > 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 10));
      await settler.idle();
    },
    lease: (endpointNo, laneNo) => {
      const lane = schedule.find(endpointNo)?.lanes[laneNo];
      // The first delivery to an endpoint waits for a claim, by which this process learns of it.
      if (!running || lane === undefined || lane.backlog || lane.endpoint.rate !== undefined)
        return undefined;
      if (!claims.canLease(lane, schedule.getCap(lane), schedule.isCrowded())) return undefined;
      if (schedule.getGate(lane.endpoint) !== "closed") return undefined;
      lane.reserved += 1;
      return claims.newLease(now());
    },
    committed: (deliveries) => {
      for (const delivery of deliveries) {
        const lane = schedule.getLane(delivery);
        if (delivery.lease === undefined && delivery.dueAt > now()) {
          feed.wakeAt(delivery.dueAt, lane);
          // It may fill a batch.
          if (lane.endpoint.batch !== undefined) feed.requestClaim(lane);
          continue;
        }
        const gate = schedule.getGate(lane.endpoint);
        const isUnleasedTest = delivery.test && delivery.lease === undefined;
        if (running && isUnleasedTest && (gate === "paused" || gate === "open"))
          heldBack.lookForTests(delivery.siteNo);
        else if (takeOver(delivery, lane)) schedule.queue(lane);
        else feed.requestClaim(lane);
      }
      pump();
    },
    number: () => void feed.number(),
    aborted: (deliveries) => {
      for (const delivery of deliveries)
        if (delivery.lease !== undefined) schedule.getLane(delivery).reserved -= 1;
    },
    wake: (where) => {
      if (where === undefined) return feed.pollAll();
      if (where.some(({ isUnnumbered }) => isUnnumbered)) void feed.number();
      feed.requestClaims(where);
    },
    drop: (deliveries) => {
      for (const { endpointNo, lane, id } of deliveries)
        if (schedule.find(endpointNo)?.lanes[lane].trackedIds.has(id) === true) dropped.add(id);
    },
    release: (endpointNos) => {
      const lanes = endpointNos.flatMap((no) => schedule.find(no)?.lanes ?? []);
      void feed.giveBack(lanes.flatMap(schedule.drain));
    },
    breakers: () => [...schedule.list()].map(({ state }) => state.breaker),
    status: () => ({
      inFlight: schedule.slots.inFlight(),
      inMemory: schedule.countQueued(),
      unsettled: settler.pending(),
      mostInFlight,
      limitReached,
    }),
    isQuiet: () =>
      !isPumpDue &&
      learning === 0 &&
      !pacing.isAsking() &&
      schedule.slots.inFlight() === 0 &&
      feed.isQuiet() &&
      settler.pending() === 0,
    isFull: (endpointNo) =>
      schedule.find(endpointNo)?.lanes.some((lane) => lane.inFlight >= schedule.getCap(lane)) === true,
    onSettled: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
