/** Claims due deliveries from the table: the one place where the two databases differ for the engine. */
import type { Database } from "../store/db/database.ts";
import {
  claimDeliveries,
  dueDeliveries,
  nextDueOfLanes,
  readWaitingLanes,
  releaseExpired,
  releaseLease,
} from "../store/tables/deliveries.ts";
import type { DueAt, NextDue, WaitingLanes } from "../store/tables/deliveries.ts";
import { listMembers } from "../model/batch.ts";
import { newUuid } from "../model/ids.ts";
import { countQueued } from "../model/lanes.ts";
import type { LaneState } from "../model/lanes.ts";
import { createWorkAhead } from "../model/work-ahead.ts";
import type { DueDelivery, Lease } from "../model/delivery.ts";

/** A lane and the number of deliveries to claim for it. */
export interface Demand {
  readonly lane: LaneState;
  readonly slots: number;
}

export interface Claims {
  /** Rows are shared with other processes, so that a claim is a lease that expires. */
  readonly shared: boolean;
  /** Returns the maximum number of deliveries in memory, over all lanes. */
  readonly maxInMemory: () => number;
  /** Deliveries were settled. */
  readonly settled: (count: number, now: number) => void;
  /** Reports whether a delivery that is being accepted is worth a lease: it could be attempted at once, or very soon. */
  readonly canLease: (lane: LaneState, cap: number, crowded: boolean) => boolean;
  /** Returns the number of deliveries to claim for the lane now; in crowded memory, just enough to keep it going. */
  readonly countToClaim: (lane: LaneState, cap: number, crowded: boolean) => number;
  /**
   * `exhausted` are the lanes with nothing more that is due. Where rows are not shared, `due` may include deliveries that were
   * taken over or settled during the query: the caller skips both.
   */
  readonly claim: (
    demand: readonly Demand[],
    now: number,
  ) => Promise<{ readonly due: readonly DueDelivery[]; readonly exhausted: readonly LaneState[] }>;
  /** Resolves to what is due after `claimedAt`, the time of the last claim. */
  readonly nextDue: (lanes: readonly LaneState[], claimedAt: number) => Promise<readonly NextDue[]>;
  readonly waitingLanes: () => Promise<WaitingLanes>;
  readonly newLease: (now: number) => Lease | undefined;
  /** Releases leases that were not used. */
  readonly giveBack: (deliveries: readonly DueDelivery[]) => Promise<void>;
  /** Releases the expired leases of processes that died. Resolves to their number. */
  readonly sweep: () => Promise<number>;
}

/** Maximum number of deliveries that a lane reads or claims ahead. */
const READ_AHEAD = 500;
const READ_AHEAD_CROWDED = 2;
/** Maximum number of deliveries that are leased for a lane as they are accepted, which costs no claim. */
const LEASED_AHEAD = 5_000;
/**
 * Prompt endpoints lease this much work ahead, so that a free slot never waits for a claim. Other endpoints would only keep
 * deliveries from the processes that could send them.
 */
const LEASED_AHEAD_MS = 2_000;
const MAX_LOCAL = 20_000;
/** Time between reading the clock and the claim on the server. */
const CLAIM_SLACK_MS = 1_000;
/** Claim only when at least half of the lane's capacity is free. */
const MIN_CLAIM_SHARE = 0.5;

/** Returns the number to claim up to the maximum; 0 while that is not worth its cost. */
export const countMissing = (taken: number, max: number): number =>
  max - taken >= MIN_CLAIM_SHARE * max ? max - taken : 0;

export const toPlace = ({ endpoint, lane }: LaneState): DueAt => ({
  siteNo: endpoint.siteNo,
  endpointNo: endpoint.no,
  lane,
});
const formatKey = ({ endpointNo, lane }: { readonly endpointNo: number; readonly lane: number }) =>
  endpointNo * 2 + lane;

export function createClaims(database: Database, leaseMs: number): Claims {
  return database.dialect.isShared ? createLeasedClaims(database, leaseMs) : createLocalClaims(database);
}

const countTaken = (lane: LaneState): number => lane.inFlight + lane.reserved + countQueued(lane);

/** Returns the number of leases that a lane may have, `most` at most beside those for its slots. */
function maxLeases({ endpoint }: LaneState, cap: number, crowded: boolean, most: number): number {
  if (!endpoint.isPrompt || crowded) return cap;
  const perSlot = LEASED_AHEAD_MS / Math.max(endpoint.attemptMs, 1);
  return Math.max(cap, Math.min(Math.floor(cap * perSlot), most));
}

/** Returns the lanes that got less than they asked for. */
function findExhausted(demand: readonly Demand[], rows: readonly DueDelivery[]): readonly LaneState[] {
  const got = new Map<number, number>();
  for (const row of rows) got.set(formatKey(row), (got.get(formatKey(row)) ?? 0) + 1);
  return demand
    .filter(({ lane, slots }) => (got.get(formatKey(toPlace(lane))) ?? 0) < slots)
    .map(({ lane }) => lane);
}

function createLocalClaims(database: Database): Claims {
  return {
    shared: false,
    maxInMemory: () => MAX_LOCAL,
    settled: () => undefined,
    canLease: () => false,
    countToClaim: (lane, _cap, crowded) =>
      countMissing(countQueued(lane), crowded ? READ_AHEAD_CROWDED : READ_AHEAD),
    claim: async (demand, now) => {
      const due: DueDelivery[] = [];
      const exhausted: LaneState[] = [];
      for (const { lane, slots } of demand) {
        const found = await dueDeliveries(database.read, { ...toPlace(lane), slots }, lane.trackedIds, now);
        due.push(...found.due);
        if (!found.more) exhausted.push(lane);
      }
      return { due, exhausted };
    },
    nextDue: (lanes, claimedAt) =>
      nextDueOfLanes(database.read, lanes.map(toPlace), claimedAt, database.now()),
    waitingLanes: () => readWaitingLanes(database.read),
    newLease: () => undefined,
    giveBack: () => Promise.resolve(),
    sweep: () => Promise.resolve(0),
  };
}

function createLeasedClaims(database: Database, leaseMs: number): Claims {
  const newLease = (now: number): Lease => ({ id: newUuid(), until: now + leaseMs });
  const workAhead = createWorkAhead(LEASED_AHEAD_MS);
  return {
    shared: true,
    maxInMemory: workAhead.most,
    settled: workAhead.settled,
    canLease: (lane, cap, crowded) => countTaken(lane) < maxLeases(lane, cap, crowded, LEASED_AHEAD),
    countToClaim: (lane, cap, crowded) =>
      countMissing(countTaken(lane), maxLeases(lane, cap, crowded, READ_AHEAD)),
    claim: async (demand, now) => {
      const places = demand.map(({ lane, slots }) => ({ ...toPlace(lane), slots }));
      const lease = newLease(now);
      const { due, left } = await claimDeliveries(database.autocommit, places, now, lease);
      if (left.length === 0) return { due, exhausted: findExhausted(demand, due) };
      await database.write((tx) => releaseLease(tx, lease.id, left));
      return { due, exhausted: [] };
    },
    // The server's clock decided what was due, a little before or after this process took the time.
    nextDue: (lanes, claimedAt) =>
      nextDueOfLanes(database.read, lanes.map(toPlace), claimedAt - CLAIM_SLACK_MS, database.now()),
    waitingLanes: () => readWaitingLanes(database.read),
    newLease,
    giveBack: async (deliveries) => {
      const byLease = new Map<string, DueDelivery[]>();
      for (const delivery of deliveries.flatMap(listMembers)) {
        if (delivery.lease === undefined) continue;
        const same = byLease.get(delivery.lease.id);
        if (same === undefined) byLease.set(delivery.lease.id, [delivery]);
        else same.push(delivery);
      }
      if (byLease.size === 0) return;
      await database.write(async (tx) => {
        for (const [leaseId, rows] of byLease) await releaseLease(tx, leaseId, rows);
      });
    },
    sweep: () => releaseExpired(database.autocommit),
  };
}
