/**
 * Retention: events with their deliveries and attempts, per-minute figures, ended replays and lifecycle calls go when they are older
 * than the configured age, bodies earlier if so configured. Small batches with pauses between them: deliveries go on.
 */
import { realClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { firstUuidAt } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { toSiteRetention } from "../model/retention.ts";
import type { Ages, EventChoice, SiteRetention } from "../model/retention.ts";
import { KEY_KEPT_MS } from "../model/idempotency-key.ts";
import { removeKeyedRequests } from "../store/tables/idempotency-keys.ts";
import { forgetKeys } from "../store/tables/order.ts";
import { removeBatches } from "../store/tables/batches.ts";
import { removeReplays } from "../store/tables/replays.ts";
import {
  countFreePages,
  emptyBodies,
  expireWaiting,
  listSentSites,
  nextEventRange,
  nextEvents,
  readEmptiedUntil,
  releasePages,
  removeEvents,
  removeEventsOfDeletedSite,
  removeLifecycleCalls,
  removeLogins,
  removeMinutes,
  takeRetentionTurn,
  writeEmptiedUntil,
} from "../store/tables/retention.ts";
import type { EventRange } from "../store/tables/retention.ts";
import { listSites } from "../store/tables/sites.ts";
import { nextSize, pauseAfter } from "./pace.ts";

const SWEEP_EVERY_MS = 10 * 60_000;
const MINUTE_MS = 60_000;
/** Age of the last use after which every session has expired. */
const SESSION_UNSEEN_MS = 7 * 86_400_000;
const FIRST_BATCH = 50;
/** Above every id, and above every minute that the column holds. */
const END: Uuid = "g";
const LAST_MINUTE = 2 ** 31 - 1;
/** Free pages are for the next events; a file is made smaller only when more than a quarter of it lies idle. */
const IDLE_SHARE = 0.25;
const IDLE_PAGES_LEFT = 1_000;

const ALL: EventChoice = { kind: "all" };

interface SweptEvents {
  readonly siteNo: number;
  readonly before: Uuid;
  readonly choice: EventChoice;
}

export interface RetentionDependencies {
  readonly database: Database;
  /** Those of the host, which sites can have others than. Asked at each sweep, since they may be changed meanwhile. */
  readonly ages: () => Promise<Ages>;
  readonly now: () => number;
  /** By the computer's own time when left out. */
  readonly clock?: Pick<Clock, "scheduleLook"> | undefined;
  readonly logger: Logger;
  /** A run has ended; undefined when it failed. */
  readonly onRun?: (swept: Swept | undefined) => void;
  /** Deliveries ended as `expired`. */
  readonly onExpired?: () => void;
}

/** Numbers of rows that one sweep deleted. */
export interface Swept {
  readonly events: number;
  readonly minutes: number;
  readonly lifecycleCalls: number;
}

export interface Retention {
  /** Sweeps soon, and then every ten minutes. */
  readonly start: () => void;
  /** Resolves when the batch under way has ended. */
  readonly stop: () => Promise<void>;
  /** Removes everything that is too old at this moment, as far as no other process is at it. */
  readonly sweep: () => Promise<Swept>;
}

export function createRetention(dependencies: RetentionDependencies): Retention {
  const { database, ages, now, logger, onExpired = () => undefined } = dependencies;
  const { inBatches, wake } = createBatches(() => sweeps.isStopped(), database.dialect.isShared);

  /** A transaction of its own. The result is undefined when another process is at it. */
  function inTurn<T>(work: (tx: Queryable) => Promise<T>): Promise<Timed<T | undefined>> {
    return inTransaction(database, async (tx) => ((await takeRetentionTurn(tx)) ? work(tx) : undefined));
  }

  function sweepEvents(
    { siteNo, before, choice }: SweptEvents,
    remove: (tx: Queryable, range: EventRange) => Promise<number>,
  ): Promise<number> {
    let after: Uuid = "";
    return inBatches(async (size) => {
      const ranges = await nextRanges(database.read, choice, { siteNo, after, before, most: size });
      const last = ranges.at(-1)?.last;
      if (last === undefined) return END_OF_BATCHES;
      const { result: count, workMs } = await inTurn(async (tx) => {
        let removed = 0;
        for (const range of ranges) removed += await remove(tx, range);
        return removed;
      });
      after = last;
      return { count: count ?? 0, more: count !== undefined, workMs };
    });
  }

  /** Removes what is too old, and ends what still waits of it as expired. */
  async function sweepSite(siteNo: number, at: number, { sweeps }: SiteRetention) {
    let [events, expired] = [0, 0];
    for (const { choice, retentionMs } of sweeps) {
      const swept = { siteNo, before: firstUuidAt(at - retentionMs), choice };
      events += await sweepEvents(swept, removeEvents);
      // Removed at the next sweep, so that an attempt in flight has something to be recorded at.
      expired += await sweepEvents(swept, (tx, range) => expireWaiting(tx, range, now()));
    }
    return { events, expired };
  }

  async function sweepBodies(siteNo: number, before: Uuid): Promise<void> {
    let after = await readEmptiedUntil(database.read, siteNo);
    let firstKept: Uuid | undefined;
    await inBatches(async (size) => {
      const range = await nextEventRange(database.read, { siteNo, after, before, most: size });
      if (range === undefined) return END_OF_BATCHES;
      after = range.last;
      const { result: done, workMs } = await inTurn(async (tx) => {
        const kept = await emptyBodies(tx, range);
        // The next sweep begins again where something had to wait.
        firstKept ??= kept;
        if (firstKept === undefined) await writeEmptiedUntil(tx, siteNo, range.last);
        return true;
      });
      return { count: 0, more: done === true, workMs };
    });
  }

  function sweepRows(remove: (tx: Queryable, most: number) => Promise<number>): Promise<number> {
    return inBatches(async (size) => {
      const { result: count = 0, workMs } = await inTurn((tx) => remove(tx, size));
      return { count, more: count === size, workMs };
    });
  }

  async function sweep(): Promise<Swept> {
    const at = now();
    const ofHost = await ages();
    const options = new Map((await listSites(database.read)).map((site) => [site.no, site.options]));
    let expired = 0;
    const swept = { events: 0, minutes: 0, lifecycleCalls: 0 };
    for (const { siteNo, exists } of await listSentSites(database.read)) {
      const kept = toSiteRetention(ofHost, options.get(siteNo));
      const { retentionMs, bodyRetentionMs } = kept;
      const before = exists ? firstUuidAt(at - retentionMs) : END;
      const beforeMinute = exists ? Math.floor((at - retentionMs) / MINUTE_MS) : LAST_MINUTE;
      const done = exists
        ? await sweepSite(siteNo, at, kept)
        : {
            events: await sweepEvents({ siteNo, before, choice: ALL }, removeEventsOfDeletedSite),
            expired: 0,
          };
      swept.events += done.events;
      expired += done.expired;
      swept.minutes += await sweepRows((tx, most) => removeMinutes(tx, siteNo, beforeMinute, most));
      await sweepRows((tx, most) => removeReplays(tx, siteNo, exists ? at - retentionMs : undefined, most));
      await sweepRows((tx, most) => forgetKeys(tx, siteNo, exists ? at - retentionMs : undefined, most));
      await sweepRows((tx, most) => removeBatches(tx, siteNo, before, most));
      swept.lifecycleCalls += await sweepRows((tx, most) => removeLifecycleCalls(tx, siteNo, before, most));
      if (exists && bodyRetentionMs < retentionMs) {
        await sweepBodies(siteNo, firstUuidAt(at - bodyRetentionMs));
      }
    }
    if (expired > 0) {
      logger.warn("retention.expired", { deliveries: expired });
      onExpired();
    }
    await inTurn((tx) => removeLogins(tx, at, at - SESSION_UNSEEN_MS));
    await sweepRows((tx, most) => removeKeyedRequests(tx, at - KEY_KEPT_MS, most));
    await makeFileSmaller(database, inBatches);
    return swept;
  }

  const sweeps = createRepeating({
    run: async () => {
      const swept = await sweep();
      dependencies.onRun?.(swept);
      if (swept.events + swept.minutes + swept.lifecycleCalls > 0)
        logger.debug("retention.swept", { ...swept });
    },
    everyMs: SWEEP_EVERY_MS,
    firstMs: MINUTE_MS,
    schedule: (dependencies.clock ?? realClock).scheduleLook,
    onError: (error) => {
      dependencies.onRun?.(undefined);
      logger.warn("retention.sweep-failed", { error });
    },
  });

  return {
    sweep,
    start: sweeps.start,
    stop: () => {
      const stopped = sweeps.stop();
      wake();
      return stopped;
    },
  };
}

async function nextRanges(
  q: Queryable,
  choice: EventChoice,
  where: Parameters<typeof nextEventRange>[1],
): Promise<readonly EventRange[]> {
  if (choice.kind !== "all") return nextEvents(q, choice, where);
  const range = await nextEventRange(q, where);
  return range === undefined ? [] : [range];
}

async function makeFileSmaller(database: Database, inBatches: InBatches): Promise<void> {
  const { free, all } = await countFreePages(database.read);
  if (free < all * IDLE_SHARE || free <= IDLE_PAGES_LEFT) return;
  let left = free;
  await inBatches(async (size) => {
    const before = left;
    const { workMs } = await inTransaction(database, (tx) =>
      releasePages(tx, Math.min(size, before - IDLE_PAGES_LEFT)),
    );
    left = (await countFreePages(database.read)).free;
    // A file made without auto_vacuum gives nothing back.
    return { count: before - left, more: left > IDLE_PAGES_LEFT && left < before, workMs };
  });
}

interface Timed<T> {
  readonly result: T;
  readonly workMs: number;
}

/** Work in a transaction of its own, with its duration, which leaves out the wait for other transactions. */
function inTransaction<T>(database: Database, work: (tx: Queryable) => Promise<T>): Promise<Timed<T>> {
  return database.write(async (tx) => {
    const startedAt = performance.now();
    const result = await work(tx);
    return { result, workMs: performance.now() - startedAt };
  });
}

interface Batch {
  /** Number of rows that it deleted. */
  readonly count: number;
  readonly more: boolean;
  /** Duration of its own work: if the wait for others counted, batches would become smaller under load and never catch up. */
  readonly workMs: number;
}

/** Repeats a batch until it says that it was the last one. Resolves to the sum of what the batches counted. */
type InBatches = (batch: (size: number) => Promise<Batch>) => Promise<number>;

const END_OF_BATCHES: Batch = { count: 0, more: false, workMs: 0 };

/** Batches with pauses between them, which end early once the work is stopped. */
function createBatches(isStopped: () => boolean, isBesideOthers: boolean) {
  let wakeFromPause: (() => void) | undefined;

  const inBatches: InBatches = async (batch) => {
    let total = 0;
    let size = FIRST_BATCH;
    while (!isStopped()) {
      const { count, more, workMs } = await batch(size);
      total += count;
      if (!more) break;
      size = nextSize(size, workMs, isBesideOthers);
      await pause(pauseAfter(workMs));
    }
    return total;
  };

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = setTimeout(resolve, ms);
      wakeFromPause = () => {
        clearTimeout(waiting);
        resolve();
      };
    });
  }

  return { inBatches, wake: () => wakeFromPause?.() };
}
