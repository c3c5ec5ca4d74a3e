/**
 * The delivery engine: due → claim → sign → POST → outcome → verdict → settle.
 *
 * Nothing global can be filled up by a bad receiver: each lane of an endpoint has slots of its own, a breaker closes it off,
 * a hanging request gives its place back, and those who answer promptly have places of their own.
 */
import type { Egress, ExchangeResult, Outcome } from "../../egress/index.ts";
import type { Logger } from "../../logger.ts";
import { turnAfter } from "../model/endpoint-life.ts";
import type { Turn } from "../model/endpoint-life.ts";
import type { Database } from "../store/db/database.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { attemptRecord } from "../model/attempt-record.ts";
import { afterAttempt } from "../model/breaker.ts";
import { createClaims } from "./claim.ts";
import { createEndpoints } from "./endpoints.ts";
import type { Concurrency } from "./endpoints.ts";
import { createHasten } from "./far-due.ts";
import { createFeed } from "./feed.ts";
import { createHeldTests } from "./held-tests.ts";
import { averageAfter, createTurns, sizeOf, windowAfter } from "./lanes.ts";
import type { LaneState } from "./lanes.ts";
import { formatId } from "../model/ids.ts";
import { createMemory } from "./memory.ts";
import { NO_OBSERVER } from "./observer.ts";
import type { AttemptTrace, DeliveryObserver } from "./observer.ts";
import { RECLAIM_EVERY_MS, createPlaces } from "./places.ts";
import { createProbes } from "./probes.ts";
import { prepare } from "./prepare.ts";
import type { SignedRequest } from "../model/attempt-record.ts";
import type { Prepared } from "./prepare.ts";
import type { RetryProfile } from "../model/retry-schedules.ts";
import type { FitAttempt } from "./response-budget.ts";
import { NOBODY_TO_TELL, createSettler } from "./settler.ts";
import type { RegistryTurn, SettlementTeller, ToSettle } from "./settler.ts";
import { judge } from "../model/verdict.ts";
import type { Verdict } from "../model/verdict.ts";
import type { DueDelivery, EndpointAt, Lease, NewDelivery, Settlement } from "../model/delivery.ts";
import type { BreakerState } from "../model/endpoint.ts";
import type { Lane } from "../model/event.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** Answered and not yet settled: beyond this nothing new is started. */
const MOST_UNSETTLED = 2_000;
/** Our own failure (no socket, shutting down) is not charged to the receiver. */
const LOCAL_PAUSE_MS = 1_000;
/** Reaching the limit of requests in flight is logged this often. */
const LIMIT_LOGGED_EVERY_MS = 60_000;
/** A transaction on a server costs half a millisecond of its own, whatever is in it. */
const GATHER_MS = 20;
/** A lease outlives the longest request by this much. */
const LEASE_MARGIN_MS = 5_000;

export interface EngineDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly egress: Pick<Egress, "post">;
  /** The retry profile of a receiver. */
  readonly profileOf: (site: SiteSnapshot, delivery: Pick<DueDelivery, "subscriptionNo">) => RetryProfile;
  readonly concurrency: Concurrency;
  readonly requestTimeoutMs: number;
  /** Requests over all endpoints, which the open files of the process allow; no limit when not given. */
  readonly mostInFlight?: number;
  /** The database's time. */
  /** What of an attempt may be stored; all of it when not given. */
  readonly fitAttempt?: FitAttempt;
  readonly now: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  /** Counts and logs what happens. */
  readonly observer?: DeliveryObserver;
  /** Endpoints were paused or resumed, subscriptions are gone, deliveries failed: in the transaction that made it so. */
  readonly tell?: SettlementTeller;
  /** After it was committed, and this process knows it. */
  readonly onTurned?: (turned: readonly RegistryTurn[]) => void;
}

/** What became of a delivery in one batch of settling. */
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
  /** The most requests in flight that are allowed, and how often they were reached. */
  readonly mostInFlight: number;
  readonly limitReached: number;
}

export interface Engine {
  /** Starts to attempt what is due, beginning with everything that waited while no process ran. */
  readonly start: () => Promise<void>;
  /** Starts nothing new, waits up to `ms` for what is under way, settles it and gives leases back. */
  readonly stop: (ms: number) => Promise<void>;
  readonly lease: (endpointNo: number, lane: Lane) => Lease | undefined;
  readonly committed: (deliveries: readonly DueDelivery[]) => void;
  readonly aborted: (deliveries: readonly NewDelivery[]) => void;
  /** Something in the table may be due earlier than known: all lanes, or those named. */
  readonly wake: (where?: readonly DueAt[]) => void;
  /** They were cancelled: what this process holds of them is not sent. */
  readonly drop: (deliveries: readonly (DueAt & { readonly id: string })[]) => void;
  readonly breakers: () => readonly BreakerState[];
  readonly status: () => EngineStatus;
  /** A lane of the endpoint has as many requests in flight here as it may have. */
  readonly isFull: (endpointNo: number) => boolean;
  readonly onSettled: (listener: (batch: readonly SettledNotice[]) => void) => () => void;
}

export function createEngine(dependencies: EngineDependencies): Engine {
  const { database, snapshots, egress, logger, now, observer = NO_OBSERVER } = dependencies;
  const fitAttempt: FitAttempt = dependencies.fitAttempt ?? ((_endpoint, attempt) => attempt);
  const claims = createClaims(database, dependencies.requestTimeoutMs + LEASE_MARGIN_MS);
  const endpoints = createEndpoints(snapshots, dependencies.concurrency, now);
  const memory = createMemory(claims.mostInMemory);
  /** Who answered the last attempt promptly stands in a line of their own, as they have places of their own. */
  const promptTurns = createTurns();
  const otherTurns = createTurns();
  const mostInFlight = dependencies.mostInFlight ?? Number.POSITIVE_INFINITY;
  const places = createPlaces(mostInFlight);
  const listeners = new Set<(batch: readonly SettledNotice[]) => void>();
  /** In memory, and cancelled meanwhile. */
  const dropped = new Set<string>();
  /** Rows whose turn came so late that they go back. */
  let stale: DueDelivery[] = [];

  let running = false;
  let inFlight = 0;
  let isPumpDue = false;
  let isAtLimit = false;
  let limitReached = 0;
  let limitLoggedAt = Number.NEGATIVE_INFINITY;
  let reclaiming: NodeJS.Timeout | undefined;

  const settler = createSettler({
    database,
    now,
    logger,
    observer,
    gatherMs: claims.shared ? GATHER_MS : 0,
    tell: dependencies.tell ?? NOBODY_TO_TELL,
    onSettled: afterSettling,
  });
  const feed = createFeed({
    database,
    snapshots,
    claims,
    endpoints,
    memory,
    hasten: createHasten({ database, snapshots, profileOf: dependencies.profileOf, now, logger }),
    now,
    logger,
    observer,
    onHeldBack: ({ endpoint }) => heldTests.look(endpoint.siteNo),
    onFed: (lanes) => {
      lanes.forEach(queueUp);
      pump();
    },
  });

  const probes = createProbes({
    database,
    snapshots,
    newLease: claims.newLease,
    now,
    logger,
    before: async (endpointNo) => {
      const held = endpoints.known(endpointNo)?.lanes.flatMap(memory.empty) ?? [];
      if (held.length > 0) await feed.giveBack(held);
    },
    // At an endpoint that nothing holds back it is an attempt like any other.
    send: (delivery) => beginAtOnce(delivery, isHeldBack(delivery)),
  });

  const heldTests = createHeldTests({
    database,
    newLease: claims.newLease,
    now,
    logger,
    isHeldBack,
    send: (delivery) => beginAtOnce(delivery, false),
  });

  function isHeldBack(place: EndpointAt): boolean {
    return endpoints.gateOf(endpoints.of(place).state) !== "closed";
  }

  /** Whatever the gate of its endpoint says. */
  function beginAtOnce(delivery: DueDelivery, isProbe: boolean): void {
    const lane = endpoints.laneOf(delivery);
    if (!running || lane.held.has(delivery.id)) return;
    lane.held.add(delivery.id);
    begin(lane, delivery, isProbe);
  }

  function canStart(lane: LaneState): boolean {
    if (sizeOf(lane) === 0 || lane.inFlight + lane.reserved >= endpoints.capOf(lane)) return false;
    const gate = endpoints.gateOf(lane.endpoint);
    return gate === "closed" || (gate === "probing" && lane.endpoint.inFlight === 0);
  }

  function queueUp(lane: LaneState): void {
    if (canStart(lane)) (lane.endpoint.isPrompt ? promptTurns : otherTurns).add(lane);
  }

  function nextTurn(): LaneState | undefined {
    return (
      (places.hasRoom(true) ? promptTurns.next() : undefined) ??
      (places.hasRoom(false) ? otherTurns.next() : undefined)
    );
  }

  /**
   * Starts what can be started, once this turn of the event loop is through. Called whenever something changed. Sending takes
   * longer than anything else here: many answers make one round of it, and the database has its next statement before.
   */
  function pump(): void {
    if (isPumpDue) return;
    isPumpDue = true;
    setImmediate(() => {
      isPumpDue = false;
      startWhatCan();
    });
  }

  function startWhatCan(): void {
    if (!running) return;
    while (settler.pending() < MOST_UNSETTLED) {
      const lane = nextTurn();
      if (lane === undefined) break;
      if (!canStart(lane)) continue;
      const delivery = memory.letGo(lane);
      if (delivery === undefined) continue;
      begin(lane, delivery);
      queueUp(lane);
      feed.topUp(lane);
    }
    noteLimit();
    if (stale.length > 0) {
      void feed.giveBack(stale);
      stale = [];
    }
  }

  function noteLimit(): void {
    const wasAtLimit = isAtLimit;
    isAtLimit = places.isAtLimit();
    if (!isAtLimit || wasAtLimit) return;
    limitReached += 1;
    if (Math.abs(now() - limitLoggedAt) < LIMIT_LOGGED_EVERY_MS) return;
    limitLoggedAt = now();
    logger.warn("delivery.open-files-limit", {
      inFlight,
      mostInFlight,
      hint: "The limit follows from the open files of this process; raise it, for example with ulimit -n",
    });
  }

  function begin(lane: LaneState, delivery: DueDelivery, isProbe = false): void {
    if (dropped.delete(delivery.id)) {
      lane.held.delete(delivery.id);
      // It may have been asked for again since.
      return feed.ask(lane);
    }
    const at = now();
    if (delivery.lease !== undefined && delivery.lease.until < at + dependencies.requestTimeoutMs) {
      // It waited here for so long that the answer could come after the lease has ended.
      lane.held.delete(delivery.id);
      stale.push(delivery);
      return;
    }
    const trace = observer.trace?.(delivery);
    const prepared = prepareSafely(delivery, at, trace?.traceParent);
    if (prepared.kind !== "request") {
      settler.add({
        delivery,
        attempt: undefined,
        settlement:
          prepared.kind === "held"
            ? { state: "postponed", dueAt: prepared.until }
            : { state: "failed", because: prepared.because },
        test: delivery.test,
        gone: false,
      });
      return;
    }
    inFlight += 1;
    lane.inFlight += 1;
    lane.endpoint.inFlight += 1;
    places.take(delivery, lane.endpoint, at);
    observer.started(delivery, Math.max(0, at - delivery.dueAt));
    void egress.post(prepared.request).then(
      (result) => finish(lane, delivery, prepared, result, { trace, isProbe }),
      (error: unknown) => {
        trace?.end(undefined);
        logger.error("delivery.send-failed", { deliveryId: publicId(delivery), error });
        release(lane, delivery);
        settler.add(postponed(delivery));
      },
    );
  }

  /** A body that cannot be read, a URL that cannot be made: ours to log, and not to be tried for ever. */
  function prepareSafely(delivery: DueDelivery, at: number, traceParent: string | undefined): Prepared {
    const site = snapshots.get(delivery.siteNo);
    try {
      return prepare(delivery, site, at, Date.now(), traceParent);
    } catch (error) {
      logger.error("delivery.prepare-failed", { deliveryId: publicId(delivery), error });
      return { kind: "ended", because: "rejected" };
    }
  }

  function postponed(delivery: DueDelivery): ToSettle {
    return {
      delivery,
      attempt: undefined,
      settlement: { state: "postponed", dueAt: now() + LOCAL_PAUSE_MS },
      test: delivery.test,
      gone: false,
    };
  }

  function release(lane: LaneState, delivery: DueDelivery): void {
    inFlight -= 1;
    lane.inFlight -= 1;
    lane.endpoint.inFlight -= 1;
    places.release(delivery, lane.endpoint);
  }

  function finish(
    lane: LaneState,
    delivery: DueDelivery,
    prepared: SignedRequest,
    result: ExchangeResult,
    { trace, isProbe }: { readonly trace: AttemptTrace | undefined; readonly isProbe: boolean },
  ): void {
    const { outcome } = result;
    release(lane, delivery);
    if (outcome.kind === "unreachable" && outcome.reason === "local") {
      trace?.end(undefined);
      settler.add(postponed(delivery));
      return again(lane);
    }
    lane.endpoint.window = windowAfter(lane.endpoint.window, outcome, endpoints.mostSlots);
    lane.endpoint.attemptMs = averageAfter(lane.endpoint.attemptMs, result.timing.durationMs);
    const site = snapshots.get(delivery.siteNo);
    const number = delivery.attempts + 1;
    const endedAt = now();
    const judged = judge(outcome, {
      attempt: number - delivery.scheduleFrom,
      profile: site === undefined ? { steps: [], jitter: 0 } : dependencies.profileOf(site, delivery),
      test: delivery.test,
      now: endedAt,
      random: dependencies.random(),
    });
    const isRetried =
      judged.state === "waiting" || (judged.state === "failed" && judged.because === "exhausted");
    const verdict = isProbe && isRetried ? afterProbe(lane, delivery, endedAt) : judged;
    const turn = delivery.test ? undefined : turnOf(lane, outcome, verdict.state === "failed", endedAt);
    const attempt = fitAttempt(delivery, attemptRecord(number, prepared, result));
    const settled = {
      delivery,
      attempt,
      settlement: verdict,
      test: delivery.test,
      gone: verdict.state === "failed" && verdict.because === "gone",
      isProbe,
      turn,
    };
    trace?.end(attempt);
    observer.attempted(settled);
    settler.add(settled);
    again(lane);
  }

  /** It waits as before; at a paused endpoint behind the others, as it alone may be what the receiver can't take. */
  function afterProbe({ endpoint }: LaneState, { dueAt }: DueDelivery, endedAt: number): Verdict {
    const isPaused = endpoints.gateOf(endpoint) === "paused";
    return { state: "waiting", dueAt: isPaused ? endedAt : Math.max(dueAt, endedAt) };
  }

  /** Counts the attempt, and says what it changes for its endpoint. */
  function turnOf(lane: LaneState, outcome: Outcome, hasEnded: boolean, endedAt: number): Turn | undefined {
    const { endpoint } = lane;
    const isPaused = endpoints.gateOf(endpoint) === "paused";
    changeBreaker(lane, afterAttempt(endpoint.breaker, outcome, hasEnded, endedAt));
    const { failingSince, failedAttempts } = endpoint.breaker;
    const turn = turnAfter(
      { failingSince, failedAttempts, isPaused, recorded: endpoint.recorded, hasEnded },
      endedAt,
    );
    if (turn?.kind === "failing") endpoint.recorded = turn.stage;
    if (turn?.kind === "resumed") endpoint.recorded = 0;
    return turn;
  }

  /** Both lanes of the lane's endpoint. */
  function lanesBeside({ endpoint }: LaneState): readonly LaneState[] {
    return endpoints.known(endpoint.no)?.lanes ?? [];
  }

  function again(lane: LaneState): void {
    for (const each of lanesBeside(lane)) {
      queueUp(each);
      feed.topUp(each);
    }
    pump();
  }

  function changeBreaker(lane: LaneState, state: BreakerState): void {
    const before = lane.endpoint.breaker;
    if (state === before) return;
    lane.endpoint.breaker = state;
    settler.addBreaker(state);
    observer.circuitChanged(before, state);
    if (state.openUntil === undefined) return;
    if (before.openUntil === undefined) giveBackWaiting(lane);
    lanesBeside(lane).forEach(feed.wakeForProbe);
  }

  /** Behind an open breaker a lease would run out; the rows go back and are claimed again later. */
  function giveBackWaiting(lane: LaneState): void {
    if (claims.shared) void feed.giveBack(lanesBeside(lane).flatMap(memory.empty));
  }

  async function learnTurns(turned: readonly RegistryTurn[]): Promise<void> {
    try {
      await snapshots.refresh(database.read);
      feed.lookAround();
    } catch (error) {
      logger.warn("registry.refresh-failed", { error });
    }
    dependencies.onTurned?.(turned);
  }

  function afterSettling(batch: readonly ToSettle[], turned: readonly RegistryTurn[]): void {
    for (const { delivery, settlement } of batch) {
      const lane = endpoints.laneOf(delivery);
      lane.held.delete(delivery.id);
      dropped.delete(delivery.id);
      feed.settled(delivery);
      if (settlement.state === "waiting" || settlement.state === "postponed")
        feed.wakeAt(settlement.dueAt, lane);
    }
    if (turned.length > 0) void learnTurns(turned);
    const notices = batch.map(({ delivery, settlement }) => ({
      siteNo: delivery.siteNo,
      id: delivery.id,
      endpointNo: delivery.endpointNo,
      state: settlement.state,
      test: delivery.test,
      redelivery: delivery.redelivery,
      replayNo: delivery.replayNo,
    }));
    for (const listener of listeners) listener(notices);
    pump();
  }

  return {
    start: async () => {
      running = true;
      await feed.start();
      probes.start();
      reclaiming = setInterval(() => {
        places.reclaim(now());
        pump();
      }, RECLAIM_EVERY_MS);
      pump();
    },
    stop: async (ms) => {
      running = false;
      clearInterval(reclaiming);
      await probes.stop();
      heldTests.stop();
      await feed.stop();
      await feed.giveBack([...endpoints.all()].flatMap(({ lanes }) => lanes.flatMap(memory.empty)));
      const deadline = performance.now() + ms;
      while (inFlight > 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 10));
      await settler.idle();
    },
    lease: (endpointNo, lane) => {
      if (!running || !claims.shared) return undefined;
      const state = endpoints.known(endpointNo)?.lanes[lane];
      // The first delivery to an endpoint waits for a claim: that is how this process learns to know it.
      if (
        state === undefined ||
        state.backlog ||
        !claims.hasRoom(state, endpoints.capOf(state), memory.isCrowded())
      )
        return undefined;
      if (endpoints.gateOf(state.endpoint) !== "closed") return undefined;
      state.reserved += 1;
      return claims.newLease(now());
    },
    committed: (deliveries) => {
      for (const delivery of deliveries) {
        const lane = endpoints.laneOf(delivery);
        const gate = endpoints.gateOf(lane.endpoint);
        const isPaused = gate === "paused";
        if (delivery.test && running && delivery.lease === undefined && (isPaused || gate === "open")) {
          heldTests.look(delivery.siteNo);
          continue;
        }
        if (delivery.lease !== undefined) {
          lane.reserved -= 1;
          memory.hold(lane, delivery);
        } else if (claims.shared || !running || isPaused || lane.backlog || memory.isFull(lane)) {
          feed.ask(lane);
          continue;
        } else if (!lane.held.has(delivery.id)) {
          // It is held when a claim saw it in the table before we heard that it was committed.
          memory.hold(lane, delivery);
        }
        queueUp(lane);
      }
      pump();
    },
    aborted: (deliveries) => {
      for (const delivery of deliveries) {
        if (delivery.lease !== undefined) endpoints.laneOf(delivery).reserved -= 1;
      }
    },
    wake: (where) => {
      if (where === undefined || where.length === 0) return feed.lookAround();
      for (const place of where) feed.ask(endpoints.laneOf(place));
    },
    drop: (deliveries) => {
      for (const delivery of deliveries) {
        if (endpoints.known(delivery.endpointNo)?.lanes[delivery.lane].held.has(delivery.id) === true)
          dropped.add(delivery.id);
      }
    },
    breakers: () => [...endpoints.all()].map(({ state }) => state.breaker),
    status: () => ({
      inFlight,
      inMemory: memory.size(),
      unsettled: settler.pending(),
      mostInFlight,
      limitReached,
    }),
    isFull: (endpointNo) =>
      endpoints.known(endpointNo)?.lanes.some((lane) => lane.inFlight >= endpoints.capOf(lane)) === true,
    onSettled: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const publicId = ({ siteNo, id }: DueDelivery): string => formatId("dlv", siteNo, id);
