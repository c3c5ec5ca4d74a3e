/**
 * Settles in batches: the attempts, the deliveries, the breakers and the figures of many answers in one transaction.
 * Whatever was answered goes into the next transaction, as soon as the last one has ended and, where that pays, a few more
 * answers have come together.
 */
import { CallboardError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { Database, Queryable, Transaction } from "../store/db/database.ts";
import { moveDeliveries, recordAttempts, settlingChanges } from "../store/tables/settle.ts";
import { isUniqueViolation } from "../store/db/storage-error.ts";
import type { Change } from "../store/db/batch.ts";
import { breakersChange, saveBreakers } from "../store/tables/endpoints.ts";
import { addMinutes, minutesChange } from "../store/tables/minutes.ts";
import { spareSchedules, turnEndpoint } from "../store/tables/endpoint-life.ts";
import { switchOff } from "../store/tables/switch-off.ts";
import { formatId } from "../model/ids.ts";
import type { Turn } from "../model/endpoint-life.ts";
import { countMinutes } from "../model/count.ts";
import type { DeliveryObserver } from "./observer.ts";
import type { DueDelivery, Settled } from "../model/delivery.ts";
import type { BreakerState } from "../model/endpoint.ts";

const MOST_ROWS = 500;
const MOST_BYTES = 1024 * 1024;
const STORAGE_PAUSE_MS = 500;
/** So many need no others to be worth a transaction. */
const WORTH_A_TRANSACTION = 250;

export interface ToSettle extends Settled {
  readonly delivery: DueDelivery;
  readonly test: boolean;
  /** The receiver answered 410: its webhook or subscription is switched off with this. */
  readonly gone: boolean;
  /** The one attempt of an hour at a paused endpoint. */
  readonly isProbe?: boolean;
  /** What the attempt changes for its endpoint, unless another process has changed it before. */
  readonly turn?: Turn | undefined;
}

/** What a batch changed in the registry, once for all processes. */
export interface RegistryTurn {
  readonly delivery: DueDelivery;
  readonly turn: Turn | { readonly kind: "gone" };
}

/** Tells others what a batch of settling comes to. */
export interface SettlementTeller {
  /** To be called first in a transaction that {@link recordTurns} or {@link recordFailures} may follow in. */
  readonly prepare: (tx: Queryable) => Promise<void>;
  /** In the transaction that made them. */
  readonly recordTurns: (tx: Transaction, turned: readonly RegistryTurn[]) => Promise<void>;
  /** Whether deliveries that failed in this batch are to be told of now. */
  readonly mustTell: (batch: readonly ToSettle[]) => boolean;
  /** Counts deliveries that failed, for who tells of them later; undefined where none did. */
  readonly failuresChange: (batch: readonly ToSettle[]) => Change | undefined;
  /** The same in the transaction that failed them, and tells of them. */
  readonly recordFailures: (tx: Transaction, moved: readonly ToSettle[]) => Promise<void>;
}

export const NOBODY_TO_TELL: SettlementTeller = {
  prepare: () => Promise.resolve(),
  recordTurns: () => Promise.resolve(),
  mustTell: () => false,
  failuresChange: () => undefined,
  recordFailures: () => Promise.resolve(),
};

export interface Settler {
  readonly add: (settled: ToSettle) => void;
  /** A breaker that changed; written with the next batch. */
  readonly addBreaker: (state: BreakerState) => void;
  /** Answered and not yet settled: what a crash would repeat. */
  readonly pending: () => number;
  /** Resolves when nothing is pending. */
  readonly idle: () => Promise<void>;
}

export interface SettlerDependencies {
  readonly database: Database;
  readonly now: () => number;
  readonly logger: Logger;
  readonly observer: Pick<DeliveryObserver, "settled" | "settleFailed">;
  readonly tell: SettlementTeller;
  /** How long few answers wait for others to be settled with, in milliseconds. */
  readonly gatherMs: number;
  /** After the commit. */
  readonly onSettled: (batch: readonly ToSettle[], turned: readonly RegistryTurn[]) => void;
}

export function createSettler(dependencies: SettlerDependencies): Settler {
  const { database, now, logger, observer, gatherMs, onSettled, tell } = dependencies;
  let queue: ToSettle[] = [];
  let breakers = new Map<number, BreakerState>();
  let inBatch = 0;
  let running: Promise<void> | undefined;

  async function settle(batch: readonly ToSettle[], changed: readonly BreakerState[]): Promise<void> {
    const startedAt = performance.now();
    const { moved, turned } = (await settleWhole(batch, changed))
      ? { moved: batch, turned: [] }
      : await settleWhatIsLeft(batch, changed);
    observer.settled(moved, performance.now() - startedAt);
    onSettled(batch, turned);
  }

  /** False, and nothing done, when not all of it can be settled as it is or there is more to do than that. */
  async function settleWhole(batch: readonly ToSettle[], changed: readonly BreakerState[]): Promise<boolean> {
    if (batch.some(({ gone, isProbe, turn }) => gone || isProbe === true || turn !== undefined)) return false;
    const hasFailed = batch.some(({ settlement }) => settlement.state === "failed");
    if (hasFailed && tell.mustTell(batch)) return false;
    const { dialect } = database;
    try {
      return await database.batch({
        checks: [],
        changes: [
          ...settlingChanges(dialect, batch, now()),
          breakersChange(dialect, changed),
          minutesChange(dialect, countMinutes(batch, now())),
          hasFailed ? tell.failuresChange(batch) : undefined,
        ],
      });
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async function settleWhatIsLeft(
    batch: readonly ToSettle[],
    changed: readonly BreakerState[],
  ): Promise<{ readonly moved: readonly ToSettle[]; readonly turned: readonly RegistryTurn[] }> {
    const tells = batch.some(({ gone, turn, settlement }) => {
      return gone || turn !== undefined || settlement.state === "failed";
    });
    return database.write(async (tx) => {
      if (tells) await tell.prepare(tx);
      const settled = await moveDeliveries(tx, batch, now());
      await recordAttempts(tx, settled);
      await saveBreakers(tx, changed);
      // Only what moved: a batch that is written again because the answer to its commit was lost counts once.
      await addMinutes(tx, countMinutes(settled.moved, now()));
      const probes = settled.moved.filter(({ isProbe }) => isProbe === true);
      await spareSchedules(
        tx,
        probes.map(({ delivery }) => delivery),
      );
      const turned = await makeTurns(tx, batch);
      if (tells) await tell.recordFailures(tx, settled.moved);
      return { moved: settled.moved, turned };
    });
  }

  async function makeTurns(tx: Transaction, batch: readonly ToSettle[]): Promise<readonly RegistryTurn[]> {
    const turned: RegistryTurn[] = [];
    for (const { delivery, gone, turn } of batch) {
      const { siteNo, subscriptionNo } = delivery;
      const at = now();
      if (gone && (await switchOff(tx, siteNo, subscriptionNo, goneSince(at), at)))
        turned.push({ delivery, turn: { kind: "gone" } });
      if (turn !== undefined && (await turnEndpoint(tx, delivery, turn, at))) turned.push({ delivery, turn });
    }
    if (turned.length > 0) await tell.recordTurns(tx, turned);
    return turned;
  }

  /** Until the database takes it: the disk is full, or the database away, and what was answered stays here meanwhile. */
  async function settlePatiently(
    batch: readonly ToSettle[],
    changed: readonly BreakerState[],
  ): Promise<void> {
    for (;;) {
      try {
        await settle(batch, changed);
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
        observer.settleFailed();
        logger.warn("delivery.settle-delayed", { rows: batch.length, error });
        await pause(STORAGE_PAUSE_MS);
      }
    }
  }

  /** Tries a row with less and less of what the receiver sent; in the end it is left to be attempted again. */
  async function settleAlone(one: ToSettle): Promise<void> {
    for (const form of [one, withoutAnswer(one)]) {
      try {
        await settlePatiently([form], []);
        return;
      } catch (error) {
        observer.settleFailed();
        const deliveryId = formatId("dlv", one.delivery.siteNo, one.delivery.id);
        logger.error("delivery.record-failed", { deliveryId, error });
      }
    }
  }

  async function settleBatch(batch: readonly ToSettle[], changed: readonly BreakerState[]): Promise<void> {
    try {
      await settlePatiently(batch, changed);
    } catch (error) {
      observer.settleFailed();
      logger.error("delivery.settle-failed", { rows: batch.length, error });
      // Each row for itself, so that one that the database refuses does not hold the others.
      for (const one of batch) await settleAlone(one);
    }
  }

  async function run(): Promise<void> {
    while (queue.length > 0 || breakers.size > 0) {
      if (gatherMs > 0 && queue.length < WORTH_A_TRANSACTION) await pause(gatherMs);
      const batch = queue.slice(0, rowsOfBatch(queue));
      queue = queue.slice(batch.length);
      const changed = [...breakers.values()];
      breakers = new Map();
      inBatch = batch.length;
      await settleBatch(batch, changed);
      inBatch = 0;
    }
    running = undefined;
  }

  function wake(): void {
    running ??= Promise.resolve().then(run);
  }
  return {
    add: (settled) => {
      queue.push(settled);
      wake();
    },
    addBreaker: (state) => {
      breakers.set(state.no, state);
      wake();
    },
    pending: () => queue.length + inBatch,
    idle: async () => {
      while (running !== undefined) await running;
    },
  };
}

const goneSince = (at: number): string => `inactive: 410 since ${new Date(at).toISOString()}`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** As many rows as one transaction takes: receivers that answer much must not make it long for the others. */
function rowsOfBatch(queue: readonly ToSettle[]): number {
  let bytes = 0;
  const end = queue.findIndex(({ attempt }, index) => {
    bytes += attempt?.answer?.length ?? 0;
    return index === MOST_ROWS || (index > 0 && bytes > MOST_BYTES);
  });
  return end < 0 ? queue.length : end;
}

function isPassing(error: unknown): boolean {
  return error instanceof CallboardError && error.code === "STORAGE";
}

function withoutAnswer(settled: ToSettle): ToSettle {
  const { attempt } = settled;
  if (attempt === undefined) return settled;
  return {
    ...settled,
    attempt: {
      ...attempt,
      detail: undefined,
      answerHeaders: undefined,
      answer: undefined,
      answerCut: "size",
    },
  };
}
