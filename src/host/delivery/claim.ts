/** Taking what is due out of the table: the one place where the two databases differ for the engine. */
import type { Database } from "../store/db/database.ts";
import {
  claimDeliveries,
  dueDeliveries,
  nextDueOfAll,
  nextDueOfLanes,
  releaseExpired,
  releaseLease,
} from "../store/tables/deliveries.ts";
import type { DueAt, NextDue } from "../store/tables/deliveries.ts";
import { newUuid } from "../model/ids.ts";
import { sizeOf } from "./lanes.ts";
import type { LaneState } from "./lanes.ts";
import type { DueDelivery, Lease } from "../model/delivery.ts";

export interface Claims {
  /** True when rows are shared with other processes, so that a claim is a lease that runs out. */
  readonly shared: boolean;
  /** So many deliveries may wait in memory, over all lanes. */
  readonly mostInMemory: number;
  /** Whether a delivery that is being accepted could be attempted at once, or very soon. */
  readonly hasRoom: (lane: LaneState, cap: number, crowded: boolean) => boolean;
  /** How many the lane should ask the table for now; when memory is crowded, just enough that it does not stand still. */
  readonly wanted: (lane: LaneState, cap: number, crowded: boolean) => number;
  /**
   * `exhausted` are the lanes that have nothing more that is due. Where rows are not shared, `due` may hold some that came
   * to be held, or were settled, while the question was under way: the caller passes over both.
   */
  readonly claim: (
    wanted: readonly { readonly lane: LaneState; readonly slots: number }[],
    now: number,
  ) => Promise<{ readonly due: readonly DueDelivery[]; readonly exhausted: readonly LaneState[] }>;
  /** What is due after `claimedAt`, when the lanes were claimed last. */
  readonly nextDue: (lanes: readonly LaneState[], claimedAt: number) => Promise<readonly NextDue[]>;
  readonly nextDueOfAll: () => Promise<readonly NextDue[]>;
  readonly newLease: (now: number) => Lease | undefined;
  /** Gives back what was leased and not attempted. */
  readonly giveBack: (deliveries: readonly DueDelivery[]) => Promise<void>;
  /** Gives back what processes that died had leased. */
  readonly sweep: () => Promise<number>;
}

/** Rows that a lane reads or leases ahead, at most. */
const READ_AHEAD = 500;
const READ_AHEAD_CROWDED = 2;
/**
 * Who answers promptly is leased what it will take within this time: the next one is at hand when a slot falls free, and what
 * is leased as it is accepted costs no claim. The others would only keep rows from the processes that could send them.
 */
const LEASED_AHEAD_MS = 2_000;
/** What waits in memory for much longer than that has to go back before its lease ends. */
const MOST_LEASED = 4_000;
const MOST_OWNED = 20_000;
/** Between taking the time and the claim that the server is asked for then. */
const CLAIM_SLACK_MS = 1_000;
/** A claim is worth its while when this part of what may be held is missing. */
const WORTH_A_CLAIM = 0.5;

/** What is missing of `most`, once it is worth a claim. */
const roomFor = (held: number, most: number): number =>
  most - held >= WORTH_A_CLAIM * most ? most - held : 0;

const placeOf = ({ endpoint, lane }: LaneState): DueAt => ({
  siteNo: endpoint.siteNo,
  endpointNo: endpoint.no,
  lane,
});
const keyOf = ({ endpointNo, lane }: { readonly endpointNo: number; readonly lane: number }) =>
  endpointNo * 2 + lane;

export function createClaims(database: Database, leaseMs: number): Claims {
  return database.dialect.name === "postgres" ? leasing(database, leaseMs) : owning(database);
}

const takenOf = (lane: LaneState): number => lane.inFlight + lane.reserved + sizeOf(lane);

/** How many leases a lane may hold. */
function mostHeld({ endpoint }: LaneState, cap: number, crowded: boolean): number {
  if (!endpoint.isPrompt || crowded) return cap;
  const perSlot = LEASED_AHEAD_MS / Math.max(endpoint.attemptMs, 1);
  return Math.max(cap, Math.min(Math.floor(cap * perSlot), READ_AHEAD));
}

/** Lanes that got less than they asked for. */
function exhaustedOf(
  wanted: readonly { readonly lane: LaneState; readonly slots: number }[],
  rows: readonly DueDelivery[],
): readonly LaneState[] {
  const got = new Map<number, number>();
  for (const row of rows) got.set(keyOf(row), (got.get(keyOf(row)) ?? 0) + 1);
  return wanted
    .filter(({ lane, slots }) => (got.get(keyOf(placeOf(lane))) ?? 0) < slots)
    .map(({ lane }) => lane);
}

function owning(database: Database): Claims {
  return {
    shared: false,
    mostInMemory: MOST_OWNED,
    hasRoom: () => true,
    wanted: (lane, _cap, crowded) => roomFor(sizeOf(lane), crowded ? READ_AHEAD_CROWDED : READ_AHEAD),
    claim: async (wanted, now) => {
      const due: DueDelivery[] = [];
      const exhausted: LaneState[] = [];
      for (const { lane, slots } of wanted) {
        const found = await dueDeliveries(database.read, { ...placeOf(lane), slots }, lane.held, now);
        due.push(...found.due);
        if (!found.more) exhausted.push(lane);
      }
      return { due, exhausted };
    },
    nextDue: (lanes, claimedAt) =>
      nextDueOfLanes(database.read, lanes.map(placeOf), claimedAt, database.now()),
    nextDueOfAll: () => nextDueOfAll(database.read),
    newLease: () => undefined,
    giveBack: () => Promise.resolve(),
    sweep: () => Promise.resolve(0),
  };
}

function leasing(database: Database, leaseMs: number): Claims {
  const newLease = (now: number): Lease => ({ id: newUuid(), until: now + leaseMs });
  return {
    shared: true,
    mostInMemory: MOST_LEASED,
    hasRoom: (lane, cap, crowded) => takenOf(lane) < mostHeld(lane, cap, crowded),
    wanted: (lane, cap, crowded) => roomFor(takenOf(lane), mostHeld(lane, cap, crowded)),
    claim: async (wanted, now) => {
      const demand = wanted.map(({ lane, slots }) => ({ ...placeOf(lane), slots }));
      const lease = newLease(now);
      const { due, left } = await claimDeliveries(database.autocommit, demand, now, lease);
      if (left.length === 0) return { due, exhausted: exhaustedOf(wanted, due) };
      await database.write((tx) => releaseLease(tx, lease.id, left));
      return { due, exhausted: [] };
    },
    // The server's clock decided what was due, a little before or after this process took the time.
    nextDue: (lanes, claimedAt) =>
      nextDueOfLanes(database.read, lanes.map(placeOf), claimedAt - CLAIM_SLACK_MS, database.now()),
    nextDueOfAll: () => nextDueOfAll(database.read),
    newLease,
    giveBack: async (deliveries) => {
      const byLease = new Map<string, DueDelivery[]>();
      for (const delivery of deliveries) {
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
