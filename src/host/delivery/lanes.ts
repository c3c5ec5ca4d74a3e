/**
 * What waits in memory: one queue per endpoint and lane, and whose turn it is. No clock and no I/O of its own.
 *
 * Turns are fair: each lane that can start something stands in line once. Three lines: first attempts of the primary lane,
 * first attempts of the secondary lane, retries; an earlier line goes first, but every eighth turn is given from the end, so
 * that no line starves.
 */
import Queue from "yocto-queue";
import type { Outcome } from "../../egress/index.ts";
import type { FailingStage } from "../model/endpoint-life.ts";
import { OPENS_AFTER, breakerOf, closedBreaker } from "../model/breaker.ts";
import type { DueDelivery, EndpointAt } from "../model/delivery.ts";
import type { BreakerState, Endpoint } from "../model/endpoint.ts";
import type { Lane } from "../model/event.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

export interface EndpointState {
  readonly siteNo: number;
  readonly no: number;
  breaker: BreakerState;
  /** The registry that this was last compared with. */
  site: SiteSnapshot | undefined;
  /** The endpoint in it. */
  saved: Endpoint | undefined;
  /** What was recorded of its failures, as far as this process knows. */
  recorded: FailingStage;
  inFlight: number;
  /** It answered the last attempt while that held its place. */
  isPrompt: boolean;
  /** How long its attempts take, averaged over the last ones, in milliseconds. */
  attemptMs: number;
  /** So many requests may be under way in each lane, if it has as many slots. */
  window: number;
}

/** What is sent to who has not answered yet: as many as open the breaker when none of them is answered. */
const FIRST_WINDOW = OPENS_AFTER;

export function createEndpoint(
  { siteNo, endpointNo: no }: EndpointAt,
  site: SiteSnapshot | undefined,
): EndpointState {
  const saved = site?.endpoints.get(no);
  return {
    siteNo,
    no,
    breaker: saved === undefined ? closedBreaker(siteNo, no) : breakerOf(saved),
    site,
    saved,
    recorded: saved?.failingStage ?? 0,
    inFlight: 0,
    isPrompt: false,
    attemptMs: 0,
    window: FIRST_WINDOW,
  };
}

/** Each answer opens the window by one, so that it doubles while all are answered; none at all closes it again. */
export function windowAfter(window: number, outcome: Outcome, mostSlots: number): number {
  return outcome.kind === "unreachable"
    ? FIRST_WINDOW
    : Math.min(window + 1, Math.max(mostSlots, FIRST_WINDOW));
}

/** The share of the newest attempt in the average. */
const NEWEST = 0.1;

export function averageAfter(averageMs: number, attemptMs: number): number {
  return averageMs + NEWEST * (attemptMs - averageMs);
}

export interface LaneState {
  readonly endpoint: EndpointState;
  readonly lane: Lane;
  readonly fresh: Queue<DueDelivery>;
  readonly retries: Queue<DueDelivery>;
  /** Requests under way. */
  inFlight: number;
  /** Leases given out to rows that are being inserted. */
  reserved: number;
  /** In memory, under way or not settled yet: a claim must pass over them where claiming writes nothing. */
  readonly held: Set<string>;
  /** The table has more that is due. */
  backlog: boolean;
  /** When the next one in the table is due, as far as known. */
  nextDueAt: number;
  /** The time of the open breaker's probe for which an alarm is set. */
  probeAt: number | undefined;
  inLine: boolean;
}

export function createLane(endpoint: EndpointState, lane: Lane): LaneState {
  return {
    endpoint,
    lane,
    fresh: new Queue(),
    retries: new Queue(),
    inFlight: 0,
    reserved: 0,
    held: new Set(),
    backlog: false,
    nextDueAt: Infinity,
    probeAt: undefined,
    inLine: false,
  };
}

/** Deliveries in memory that wait for their turn. */
export function sizeOf(lane: LaneState): number {
  return lane.fresh.size + lane.retries.size;
}

export function push(lane: LaneState, delivery: DueDelivery): void {
  lane.held.add(delivery.id);
  (delivery.attempts === delivery.scheduleFrom ? lane.fresh : lane.retries).enqueue(delivery);
}

/** First attempts go before retries. */
export function shift(lane: LaneState): DueDelivery | undefined {
  return lane.fresh.dequeue() ?? lane.retries.dequeue();
}

const FROM_THE_END_EVERY = 8;

export interface Turns {
  /** Puts the lane in line unless it stands there. */
  readonly add: (lane: LaneState) => void;
  readonly next: () => LaneState | undefined;
}

export function createTurns(): Turns {
  const lines = [new Queue<LaneState>(), new Queue<LaneState>(), new Queue<LaneState>()] as const;
  const fromTheEnd = [...lines].reverse();
  let turn = 0;
  return {
    add: (lane) => {
      if (lane.inLine || sizeOf(lane) === 0) return;
      lane.inLine = true;
      lines[lane.fresh.size === 0 ? 2 : lane.lane].enqueue(lane);
    },
    next: () => {
      turn = (turn + 1) % FROM_THE_END_EVERY;
      const line = (turn === 0 ? fromTheEnd : lines).find(({ size }) => size > 0);
      const lane = line?.dequeue();
      if (lane !== undefined) lane.inLine = false;
      return lane;
    },
  };
}
