/**
 * The deliveries that wait in memory: for which endpoint and lane they are, whose turn it is, and which slots are free. What is
 * due and still in the table is the feed's matter.
 */
import type { ProxyWatch } from "../../egress/index.ts";
import { toGate } from "../model/breaker.ts";
import type { Gate } from "../model/breaker.ts";
import type { DueDelivery, EndpointAt } from "../model/delivery.ts";
import {
  countQueued,
  countStarted,
  createEndpoint,
  createLane,
  createLaneRotation,
  followRegistry,
  push,
  shift,
  untrack,
} from "../model/lanes.ts";
import type { EndpointState, LaneState } from "../model/lanes.ts";
import { countAhead, countAttempt, isDue } from "../model/rate.ts";
import { createSlotPool } from "../model/slot-pool.ts";
import type { SlotPool } from "../model/slot-pool.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import type { Transport } from "./transport.ts";

const MAX_QUEUED_IN_LANE = 5_000;
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

export interface Concurrency {
  readonly primary: number;
  readonly secondary: number;
}

export interface ScheduledEndpoint {
  readonly state: EndpointState;
  readonly lanes: readonly [LaneState, LaneState];
}

export type EndpointGate = Gate | "paused" | "away";

/** Reports whether nothing is claimed for the endpoint. */
export const isShut = (gate: EndpointGate): boolean => gate === "paused" || gate === "away";

export interface Schedule {
  /** Returns undefined for an endpoint that this process had no delivery for yet. */
  readonly find: (endpointNo: number) => ScheduledEndpoint | undefined;
  /** Returns the lane; an endpoint that is new here begins with its breaker as saved. */
  readonly getLane: (place: DueAt) => LaneState;
  readonly list: () => IterableIterator<ScheduledEndpoint>;
  /** Returns both lanes of the lane's endpoint. */
  readonly listBeside: (lane: LaneState) => readonly LaneState[];
  /**
   * Returns `away` while this process can't send to the endpoint because it is not served from here, `paused` until the registry
   * says otherwise, `open` while the proxy fails, else the state of the circuit.
   */
  readonly getGate: (endpoint: EndpointState) => EndpointGate;
  /** Reports whether a pause or the circuit holds back what this process could send. */
  readonly isHeldBack: (place: EndpointAt) => boolean;
  /** Returns the number of requests of the lane that may be in flight. */
  readonly getCap: (lane: LaneState) => number;
  /** Slots of the larger lane. */
  readonly maxSlots: number;
  readonly add: (lane: LaneState, delivery: DueDelivery) => void;
  /** Removes all deliveries that wait in the lane: they are to be claimed again. */
  readonly drain: (lane: LaneState) => readonly DueDelivery[];
  /** Reports whether memory is so full that little more should be read ahead, for any lane. */
  readonly isCrowded: () => boolean;
  /** Returns the number of deliveries of the lane that may wait in memory: those that its rate allows soon. */
  readonly maxQueuedIn: (lane: LaneState) => number;
  /** Reports whether new deliveries of the lane should wait in the table. */
  readonly isFull: (lane: LaneState) => boolean;
  readonly countQueued: () => number;
  /** Puts the lane into the rotation if it can start something. */
  readonly queue: (lane: LaneState) => void;
  /** Removes the next delivery that can be started: its lane has its turn, and there is a free slot. */
  readonly takeNext: () => { readonly lane: LaneState; readonly delivery: DueDelivery } | undefined;
  /** Counts an attempt, which begins now, in its lane and takes a slot. */
  readonly start: (lane: LaneState, delivery: DueDelivery, at: number) => void;
  readonly end: (lane: LaneState, delivery: DueDelivery) => void;
  readonly slots: Pick<SlotPool, "held" | "inFlight" | "isAtLimit" | "reclaim">;
}

export interface ScheduleDependencies {
  readonly snapshots: Pick<Snapshots, "get">;
  readonly concurrency: Concurrency;
  /** Returns the maximum number of deliveries in memory, over all lanes. */
  readonly maxQueued: () => number;
  readonly maxInFlight: number;
  readonly serves: Transport["serves"];
  /** Slots of each kind; those of one process when left out. */
  readonly slotsOfAKind?: number;
  /** Undefined without a proxy. */
  readonly proxy: Pick<ProxyWatch, "blocks"> | undefined;
  readonly now: () => number;
  /** The endpoint has something to start, and its rate doesn't allow it yet. */
  readonly onRateReached: (endpoint: EndpointState) => void;
}

export function createSchedule(dependencies: ScheduleDependencies): Schedule {
  const { snapshots, concurrency, maxQueued, maxInFlight, slotsOfAKind, serves, proxy, now } = dependencies;
  const { onRateReached } = dependencies;
  const { primary, secondary } = concurrency;
  const endpoints = new Map<number, ScheduledEndpoint>();
  const slots = createSlotPool(maxInFlight, slotsOfAKind);
  /** Prompt endpoints queue separately and have reserved slots. */
  const promptRotation = createLaneRotation();
  const otherRotation = createLaneRotation();
  let queued = 0;
  let queuedBytes = 0;

  function get(place: EndpointAt): ScheduledEndpoint {
    const known = endpoints.get(place.endpointNo);
    if (known !== undefined) return known;
    const state = createEndpoint(place, snapshots.get(place.siteNo));
    const created = { state, lanes: [createLane(state, 0), createLane(state, 1)] as const };
    endpoints.set(place.endpointNo, created);
    return created;
  }

  /** Follows the registry, which decides on pauses, on new beginnings and on the pace. */
  function follow(endpoint: EndpointState): void {
    const site = snapshots.get(endpoint.siteNo);
    if (site !== endpoint.site) followRegistry(endpoint, site);
  }

  /** What goes to a listener doesn't pass the proxy. */
  function isBlocked({ saved }: EndpointState): boolean {
    if (proxy === undefined || saved === undefined || saved.listenerId !== undefined) return false;
    return proxy.blocks(saved.origin);
  }

  function getGate(endpoint: EndpointState): EndpointGate {
    follow(endpoint);
    if (!serves(endpoint.saved?.listenerId)) return "away";
    if (endpoint.saved?.pausedAt !== undefined) return "paused";
    return isBlocked(endpoint) ? "open" : toGate(endpoint.breaker, now());
  }

  const getCap = ({ lane, endpoint: { window, pace } }: LaneState): number => {
    const cap = Math.min(lane === 0 ? primary : secondary, window);
    return pace?.slots === undefined ? cap : Math.min(cap, pace.slots);
  };

  /** The slots of a pace are of both lanes together. */
  function hasSlot(lane: LaneState): boolean {
    // Not those that are being accepted: they are behind what waits already.
    if (lane.inFlight >= getCap(lane)) return false;
    const slots = lane.endpoint.pace?.slots;
    return slots === undefined || countStarted(endpoints.get(lane.endpoint.no)?.lanes ?? []) < slots;
  }

  function canStart(lane: LaneState): boolean {
    if (countQueued(lane) === 0 || !hasSlot(lane)) return false;
    const { endpoint } = lane;
    const gate = getGate(endpoint);
    if (gate !== "closed" && !(gate === "probing" && endpoint.inFlight === 0)) return false;
    if (endpoint.rate === undefined || isDue(endpoint.rate, now())) return true;
    onRateReached(endpoint);
    return false;
  }

  function maxQueuedIn({ endpoint: { rate } }: LaneState): number {
    return rate === undefined ? MAX_QUEUED_IN_LANE : countAhead(rate, now());
  }

  function nextLane(): LaneState | undefined {
    return (
      (slots.hasFreeSlot(true) ? promptRotation.next() : undefined) ??
      (slots.hasFreeSlot(false) ? otherRotation.next() : undefined)
    );
  }

  function take(lane: LaneState): DueDelivery | undefined {
    const delivery = shift(lane);
    if (delivery === undefined) return undefined;
    queued -= 1;
    queuedBytes -= delivery.body.length;
    return delivery;
  }

  const isCrowded = (): boolean => queued >= maxQueued() || queuedBytes >= MAX_QUEUED_BYTES;

  return {
    find: (endpointNo) => endpoints.get(endpointNo),
    getLane: (place) => get(place).lanes[place.lane],
    list: () => endpoints.values(),
    listBeside: ({ endpoint }) => endpoints.get(endpoint.no)?.lanes ?? [],
    getGate,
    isHeldBack: (place) => {
      const gate = getGate(get(place).state);
      return gate !== "closed" && gate !== "away";
    },
    getCap,
    maxSlots: Math.max(primary, secondary),
    add: (lane, delivery) => {
      push(lane, delivery);
      queued += 1;
      queuedBytes += delivery.body.length;
    },
    drain: (lane) => {
      const drained: DueDelivery[] = [];
      for (let delivery = take(lane); delivery !== undefined; delivery = take(lane)) drained.push(delivery);
      for (const delivery of drained) untrack(lane, delivery);
      if (drained.length > 0) lane.backlog = true;
      return drained;
    },
    isCrowded,
    isFull: (lane) => countQueued(lane) >= maxQueuedIn(lane) || isCrowded(),
    maxQueuedIn,
    countQueued: () => queued,
    queue: (lane) => {
      if (canStart(lane)) (lane.endpoint.isPrompt ? promptRotation : otherRotation).add(lane);
    },
    takeNext: () => {
      for (let lane = nextLane(); lane !== undefined; lane = nextLane()) {
        const delivery = canStart(lane) ? take(lane) : undefined;
        if (delivery !== undefined) return { lane, delivery };
      }
      return undefined;
    },
    start: (lane, delivery, at) => {
      lane.inFlight += 1;
      lane.endpoint.inFlight += 1;
      if (lane.endpoint.rate !== undefined) countAttempt(lane.endpoint.rate);
      slots.acquire(delivery, lane.endpoint, at);
    },
    end: (lane, delivery) => {
      lane.inFlight -= 1;
      lane.endpoint.inFlight -= 1;
      slots.release(delivery, lane.endpoint);
    },
    slots,
  };
}
