/**
 * The deliveries of an endpoint's lane that wait in memory, and the rotation between lanes. Pure.
 *
 * The rotation is fair: each lane that can start something is queued once, in one of three queues: first attempts of the
 * primary lane, first attempts of the secondary lane, retries. An earlier queue goes first, but every eighth turn is given from
 * the end, so that none starves. The same goes for first attempts and retries within a lane.
 */
import Queue from "yocto-queue";
import { isBeforeReceiver } from "../../egress/outcome.ts";
import type { Outcome } from "../../egress/index.ts";
import type { FailingStage } from "./endpoint-life.ts";
import { OPENS_AFTER, toBreakerState, closedBreaker } from "./breaker.ts";
import type { BatchSettings } from "./batch-settings.ts";
import { listMembers } from "./batch.ts";
import type { DueDelivery, EndpointAt } from "./delivery.ts";
import type { BreakerState, Endpoint } from "./endpoint.ts";
import type { Lane } from "./event.ts";
import type { Pace } from "./pace.ts";
import { createRateState } from "./rate.ts";
import type { RateState } from "./rate.ts";
import { findReceiverSettings } from "./receiver-settings.ts";
import type { ReceiverSettings } from "./receiver-settings.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

export interface EndpointState {
  readonly siteNo: number;
  readonly no: number;
  breaker: BreakerState;
  /** Registry that this state was last compared with. */
  site: SiteSnapshot | undefined;
  /** The endpoint as saved in it. */
  saved: Endpoint | undefined;
  /** Failing stage that was recorded last, as far as this process knows. */
  recorded: FailingStage;
  inFlight: number;
  /** The last attempt got its response while it still had its slot. */
  isPrompt: boolean;
  /** Average duration of the last attempts, in milliseconds. */
  attemptMs: number;
  /** Requests that may be in flight in each lane, if it has as many slots. */
  window: number;
  /** Set by an administrator; undefined for most. */
  pace: Pace | undefined;
  /** Undefined without a rate. */
  rate: RateState | undefined;
  /** What its webhook wants of batches; undefined for most. */
  batch: BatchSettings | undefined;
  /** There may be batches that were formed before, whatever is wanted now. */
  hasBatches: boolean;
}

/** Initial concurrency of an endpoint: the number of failures that opens its circuit. */
const INITIAL_WINDOW = OPENS_AFTER;

export function createEndpoint(
  { siteNo, endpointNo: no }: EndpointAt,
  site: SiteSnapshot | undefined,
): EndpointState {
  const saved = site?.endpoints.get(no);
  const { pace, batch } = findSettings(site, saved);
  return {
    siteNo,
    no,
    breaker: saved === undefined ? closedBreaker(siteNo, no) : toBreakerState(saved),
    site,
    saved,
    pace,
    rate: pace?.rate === undefined ? undefined : createRateState(pace.rate),
    batch,
    hasBatches: false,
    recorded: saved?.failingStage ?? 0,
    inFlight: 0,
    isPrompt: false,
    attemptMs: 0,
    window: INITIAL_WINDOW,
  };
}

const NO_SETTINGS: ReceiverSettings = {};

function findSettings(site: SiteSnapshot | undefined, saved: Endpoint | undefined): ReceiverSettings {
  if (site === undefined || saved === undefined) return NO_SETTINGS;
  return findReceiverSettings(site, { receiver: saved.receiver, endpointNo: saved.no });
}

/** Takes over what the registry has. The pace is another object when its row was changed. */
export function followRegistry(endpoint: EndpointState, site: SiteSnapshot | undefined): void {
  const saved = site?.endpoints.get(endpoint.no);
  if (saved?.resumedAt !== endpoint.saved?.resumedAt) {
    endpoint.breaker = closedBreaker(endpoint.siteNo, endpoint.no);
    endpoint.recorded = 0;
  }
  endpoint.site = site;
  endpoint.saved = saved;
  const { pace, batch } = findSettings(site, saved);
  endpoint.batch = batch;
  if (pace === endpoint.pace) return;
  endpoint.pace = pace;
  endpoint.rate = pace?.rate === undefined ? undefined : createRateState(pace.rate);
}

/** Counts the requests that the endpoint has in flight or has promised to start, in both lanes. */
export const countStarted = (lanes: readonly LaneState[]): number =>
  lanes.reduce((sum, { inFlight, reserved }) => sum + inFlight + reserved, 0);

/** Returns the window after an attempt: each response adds one, so that it doubles while all respond; none resets it. */
export function windowAfter(window: number, outcome: Outcome, maxSlots: number): number {
  if (isBeforeReceiver(outcome)) return window;
  return outcome.kind === "unreachable"
    ? INITIAL_WINDOW
    : Math.min(window + 1, Math.max(maxSlots, INITIAL_WINDOW));
}

/** Of the turns of a rotation, and of a lane's deliveries, one in so many is given from the end. */
const FROM_THE_END_EVERY = 8;

/** Share of the newest attempt in the average. */
const NEWEST = 0.1;

export function averageAfter(averageMs: number, attemptMs: number): number {
  return averageMs + NEWEST * (attemptMs - averageMs);
}

export interface LaneState {
  readonly endpoint: EndpointState;
  readonly lane: Lane;
  readonly fresh: Queue<DueDelivery>;
  readonly retries: Queue<DueDelivery>;
  /** Counts what was taken, up to the turn of a retry. */
  turn: number;
  /** Requests in flight. */
  inFlight: number;
  /** Leases of rows that are being inserted. */
  reserved: number;
  /** Deliveries in memory, in flight or not settled: where claiming writes nothing, a claim skips them. */
  readonly trackedIds: Set<string>;
  /** The table has more that is due. */
  backlog: boolean;
  /** Due time of the next delivery in the table, as far as known. */
  nextDueAt: number;
  /** Time of the open circuit's probe for which an alarm is set. */
  probeAt: number | undefined;
  /** The lane is in the rotation. */
  isQueued: boolean;
}

export function createLane(endpoint: EndpointState, lane: Lane): LaneState {
  return {
    endpoint,
    lane,
    fresh: new Queue(),
    retries: new Queue(),
    turn: 0,
    inFlight: 0,
    reserved: 0,
    trackedIds: new Set(),
    backlog: false,
    nextDueAt: Infinity,
    probeAt: undefined,
    isQueued: false,
  };
}

/** Counts the deliveries that wait in memory. */
export function countQueued(lane: LaneState): number {
  return lane.fresh.size + lane.retries.size;
}

/** Reports whether the lane has the delivery, or one of its batch, in memory. */
export function isTracked({ trackedIds }: LaneState, delivery: DueDelivery): boolean {
  return delivery.batch === undefined
    ? trackedIds.has(delivery.id)
    : delivery.batch.members.some(({ id }) => trackedIds.has(id));
}

/** Reports whether a request with the delivery is in flight, or its result not recorded. */
export function isBeingAttempted(lane: LaneState, id: string): boolean {
  return lane.trackedIds.has(id) && !isQueuedIn(lane.fresh, id) && !isQueuedIn(lane.retries, id);
}

function isQueuedIn(queue: Iterable<DueDelivery>, id: string): boolean {
  for (const delivery of queue) if (listMembers(delivery).some((member) => member.id === id)) return true;
  return false;
}

export function track({ trackedIds }: LaneState, delivery: DueDelivery): void {
  if (delivery.batch === undefined) trackedIds.add(delivery.id);
  else for (const { id } of delivery.batch.members) trackedIds.add(id);
}

export function untrack({ trackedIds }: LaneState, delivery: DueDelivery): void {
  for (const { id } of listMembers(delivery)) trackedIds.delete(id);
}

export function push(lane: LaneState, delivery: DueDelivery): void {
  track(lane, delivery);
  (delivery.attempts === delivery.scheduleFrom ? lane.fresh : lane.retries).enqueue(delivery);
}

/**
 * Removes the next delivery: first attempts go before retries, but every eighth time from the end, so that no retry starves at an
 * endpoint that always has new deliveries.
 */
export function shift(lane: LaneState): DueDelivery | undefined {
  lane.turn = (lane.turn + 1) % FROM_THE_END_EVERY;
  return lane.turn === 0
    ? (lane.retries.dequeue() ?? lane.fresh.dequeue())
    : (lane.fresh.dequeue() ?? lane.retries.dequeue());
}

export interface LaneRotation {
  /** Queues the lane unless it is queued or empty. */
  readonly add: (lane: LaneState) => void;
  /** Removes the lane whose turn it is. */
  readonly next: () => LaneState | undefined;
}

export function createLaneRotation(): LaneRotation {
  const queues = [new Queue<LaneState>(), new Queue<LaneState>(), new Queue<LaneState>()] as const;
  const fromTheEnd = [...queues].reverse();
  let turn = 0;
  return {
    add: (lane) => {
      if (lane.isQueued || countQueued(lane) === 0) return;
      lane.isQueued = true;
      queues[lane.fresh.size === 0 ? 2 : lane.lane].enqueue(lane);
    },
    next: () => {
      turn = (turn + 1) % FROM_THE_END_EVERY;
      const queue = (turn === 0 ? fromTheEnd : queues).find(({ size }) => size > 0);
      const lane = queue?.dequeue();
      if (lane !== undefined) lane.isQueued = false;
      return lane;
    },
  };
}
