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
import type { DueDelivery, HandOff } from "../model/delivery.ts";
import type { BreakerState } from "../model/endpoint.ts";
import { countQueued, isBeingAttempted } from "../model/lanes.ts";
import type { FindRetrySchedule } from "../model/find-retry-schedule.ts";
import type { Database } from "../store/db/database.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { DueAt, NoticedAt } from "../store/tables/deliveries.ts";
import { createAttempts } from "./attempt.ts";
import { createBatchClaims } from "./batch-claims.ts";
import { createClaims } from "./claim.ts";
import { withBatches } from "./claims-with-batches.ts";
import { createFeed } from "./feed.ts";
import { createFollowUps } from "./follow-ups.ts";
import type { SettledNotice } from "./follow-ups.ts";
import { createHandOff } from "./hand-off.ts";
import { createHeldBack } from "./held-back.ts";
import { NO_OBSERVER } from "./observer.ts";
import type { DeliveryObserver } from "./observer.ts";
import { createPacing } from "./pacing.ts";
import { createPump } from "./pump.ts";
import type { FitAttempt } from "./response-budget.ts";
import { createSchedule } from "./schedule.ts";
import type { Concurrency } from "./schedule.ts";
import { byHttp } from "./transport.ts";
import type { Transport } from "./transport.ts";
import { NO_GATHERING, NOTHING_TO_TELL } from "./settler.ts";
import type { Gathering, RegistryTurn, SettlementTeller } from "./settler.ts";
import { createSettlers } from "./site-settlers.ts";

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
  /** Reports whether this process is attempting the delivery, or has not recorded the result. */
  readonly isBeingAttempted: (delivery: Pick<DueDelivery, "endpointNo" | "id">) => boolean;
  readonly onSettled: (listener: (batch: readonly SettledNotice[]) => void) => () => void;
}

export function createEngine(dependencies: EngineDependencies): Engine {
  const { database, snapshots, logger, now, clock = realClock, observer = NO_OBSERVER } = dependencies;
  const { requestTimeoutMs, mostInFlight = Number.POSITIVE_INFINITY } = dependencies;
  const { proxy } = dependencies.egress;
  const { transport = byHttp(dependencies.egress) } = dependencies;
  let running = false;
  let forgetProxy: (() => void) | undefined;
  const shared = { database, snapshots, now, clock, logger, observer, isRunning: () => running };

  // Each part uses those above it. What it reports goes to a part below.
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
  const settler = createSettlers({
    ...shared,
    gathering: claims.shared ? ON_SERVER : database.file === undefined ? NO_GATHERING : IN_FILE,
    tell: dependencies.tell ?? NOTHING_TO_TELL,
    onSettled: (batch, followed) => followUps.settled(batch, followed),
  });
  const startAttempt = createAttempts({
    ...dependencies,
    transport,
    signingTime: clock.signing,
    fitAttempt: dependencies.fitAttempt ?? ((_endpoint, attempt) => attempt),
    observer,
    schedule,
    settle: settler.add,
    onBreakerChanged: (lane, before) => followUps.breakerChanged(lane, before),
    onEnded: (lane) => followUps.continueEndpoint(lane),
  });
  const feed = createFeed({
    ...shared,
    claims,
    schedule,
    findRetrySchedule: dependencies.findRetrySchedule,
    onHeldBack: ({ endpoint }) => heldBack.lookForTests(endpoint.siteNo),
    onFed: (lanes) => {
      lanes.forEach(schedule.queue);
      pump.request();
    },
  });
  const drain = (endpointNo: number) => schedule.find(endpointNo)?.lanes.flatMap(schedule.drain) ?? [];
  const pacing = createPacing({
    ...shared,
    countQueued: ({ no }) =>
      (schedule.find(no)?.lanes ?? []).reduce((sum, lane) => sum + countQueued(lane), 0),
    onReady: ({ no }) => schedule.find(no)?.lanes.slice(0, 1).forEach(followUps.continueEndpoint),
    onHeldLong: ({ no }) => {
      if (claims.shared) void feed.giveBack(drain(no));
    },
  });
  const pump = createPump({
    ...shared,
    schedule,
    feed,
    settler,
    startAttempt,
    requestTimeoutMs,
    mostInFlight,
  });
  const heldBack = createHeldBack({
    ...shared,
    newLease: claims.newLease,
    isHeldBack: schedule.isHeldBack,
    serves: transport.serves,
    drain: async (endpointNo) => {
      const drained = drain(endpointNo);
      if (drained.length > 0) await feed.giveBack(drained);
    },
    takeBatch: batches.takeLongest,
    getLane: schedule.getLane,
    send: pump.send,
  });
  const parts = { ...shared, claims, schedule, settler, feed, pump, heldBack };
  const followUps = createFollowUps({ ...parts, onTurned: dependencies.onTurned });

  return {
    ...createHandOff(parts),
    start: async () => {
      running = true;
      forgetProxy = proxy?.onChange(followUps.proxyChanged);
      await feed.start();
      heldBack.start();
      pump.start();
    },
    stop: async (ms) => {
      running = false;
      forgetProxy?.();
      pump.stop();
      pacing.stop();
      await heldBack.stop();
      await feed.stop();
      await feed.giveBack([...schedule.list()].flatMap(({ lanes }) => lanes.flatMap(schedule.drain)));
      const deadline = performance.now() + ms;
      while (schedule.slots.inFlight() > 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 10));
      await settler.idle();
    },
    wake: (where) => {
      if (where === undefined) return feed.pollAll();
      if (where.some(({ isUnnumbered }) => isUnnumbered)) void feed.number();
      feed.requestClaims(where);
    },
    drop: pump.drop,
    release: (endpointNos) => void feed.giveBack(endpointNos.flatMap(drain)),
    breakers: () => [...schedule.list()].map(({ state }) => state.breaker),
    status: () => ({
      inFlight: schedule.slots.inFlight(),
      inMemory: schedule.countQueued(),
      unsettled: settler.pending(),
      mostInFlight,
      limitReached: pump.countLimitReached(),
    }),
    isQuiet: () =>
      !pump.isRequested() &&
      !followUps.isLearning() &&
      !pacing.isAsking() &&
      schedule.slots.inFlight() === 0 &&
      feed.isQuiet() &&
      settler.pending() === 0,
    isFull: (endpointNo) =>
      schedule.find(endpointNo)?.lanes.some((lane) => lane.inFlight >= schedule.getCap(lane)) === true,
    // A redelivery may have changed its lane.
    isBeingAttempted: ({ endpointNo, id }) =>
      schedule.find(endpointNo)?.lanes.some((lane) => isBeingAttempted(lane, id)) === true,
    onSettled: followUps.onSettled,
  };
}
