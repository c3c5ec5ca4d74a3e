/**
 * Settles in batches: the attempts, the deliveries, the breakers and the figures of many attempts in one transaction. Attempts
 * that ended go into the next transaction, as soon as the last one has ended and more had time to gather.
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
import { prepareSwitchOff, switchOff } from "../store/tables/switch-off.ts";
import { areLastOfKeys, freeNext, holdKeys } from "../store/tables/order.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import { formatId } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { Turn } from "../model/endpoint-life.ts";
import { countMinutes } from "../model/minute.ts";
import { listHighest } from "../model/order.ts";
import type { NumberedKey } from "../model/order.ts";
import type { DeliveryObserver } from "./observer.ts";
import type { DueDelivery, Settled } from "../model/delivery.ts";
import type { GoneBy } from "../model/verdict.ts";
import type { BreakerState } from "../model/endpoint.ts";

const MAX_ROWS = 500;
const MAX_BYTES = 1024 * 1024;
const STORAGE_PAUSE_MS = 500;
/** Flush at once when this many rows are queued. */
const FLUSH_AT_ROWS = 250;

export interface ToSettle extends Settled {
  readonly delivery: DueDelivery;
  readonly test: boolean;
  /** This deactivates the webhook or subscription. */
  readonly gone: GoneBy | undefined;
  /** Members of a batch are settled in one transaction. */
  readonly batchId?: Uuid | undefined;
  /** It does not advance the retry schedule. */
  readonly isProbe?: boolean;
  /** Change of the endpoint by this attempt, unless another process made it before. */
  readonly turn?: Turn | undefined;
}

/** A change of the registry by a batch, made once over all processes. */
export interface RegistryTurn {
  readonly delivery: DueDelivery;
  readonly turn: Turn | { readonly kind: "gone" };
}

/** What followed from a batch, beside the states of its deliveries. */
export interface Followed {
  readonly turned: readonly RegistryTurn[];
  /** Lanes in which the next delivery of a key is due. */
  readonly freed: readonly DueAt[];
}

const NOTHING_FOLLOWED: Followed = { turned: [], freed: [] };

/** Records and announces the changes of endpoints and the failed deliveries of a batch. */
export interface SettlementTeller {
  /** Called first in a transaction in which {@link record} may follow. */
  readonly prepare: (tx: Queryable) => Promise<void>;
  /** Returns the change that counts the batch's failures, for a later announcement; undefined without any. */
  readonly failuresChange: (batch: readonly ToSettle[]) => Change | "announce-now" | undefined;
  /** Records and announces in the transaction that made the changes and moved the deliveries. */
  readonly record: (
    tx: Transaction,
    turned: readonly RegistryTurn[],
    moved: readonly ToSettle[],
  ) => Promise<void>;
}

export const NOTHING_TO_TELL: SettlementTeller = {
  prepare: () => Promise.resolve(),
  failuresChange: () => undefined,
  record: () => Promise.resolve(),
};

export interface Settler {
  readonly add: (settled: ToSettle) => void;
  /** Writes a changed breaker with the next batch. */
  readonly addBreaker: (state: BreakerState) => void;
  /** Attempts that ended and are not settled: a crash would repeat them. */
  readonly pending: () => number;
  /** Resolves when nothing is pending. */
  readonly idle: () => Promise<void>;
}

/**
 * How long a few attempts wait for others to be settled with. `always`: so many milliseconds. `busy`: until so many milliseconds after
 * the begin of the last transaction, so that a single attempt after a pause waits for nothing; nor does one that others wait for.
 */
export interface Gathering {
  readonly when: "always" | "busy";
  readonly ms: number;
}

export const NO_GATHERING: Gathering = { when: "busy", ms: 0 };

export interface SettlerDependencies {
  readonly database: Database;
  readonly now: () => number;
  readonly logger: Logger;
  readonly observer: Pick<DeliveryObserver, "settled" | "settleFailed">;
  readonly tell: SettlementTeller;
  readonly gathering: Gathering;
  /** After the commit. */
  readonly onSettled: (batch: readonly ToSettle[], followed: Followed) => void;
  /** Nothing is left to write. */
  readonly onIdle?: () => void;
}

export function createSettler(dependencies: SettlerDependencies): Settler {
  const { database, now, logger, observer, gathering, onSettled, onIdle, tell } = dependencies;
  let queue: ToSettle[] = [];
  let breakers = new Map<number, BreakerState>();
  let inBatch = 0;
  let running: Promise<void> | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;
  let stopGathering: (() => void) | undefined;
  const writeBatch = createBatchWriter({ database, now, tell });

  async function settle(batch: readonly ToSettle[], changed: readonly BreakerState[]): Promise<void> {
    const startedAt = performance.now();
    const { moved, followed } = await writeBatch(batch, changed);
    observer.settled(moved, performance.now() - startedAt);
    onSettled(batch, followed);
  }

  /** Retries while the disk is full or the database is down: the attempts stay in memory meanwhile. */
  async function settleWithRetry(
    batch: readonly ToSettle[],
    changed: readonly BreakerState[],
  ): Promise<void> {
    for (;;) {
      try {
        await settle(batch, changed);
        return;
      } catch (error) {
        if (!isTransient(error)) throw error;
        observer.settleFailed();
        logger.warn("delivery.settle-delayed", { rows: batch.length, error });
        await pause(STORAGE_PAUSE_MS);
      }
    }
  }

  /** Settles a row as it is, or else without its response. If both fail, the delivery is attempted again. */
  async function settleAlone(one: ToSettle): Promise<void> {
    for (const form of [one, withoutResponse(one)]) {
      try {
        await settleWithRetry([form], []);
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
      await settleWithRetry(batch, changed);
    } catch (error) {
      observer.settleFailed();
      logger.error("delivery.settle-failed", { rows: batch.length, error });
      // Each row alone, so that one that the database refuses does not hold up the others.
      for (const one of batch) await settleAlone(one);
    }
  }

  const isFull = (): boolean => queue.length >= FLUSH_AT_ROWS;
  const isUrgent = (settled: ToSettle): boolean => gathering.when === "busy" && isWaitedFor(settled);

  async function gather(): Promise<void> {
    const sinceMs = gathering.when === "always" ? 0 : performance.now() - begunAt;
    const leftMs = gathering.ms - sinceMs;
    if (leftMs <= 0 || isFull() || queue.some(isUrgent)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, leftMs);
      stopGathering = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    stopGathering = undefined;
  }

  async function run(): Promise<void> {
    while (queue.length > 0 || breakers.size > 0) {
      await gather();
      begunAt = performance.now();
      const batch = queue.slice(0, countBatchRows(queue));
      queue = queue.slice(batch.length);
      const changed = [...breakers.values()];
      breakers = new Map();
      inBatch = batch.length;
      await settleBatch(batch, changed);
      inBatch = 0;
    }
    running = undefined;
    onIdle?.();
  }

  function wake(): void {
    running ??= Promise.resolve().then(run);
  }
  return {
    add: (settled) => {
      queue.push(settled);
      if (isFull() || isUrgent(settled)) stopGathering?.();
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

/** What a batch came to. */
interface Written {
  /** Those that had not been moved before. */
  readonly moved: readonly ToSettle[];
  readonly followed: Followed;
}

type WriteBatch = (batch: readonly ToSettle[], changed: readonly BreakerState[]) => Promise<Written>;

/** Writes a batch: in one statement, or in a transaction with everything that can follow from an attempt. */
function createBatchWriter({
  database,
  now,
  tell,
}: Pick<SettlerDependencies, "database" | "now" | "tell">): WriteBatch {
  /** Deliveries of the last keys had others behind them, as those of the next ones probably have. */
  let areFollowed = false;

  /** Fast path. Resolves to false, with nothing written, if a row can't be moved as it is or needs further steps. */
  async function settleInOneStatement(
    batch: readonly ToSettle[],
    changed: readonly BreakerState[],
  ): Promise<boolean> {
    const keys = listEndedKeys(batch);
    if (batch.some(needsSteps) || (areFollowed && keys.length > 0)) return false;
    const failures = batch.some(hasFailed) ? tell.failuresChange(batch) : undefined;
    if (failures === "announce-now") return false;
    const { dialect } = database;
    try {
      return await database.batch({
        checks: [areLastOfKeys(dialect, keys)],
        changes: [
          ...settlingChanges(dialect, batch, now()),
          breakersChange(dialect, changed),
          minutesChange(dialect, countMinutes(batch, now())),
          failures,
        ],
      });
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async function settleInSteps(
    batch: readonly ToSettle[],
    changed: readonly BreakerState[],
  ): Promise<Written> {
    const tells = batch.some(
      (settled) => settled.gone !== undefined || settled.turn !== undefined || hasFailed(settled),
    );
    const keys = listEndedKeys(batch);
    return database.write(async (tx) => {
      if (tells) await tell.prepare(tx);
      const gone = batch.filter((settled) => settled.gone !== undefined);
      const further = await prepareSwitchOff(
        tx,
        gone.map(({ delivery }) => delivery),
      );
      await holdKeys(tx, [...keys, ...further]);
      const settled = await moveDeliveries(tx, batch, now());
      await recordAttempts(tx, settled);
      await saveBreakers(tx, changed);
      // Only what moved: a batch that is written again because the response to its commit was lost counts once.
      await addMinutes(tx, countMinutes(settled.moved, now()));
      const probes = settled.moved.filter(({ isProbe }) => isProbe === true);
      await spareSchedules(
        tx,
        probes.map(({ delivery }) => delivery),
      );
      const turned = await makeTurns(tx, batch);
      const freed = await freeNext(tx, keys, now());
      areFollowed = freed.length > 0;
      if (tells) await tell.record(tx, turned, settled.moved);
      return { moved: settled.moved, followed: { turned, freed } };
    });
  }

  async function makeTurns(tx: Transaction, batch: readonly ToSettle[]): Promise<readonly RegistryTurn[]> {
    const turned: RegistryTurn[] = [];
    for (const { delivery, gone, turn } of batch) {
      const { siteNo, subscriptionNo } = delivery;
      const at = now();
      const because = gone === undefined ? undefined : `${GONE[gone]} since ${new Date(at).toISOString()}`;
      if (because !== undefined && (await switchOff(tx, { siteNo, subscriptionNo, because, now: at })))
        turned.push({ delivery, turn: { kind: "gone" } });
      if (turn !== undefined && (await turnEndpoint(tx, delivery, turn, at))) turned.push({ delivery, turn });
    }
    return turned;
  }

  return async (batch, changed) =>
    (await settleInOneStatement(batch, changed))
      ? { moved: batch, followed: NOTHING_FOLLOWED }
      : settleInSteps(batch, changed);
}

/** Reports whether something follows from it that one statement can't do. */
const needsSteps = (settled: ToSettle): boolean =>
  settled.gone !== undefined || settled.isProbe === true || settled.turn !== undefined;

const hasEnded = ({ settlement: { state } }: ToSettle): boolean =>
  state === "delivered" || state === "failed";

/**
 * Reports whether the next delivery of a key may go then. A redelivery is out of the order: it would let none go, but its low number
 * would take the batch off the fast path.
 */
const endsInOrder = (settled: ToSettle): boolean =>
  settled.delivery.order !== undefined && settled.delivery.redelivery === 0 && hasEnded(settled);

/** Reports whether something else begins once it is settled: the next delivery of its key, or what a person is looking at. */
const isWaitedFor = (settled: ToSettle): boolean => settled.test || endsInOrder(settled);

/** Lists the keys of deliveries that end, with the highest number that ends of each. */
function listEndedKeys(batch: readonly ToSettle[]): readonly NumberedKey[] {
  return listHighest(
    batch.flatMap((settled) => {
      const { siteNo, order } = settled.delivery;
      if (order?.sequence === undefined || !endsInOrder(settled)) return [];
      return [{ siteNo, key: order.key, sequence: order.sequence }];
    }),
  );
}

const hasFailed = ({ settlement }: ToSettle): boolean => settlement.state === "failed";

const GONE: Readonly<Record<GoneBy, string>> = {
  status: "410",
  word: "asked for by the receiver (webhook-delivery: disable)",
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Returns the number of rows for one transaction: long responses must not hold up the others. */
function countBatchRows(queue: readonly ToSettle[]): number {
  let bytes = 0;
  const end = queue.findIndex(({ attempt }, index) => {
    bytes += attempt?.answer?.length ?? 0;
    return index === MAX_ROWS || (index > 0 && bytes > MAX_BYTES);
  });
  return end < 0 ? queue.length : withWholeBatch(queue, end);
}

/** Returns an end at which no batch of a request is cut: behind that batch. */
function withWholeBatch(queue: readonly ToSettle[], end: number): number {
  const batchId = queue[end - 1]?.batchId;
  if (batchId === undefined) return end;
  const after = queue.findIndex((settled, index) => index >= end && settled.batchId !== batchId);
  return after < 0 ? queue.length : after;
}

function isTransient(error: unknown): boolean {
  return error instanceof CallboardError && error.code === "STORAGE";
}

function withoutResponse(settled: ToSettle): ToSettle {
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
