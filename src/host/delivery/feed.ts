/**
 * Brings what is due from the table into memory: when a lane has room and the table has more, when the time of the next one
 * has come, and on PostgreSQL when another process died or wrote something.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import type { NextDue } from "../store/tables/deliveries.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { createAlarms } from "./alarms.ts";
import type { Claims } from "./claim.ts";
import type { Endpoints } from "./endpoints.ts";
import type { Hasten } from "./far-due.ts";
import type { LaneState } from "./lanes.ts";
import type { Memory } from "./memory.ts";
import type { DeliveryObserver } from "./observer.ts";
import type { DueDelivery } from "../model/delivery.ts";

const MOST_LANES_PER_CLAIM = 500;
const MOST_ROWS_PER_CLAIM = 2_000;
const PAUSE_AFTER_FAILURE_MS = 1_000;
const POLL_MS = 5_000;
const SWEEP_MS = 500;
/** Looking around takes one part in so many of the time, unless its rests would be longer than these. */
const REST_SHARE = 5;
const LONGEST_REST_MS = 1_000;

export interface FeedDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly claims: Claims;
  readonly endpoints: Endpoints;
  readonly memory: Memory;
  readonly hasten: Hasten;
  readonly now: () => number;
  readonly logger: Logger;
  readonly observer: Pick<DeliveryObserver, "claimed" | "leasesExpired">;
  /** Something may be due for a lane behind a pause or an open circuit. */
  readonly onHeldBack: (lane: LaneState) => void;
  /** These lanes may have something to start now. */
  readonly onFed: (lanes: readonly LaneState[]) => void;
}

export interface Feed {
  /** Learns what is due, beginning with everything that waited while no process ran. */
  readonly start: () => Promise<void>;
  /** Claims nothing more; resolves when what was being claimed is in memory. */
  readonly stop: () => Promise<void>;
  /** The table has something for the lane that is due, or may have. */
  readonly ask: (lane: LaneState) => void;
  /** As `ask`, if the table has more and it is worth a claim. */
  readonly topUp: (lane: LaneState) => void;
  /** Something of this lane in the table is due at that time. */
  readonly wakeAt: (at: number, lane: LaneState) => void;
  /** The lane's breaker opened: nothing is claimed behind it, so the time of its probe needs an alarm of its own. */
  readonly wakeForProbe: (lane: LaneState) => void;
  /** The table may have something for any lane. */
  readonly lookAround: () => void;
  /** The delivery is not what a claim that is under way may show it to be. */
  readonly settled: (delivery: DueDelivery) => void;
  /** Rows that were taken and will not be attempted now go back to the table. */
  readonly giveBack: (deliveries: readonly DueDelivery[]) => Promise<void>;
}

export function createFeed(dependencies: FeedDependencies): Feed {
  const { database, snapshots, claims, endpoints, memory, hasten, now, logger, observer, onFed, onHeldBack } =
    dependencies;
  const alarms = createAlarms(now, ring);
  const hungry = new Set<LaneState>();
  const timers = new Set<NodeJS.Timeout>();
  /** A claim that writes nothing may show a row as it was before it was settled, and it would be sent twice. */
  const settledMeanwhile = new Set<string>();
  let running = false;
  let claiming: Promise<void> | undefined;
  let looking: Promise<void> | undefined;
  let isAskedAgain = false;

  const wantedBy = (lane: LaneState): number =>
    claims.wanted(lane, endpoints.capOf(lane), memory.isCrowded());

  function wakeAt(at: number, lane: LaneState): void {
    // A later time needs no alarm of its own: the claim at the earlier one finds out what comes next.
    if (at >= lane.nextDueAt) return;
    lane.nextDueAt = at;
    alarms.set(at, lane);
  }

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
      if (lane.backlog) ask(lane);
    }
    onFed(lanes);
  }

  function ask(lane: LaneState): void {
    lane.backlog = true;
    if (!running) return;
    const gate = endpoints.gateOf(lane.endpoint);
    if (gate === "paused" || gate === "open") onHeldBack(lane);
    if (gate === "paused") return;
    if (gate === "open") return wakeForProbe(lane);
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
      for (const lane of lanes) wakeAt(now() + PAUSE_AFTER_FAILURE_MS, lane);
    } finally {
      claiming = undefined;
    }
  }

  async function claimOnce(): Promise<void> {
    const wanted: { readonly lane: LaneState; readonly slots: number }[] = [];
    let rows = 0;
    for (const lane of hungry) {
      const slots = wantedBy(lane);
      if (wanted.length === MOST_LANES_PER_CLAIM || (rows > 0 && rows + slots > MOST_ROWS_PER_CLAIM)) break;
      hungry.delete(lane);
      rows += slots;
      if (slots > 0) wanted.push({ lane, slots });
    }
    if (wanted.length === 0) return;
    const at = now();
    for (const { lane } of wanted) lane.backlog = false;
    settledMeanwhile.clear();
    let claimed;
    try {
      if (claims.shared) await snapshots.refresh(database.read);
      // Another process may have paused some of them meanwhile; what waits for these is left where it is.
      const going = wanted.filter(({ lane }) => endpoints.gateOf(lane.endpoint) !== "paused");
      if (going.length === 0) {
        for (const { lane } of wanted) lane.backlog = true;
        return;
      }
      const startedAt = performance.now();
      claimed = await claims.claim(going, at);
      observer.claimed(claimed.due.length, performance.now() - startedAt);
    } catch (error) {
      for (const { lane } of wanted) hungry.add(lane);
      throw error;
    }
    const exhausted = new Set(claimed.exhausted);
    for (const { lane } of wanted) lane.backlog ||= !exhausted.has(lane);
    for (const delivery of claimed.due) {
      const lane = endpoints.laneOf(delivery);
      if (lane.held.has(delivery.id) || settledMeanwhile.has(delivery.id)) continue;
      memory.hold(lane, delivery);
    }
    onFed(wanted.map(({ lane }) => lane));
    await wakeFor(await claims.nextDue(claimed.exhausted, at));
  }

  async function wakeFor(next: readonly NextDue[]): Promise<void> {
    for (const due of next) wakeAt(due.dueAt, endpoints.laneOf(due));
    for (const due of await hasten(next)) ask(endpoints.laneOf(due));
  }

  async function learnWhatIsDue(): Promise<void> {
    await wakeFor(await claims.nextDueOfAll());
  }

  /** Each change of the registry asks for it: whoever asks while it looks or rests has a part in the next look. */
  function lookAround(): void {
    if (looking !== undefined) {
      isAskedAgain = true;
      return;
    }
    isAskedAgain = false;
    const startedAt = performance.now();
    looking = poll()
      .then(() => {
        const restMs = (REST_SHARE - 1) * (performance.now() - startedAt);
        return sleep(Math.min(restMs, LONGEST_REST_MS), undefined, { ref: false });
      })
      .finally(() => {
        looking = undefined;
        if (!isAskedAgain || !running) return;
        lookAround();
      });
  }

  async function poll(): Promise<void> {
    try {
      await snapshots.refresh(database.read);
      await learnWhatIsDue();
    } catch (error) {
      logger.warn("delivery.poll-failed", { error });
    }
  }

  /** Takes over what processes that died had leased. */
  async function sweep(): Promise<void> {
    try {
      const freed = await claims.sweep();
      if (freed === 0) return;
      observer.leasesExpired(freed);
      logger.debug("delivery.leases-expired", { freed });
      await learnWhatIsDue();
    } catch (error) {
      logger.warn("delivery.sweep-failed", { error });
    }
  }

  return {
    start: async () => {
      running = true;
      await learnWhatIsDue();
      if (claims.shared) {
        timers.add(setInterval(() => void poll(), POLL_MS));
        timers.add(setInterval(() => void sweep(), SWEEP_MS));
      }
      alarms.start();
    },
    stop: async () => {
      running = false;
      for (const timer of timers) clearInterval(timer);
      alarms.stop();
      await claiming;
    },
    ask,
    topUp: (lane) => {
      if (lane.backlog && wantedBy(lane) > 0) ask(lane);
    },
    wakeAt,
    wakeForProbe,
    lookAround,
    settled: ({ id }) => {
      if (claiming !== undefined && !claims.shared) settledMeanwhile.add(id);
    },
    giveBack: async (deliveries) => {
      try {
        await claims.giveBack(deliveries);
        new Set(deliveries.map(endpoints.laneOf)).forEach(ask);
      } catch (error) {
        // Their leases run out by themselves.
        logger.warn("delivery.give-back-failed", { rows: deliveries.length, error });
      }
    },
  };
}
