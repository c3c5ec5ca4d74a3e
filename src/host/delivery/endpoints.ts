/** The endpoints that this process has met, with their two lanes each: how they stand and how many slots are open to them. */
import type { DueAt } from "../store/tables/deliveries.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { closedBreaker, gateOf } from "../model/breaker.ts";
import type { Gate } from "../model/breaker.ts";
import { createEndpoint, createLane } from "./lanes.ts";
import type { EndpointState, LaneState } from "./lanes.ts";

export interface Concurrency {
  readonly primary: number;
  readonly secondary: number;
}

export interface KnownEndpoint {
  readonly state: EndpointState;
  readonly lanes: readonly [LaneState, LaneState];
}

export interface Endpoints {
  /** Undefined until something was for it. */
  readonly known: (endpointNo: number) => KnownEndpoint | undefined;
  /** The endpoint, met now if it was not known: its breaker stands as it was saved. */
  readonly of: (place: Pick<DueAt, "siteNo" | "endpointNo">) => KnownEndpoint;
  readonly laneOf: (place: DueAt) => LaneState;
  readonly all: () => IterableIterator<KnownEndpoint>;
  /** Whether anything may be sent to it: `paused` until the registry says otherwise, else as its breaker stands. */
  readonly gateOf: (endpoint: EndpointState) => Gate | "paused";
  /** So many requests of the lane may be under way. */
  readonly capOf: (lane: LaneState) => number;
  /** The most slots that any lane can have. */
  readonly mostSlots: number;
}

export function createEndpoints(
  snapshots: Snapshots,
  { primary, secondary }: Concurrency,
  now: () => number,
): Endpoints {
  const known = new Map<number, KnownEndpoint>();

  function of(place: Pick<DueAt, "siteNo" | "endpointNo">): KnownEndpoint {
    const { siteNo, endpointNo } = place;
    const before = known.get(endpointNo);
    if (before !== undefined) return before;
    const state = createEndpoint(place, snapshots.get(siteNo));
    const made = { state, lanes: [createLane(state, 0), createLane(state, 1)] as const };
    known.set(endpointNo, made);
    return made;
  }

  /** What the registry knows better than this process: that the endpoint is paused, or began anew. */
  function follow(endpoint: EndpointState): void {
    const site = snapshots.get(endpoint.siteNo);
    if (site === endpoint.site) return;
    const saved = site?.endpoints.get(endpoint.no);
    if (saved?.resumedAt !== endpoint.saved?.resumedAt) {
      endpoint.breaker = closedBreaker(endpoint.siteNo, endpoint.no);
      endpoint.recorded = 0;
    }
    endpoint.site = site;
    endpoint.saved = saved;
  }

  return {
    known: (endpointNo) => known.get(endpointNo),
    of,
    laneOf: (place) => of(place).lanes[place.lane],
    all: () => known.values(),
    gateOf: (endpoint) => {
      follow(endpoint);
      return endpoint.saved?.pausedAt === undefined ? gateOf(endpoint.breaker, now()) : "paused";
    },
    capOf: (lane) => Math.min(lane.lane === 0 ? primary : secondary, lane.endpoint.window),
    mostSlots: Math.max(primary, secondary),
  };
}
