/**
 * The delivery engine: due → claim → sign → POST → outcome → verdict → settle.
 *
 * Nothing global can be filled up by a bad receiver: each lane of an endpoint has slots of its own, a breaker closes it off,
 * a hanging request gives its place back, and those who answer promptly have places of their own.
 */
import type { Egress, ExchangeResult } from "../../egress/index.ts";
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/database.ts";
import type { DueAt, DueDelivery, Lease, NewDelivery, Settlement } from "../store/deliveries.ts";
import type { BreakerState } from "../store/endpoints.ts";
import type { Lane } from "../store/events.ts";
import type { SiteSnapshot, Snapshots } from "../store/snapshot.ts";
import { createAlarms } from "./alarms.ts";
import { attemptRecord } from "./attempt-record.ts";
import { afterAttempt, gateOf } from "./breaker.ts";
import { createClaims } from "./claim.ts";
import { createEndpoint, createLane, createTurns, push, shift, sizeOf, windowAfter } from "./lanes.ts";
import type { EndpointState, LaneState } from "./lanes.ts";
import { RECLAIM_EVERY_MS, createPlaces } from "./places.ts";
import { prepare } from "./prepare.ts";
import type { Prepared, ResolveUrl, SignedRequest } from "./prepare.ts";
import type { RetryProfile } from "./profiles.ts";
import { createSettler } from "./settler.ts";
import type { ToSettle } from "./settler.ts";
import { judge } from "./verdict.ts";

/** Answered and not yet settled: beyond this nothing new is started. */
const MOST_UNSETTLED = 2_000;
/** What memory holds of the waiting deliveries; the table holds the rest. */
const MOST_IN_LANE = 5_000;
const MOST_IN_MEMORY = 20_000;
const MOST_BYTES_IN_MEMORY = 64 * 1024 * 1024;
const MOST_LANES_PER_CLAIM = 500;
/** Our own failure (no socket, shutting down) is not charged to the receiver. */
const LOCAL_PAUSE_MS = 1_000;
/** A lease outlives the longest request by this much. */
const LEASE_MARGIN_MS = 5_000;
const POLL_MS = 5_000;
const SWEEP_MS = 500;

export interface EngineDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly egress: Pick<Egress, "post">;
  readonly resolveUrl: ResolveUrl;
  /** The retry profile of a receiver. */
  readonly profileOf: (site: SiteSnapshot, delivery: DueDelivery) => RetryProfile;
  readonly concurrency: { readonly primary: number; readonly secondary: number };
  readonly requestTimeoutMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  /** An endpoint has failed for so long that it is paused now. */
  readonly onPaused?: (state: BreakerState) => void;
}

/** What became of a delivery in one batch of settling. */
export interface SettledNotice {
  readonly siteNo: number;
  readonly id: string;
  readonly endpointNo: number;
  readonly state: Settlement["state"];
}

export interface EngineStatus {
  readonly inFlight: number;
  readonly inMemory: number;
  readonly unsettled: number;
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
  /** The endpoint is given a fresh chance: its breaker closes. */
  readonly closeBreaker: (endpointNo: number) => void;
  readonly breakers: () => readonly BreakerState[];
  readonly status: () => EngineStatus;
  readonly onSettled: (listener: (batch: readonly SettledNotice[]) => void) => () => void;
}

export function createEngine(dependencies: EngineDependencies): Engine {
  const { database, snapshots, egress, logger, now } = dependencies;
  const claims = createClaims(database, dependencies.requestTimeoutMs + LEASE_MARGIN_MS);
  const endpoints = new Map<
    number,
    { readonly state: EndpointState; readonly lanes: readonly [LaneState, LaneState] }
  >();
  /** Who answered the last attempt promptly stands in a line of their own, as they have places of their own. */
  const promptTurns = createTurns();
  const otherTurns = createTurns();
  const places = createPlaces();
  const alarms = createAlarms(now, ring);
  const hungry = new Set<LaneState>();
  const listeners = new Set<(batch: readonly SettledNotice[]) => void>();
  const timers = new Set<NodeJS.Timeout>();
  /** A claim that writes nothing may show a row as it was before it was settled, and it would be sent twice. */
  const settledMeanwhile = new Set<string>();

  let running = false;
  let inFlight = 0;
  let inMemory = 0;
  let bytesInMemory = 0;
  let pumping = false;
  let claiming: Promise<void> | undefined;

  const settler = createSettler({ database, now, logger, onSettled: afterSettling });

  function lanesOf({ siteNo, endpointNo }: { readonly siteNo: number; readonly endpointNo: number }) {
    const known = endpoints.get(endpointNo);
    if (known !== undefined) return known;
    const saved = snapshots.get(siteNo)?.endpoints.get(endpointNo);
    const breaker: BreakerState = saved ?? {
      siteNo,
      no: endpointNo,
      failures: 0,
      openUntil: undefined,
      opened: 0,
      pausedAt: undefined,
      failingSince: undefined,
      failedDeliveries: 0,
    };
    const state = createEndpoint(siteNo, endpointNo, breaker);
    const made = { state, lanes: [createLane(state, 0), createLane(state, 1)] as const };
    endpoints.set(endpointNo, made);
    return made;
  }
  const laneOf = (place: DueAt): LaneState => lanesOf(place).lanes[place.lane];
  const { primary, secondary } = dependencies.concurrency;
  const mostSlots = Math.max(primary, secondary);
  const capOf = (lane: LaneState): number =>
    Math.min(lane.lane === 0 ? primary : secondary, lane.endpoint.window);

  const isCrowded = (): boolean => inMemory >= MOST_IN_MEMORY || bytesInMemory >= MOST_BYTES_IN_MEMORY;
  const wantedBy = (lane: LaneState): number => claims.wanted(lane, capOf(lane), isCrowded());

  function canStart(lane: LaneState): boolean {
    if (sizeOf(lane) === 0 || lane.inFlight + lane.reserved >= capOf(lane)) return false;
    const gate = gateOf(lane.endpoint.breaker, now());
    return gate === "closed" || (gate === "probing" && lane.endpoint.inFlight === 0);
  }

  function hold(lane: LaneState, delivery: DueDelivery): void {
    push(lane, delivery);
    inMemory += 1;
    bytesInMemory += delivery.body.length;
  }

  /** The next of the lane, which no longer waits in memory. */
  function letGo(lane: LaneState): DueDelivery | undefined {
    const delivery = shift(lane);
    if (delivery === undefined) return undefined;
    inMemory -= 1;
    bytesInMemory -= delivery.body.length;
    return delivery;
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

  /** Starts what can be started. Called whenever something changed; cheap when nothing can. */
  function pump(): void {
    if (!running || pumping) return;
    pumping = true;
    while (settler.pending() < MOST_UNSETTLED) {
      const lane = nextTurn();
      if (lane === undefined) break;
      if (!canStart(lane)) continue;
      const delivery = letGo(lane);
      if (delivery === undefined) continue;
      begin(lane, delivery);
      queueUp(lane);
      if (lane.backlog && wantedBy(lane) > 0) askForMore(lane);
    }
    pumping = false;
  }

  function begin(lane: LaneState, delivery: DueDelivery): void {
    const at = now();
    if (delivery.lease !== undefined && delivery.lease.until < at + dependencies.requestTimeoutMs) {
      // It waited here for so long that the answer could come after the lease has ended.
      lane.held.delete(delivery.id);
      lane.backlog = true;
      void claims
        .giveBack([delivery])
        .catch((error: unknown) => logger.warn("delivery.give-back-failed", { error }));
      return;
    }
    const prepared = prepareSafely(delivery, at);
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
    void egress.post(prepared.request).then(
      (result) => finish(lane, delivery, prepared, result),
      (error: unknown) => {
        logger.error("delivery.attempt-threw", { deliveryId: delivery.id, error });
        release(lane, delivery);
        settler.add(postponed(delivery));
      },
    );
  }

  /** A body that cannot be read, a URL that cannot be made: ours to log, and not to be tried for ever. */
  function prepareSafely(delivery: DueDelivery, at: number): Prepared {
    try {
      return prepare(delivery, snapshots.get(delivery.siteNo), dependencies.resolveUrl, at);
    } catch (error) {
      logger.error("delivery.not-preparable", { deliveryId: delivery.id, error });
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
  ): void {
    const { outcome } = result;
    release(lane, delivery);
    if (outcome.kind === "unreachable" && outcome.reason === "local") {
      settler.add(postponed(delivery));
      return again(lane);
    }
    lane.endpoint.window = windowAfter(lane.endpoint.window, outcome, mostSlots);
    const site = snapshots.get(delivery.siteNo);
    const number = delivery.attempts + 1;
    const endedAt = now();
    const verdict = judge(outcome, {
      attempt: number - delivery.scheduleFrom,
      profile: site === undefined ? { steps: [], jitter: 0 } : dependencies.profileOf(site, delivery),
      test: delivery.test,
      now: endedAt,
      random: dependencies.random(),
    });
    if (!delivery.test)
      changeBreaker(lane, afterAttempt(lane.endpoint.breaker, outcome, verdict.state === "failed", endedAt));
    const attempt = attemptRecord(number, prepared, result);
    settler.add({
      delivery,
      attempt,
      settlement: verdict,
      test: delivery.test,
      gone: verdict.state === "failed" && verdict.because === "gone",
    });
    logger.debug("delivery.attempted", {
      deliveryId: delivery.id,
      number,
      outcome: attempt.outcome,
      state: verdict.state,
    });
    again(lane);
  }

  function again(lane: LaneState): void {
    for (const each of lanesOf({ siteNo: lane.endpoint.siteNo, endpointNo: lane.endpoint.no }).lanes) {
      queueUp(each);
      if (each.backlog && wantedBy(each) > 0) askForMore(each);
    }
    pump();
  }

  function changeBreaker(lane: LaneState, state: BreakerState): void {
    const before = lane.endpoint.breaker;
    if (state === before) return;
    lane.endpoint.breaker = state;
    settler.addBreaker(state);
    if (state.pausedAt !== undefined && before.pausedAt === undefined) dependencies.onPaused?.(state);
    if (state.openUntil === undefined) return;
    if (before.openUntil === undefined) {
      logger.warn("endpoint.opened", {
        siteNo: state.siteNo,
        endpointNo: state.no,
        failures: state.failures,
      });
      giveBackWaiting(state.no);
    }
    for (const each of lanesOf({ siteNo: state.siteNo, endpointNo: state.no }).lanes) wakeForProbe(each);
  }

  /** Behind an open breaker a lease would run out; the rows go back and are claimed again later. */
  function giveBackWaiting(endpointNo: number): void {
    if (!claims.shared) return;
    const back: DueDelivery[] = [];
    for (const lane of endpoints.get(endpointNo)?.lanes ?? []) {
      for (let delivery = letGo(lane); delivery !== undefined; delivery = letGo(lane)) {
        lane.held.delete(delivery.id);
        lane.backlog = true;
        back.push(delivery);
      }
    }
    void claims.giveBack(back).catch((error: unknown) => logger.warn("delivery.give-back-failed", { error }));
  }

  function afterSettling(batch: readonly ToSettle[]): void {
    for (const { delivery, settlement } of batch) {
      const lane = laneOf(delivery);
      lane.held.delete(delivery.id);
      if (claiming !== undefined && !claims.shared) settledMeanwhile.add(delivery.id);
      if (settlement.state === "waiting" || settlement.state === "postponed") wakeAt(settlement.dueAt, lane);
    }
    if (batch.some(({ gone }) => gone)) {
      void snapshots
        .refresh(database.read)
        .catch((error: unknown) => logger.warn("registry.refresh-failed", { error }));
    }
    const notices = batch.map(({ delivery, settlement }) => ({
      siteNo: delivery.siteNo,
      id: delivery.id,
      endpointNo: delivery.endpointNo,
      state: settlement.state,
    }));
    for (const listener of listeners) listener(notices);
    pump();
  }

  /** Something of this lane in the table is due at that time. */
  function wakeAt(at: number, lane: LaneState): void {
    // A later time needs no alarm of its own: the claim at the earlier one finds out what comes next.
    if (at >= lane.nextDueAt) return;
    lane.nextDueAt = at;
    alarms.set(at, lane);
  }

  /** Nothing is claimed behind an open breaker, so the time of its probe needs an alarm of its own. */
  function wakeForProbe(lane: LaneState): void {
    const at = lane.endpoint.breaker.openUntil;
    if (at === undefined || at === lane.probeAt) return;
    lane.probeAt = at;
    alarms.set(at, lane);
  }

  function ring(lanes: readonly LaneState[]): void {
    const at = now();
    for (const lane of lanes) {
      if (lane.nextDueAt <= at) {
        lane.nextDueAt = Infinity;
        lane.backlog = true;
      }
      queueUp(lane);
      if (lane.backlog) askForMore(lane);
    }
    pump();
  }

  function askForMore(lane: LaneState): void {
    if (!running) return;
    if (gateOf(lane.endpoint.breaker, now()) === "open") return wakeForProbe(lane);
    hungry.add(lane);
    claiming ??= Promise.resolve().then(claimLoop);
  }

  async function claimLoop(): Promise<void> {
    try {
      while (running && hungry.size > 0) await claimOnce();
    } catch (error) {
      logger.error("delivery.claim-failed", { error });
      const lanes = [...hungry];
      hungry.clear();
      for (const lane of lanes) wakeAt(now() + LOCAL_PAUSE_MS, lane);
    } finally {
      claiming = undefined;
    }
  }

  async function claimOnce(): Promise<void> {
    const asking = [...hungry].slice(0, MOST_LANES_PER_CLAIM);
    for (const lane of asking) hungry.delete(lane);
    const wanted = asking.map((lane) => ({ lane, slots: wantedBy(lane) })).filter(({ slots }) => slots > 0);
    if (wanted.length === 0) return;
    const at = now();
    for (const { lane } of wanted) lane.backlog = false;
    settledMeanwhile.clear();
    let claimed;
    try {
      if (claims.shared) await snapshots.refresh(database.read);
      claimed = await claims.claim(wanted, at);
    } catch (error) {
      for (const { lane } of wanted) hungry.add(lane);
      throw error;
    }
    const exhausted = new Set(claimed.exhausted);
    for (const { lane } of wanted) lane.backlog ||= !exhausted.has(lane);
    for (const delivery of claimed.due) {
      const lane = laneOf(delivery);
      if (lane.held.has(delivery.id) || settledMeanwhile.has(delivery.id)) continue;
      hold(lane, delivery);
    }
    for (const { lane } of wanted) queueUp(lane);
    pump();
    for (const next of await claims.nextDue(claimed.exhausted, at)) wakeAt(next.dueAt, laneOf(next));
  }

  async function poll(): Promise<void> {
    try {
      await snapshots.refresh(database.read);
      for (const next of await claims.nextDueOfAll()) wakeAt(next.dueAt, laneOf(next));
    } catch (error) {
      logger.warn("delivery.poll-failed", { error });
    }
  }

  /** Takes over what processes that died had leased. */
  async function sweep(): Promise<void> {
    try {
      const freed = await claims.sweep(now());
      if (freed === 0) return;
      logger.info("delivery.leases-expired", { freed });
      for (const next of await claims.nextDueOfAll()) wakeAt(next.dueAt, laneOf(next));
    } catch (error) {
      logger.warn("delivery.sweep-failed", { error });
    }
  }

  function every(ms: number, work: () => void): void {
    timers.add(setInterval(work, ms));
  }

  return {
    start: async () => {
      running = true;
      for (const next of await claims.nextDueOfAll()) wakeAt(next.dueAt, laneOf(next));
      every(RECLAIM_EVERY_MS, () => {
        places.reclaim(now());
        pump();
      });
      if (claims.shared) {
        every(POLL_MS, () => void poll());
        every(SWEEP_MS, () => void sweep());
      }
      alarms.start();
      pump();
    },
    stop: async (ms) => {
      running = false;
      for (const timer of timers) clearInterval(timer);
      alarms.stop();
      await claiming;
      const left: DueDelivery[] = [];
      for (const { lanes } of endpoints.values()) {
        for (const lane of lanes) for (let d = letGo(lane); d !== undefined; d = letGo(lane)) left.push(d);
      }
      await claims
        .giveBack(left)
        .catch((error: unknown) => logger.warn("delivery.give-back-failed", { error }));
      const deadline = Date.now() + ms;
      while (inFlight > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      await settler.idle();
    },
    lease: (endpointNo, lane) => {
      if (!running || !claims.shared) return undefined;
      const known = endpoints.get(endpointNo);
      const state = known?.lanes[lane];
      // The first delivery to an endpoint waits for a claim: that is how this process learns to know it.
      if (state === undefined || state.backlog || !claims.hasRoom(state, capOf(state))) return undefined;
      if (gateOf(state.endpoint.breaker, now()) !== "closed") return undefined;
      state.reserved += 1;
      return claims.newLease(now());
    },
    committed: (deliveries) => {
      for (const delivery of deliveries) {
        const lane = laneOf(delivery);
        if (delivery.lease !== undefined) {
          lane.reserved -= 1;
          hold(lane, delivery);
        } else if (claims.shared || !running || isFull(lane)) {
          lane.backlog = true;
          askForMore(lane);
          continue;
        } else {
          hold(lane, delivery);
        }
        queueUp(lane);
      }
      pump();
    },
    aborted: (deliveries) => {
      for (const delivery of deliveries) if (delivery.lease !== undefined) laneOf(delivery).reserved -= 1;
    },
    wake: (where) => {
      if (where === undefined || where.length === 0) return void poll();
      for (const place of where) {
        const lane = laneOf(place);
        lane.backlog = true;
        askForMore(lane);
      }
    },
    closeBreaker: (endpointNo) => {
      const known = endpoints.get(endpointNo);
      if (known === undefined) return;
      const { siteNo, no } = known.state;
      known.state.breaker = {
        siteNo,
        no,
        failures: 0,
        openUntil: undefined,
        opened: 0,
        pausedAt: undefined,
        failingSince: undefined,
        failedDeliveries: 0,
      };
      settler.addBreaker(known.state.breaker);
      for (const lane of known.lanes) {
        lane.backlog = true;
        askForMore(lane);
        queueUp(lane);
      }
      pump();
    },
    breakers: () => [...endpoints.values()].map(({ state }) => state.breaker),
    status: () => ({ inFlight, inMemory, unsettled: settler.pending() }),
    onSettled: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  function isFull(lane: LaneState): boolean {
    return lane.backlog || sizeOf(lane) >= MOST_IN_LANE || isCrowded();
  }
}
