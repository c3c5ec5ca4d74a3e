/**
 * Runs replays in the background, chunk by chunk: what a chunk creates and the cursor behind it are committed together, so a
 * process that is killed has sent nothing twice and left nothing out. A lease keeps other processes from the same replay.
 */
import type { Logger } from "../../logger.ts";
import { addResults, countToAdd, pauseAfter } from "../model/replay.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { notifyDue } from "../store/tables/deliveries.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import { firstUuidAt, formatReplayId, newUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import {
  advanceReplay,
  cancelReplay,
  claimReplays,
  countWaitingOfReplay,
  createReplayed,
  lastDeliveries,
  releaseReplays,
  reopenReplayed,
  siteVersion,
} from "../store/tables/replays.ts";
import type { Replay, ReplayLease } from "../store/tables/replays.ts";
import { isUniqueViolation } from "../store/db/storage-error.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { examineChunk, numberCreated } from "./chunk.ts";
import type { Chunk } from "./chunk.ts";
import type { Receiver } from "../model/endpoint.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** A process that stops without a word is replaced after this time. */
const LEASE_MS = 30_000;
const CLAIM_EVERY_MS = 5_000;
/** While all that may wait does, and after a chunk that somebody else got ahead of. */
const WAIT_MS = 100;
/** After an error. */
const REST_MS = 1_000;
const MAX_AT_ONCE = 20;
/** Retention may delete an event this long before a replay expects it. */
const RETENTION_MARGIN_MS = 60_000;

export interface ReplayRunnerParts {
  readonly database: Database;
  readonly snapshots: Pick<Snapshots, "get" | "refresh">;
  readonly ages: () => Promise<{ readonly retentionMs: number; readonly bodyRetentionMs: number }>;
  /** Tells the engine of this process where something became due. */
  readonly wake: (lanes: readonly DueAt[]) => void;
  readonly now: () => number;
  readonly logger: Logger;
}

export interface ReplayRunner {
  readonly start: () => void;
  /** A replay was created: looks for it at once. */
  readonly wake: () => void;
  /** Resolves when the chunk under way is committed, and gives the replays back. */
  readonly stop: () => Promise<void>;
}

/** The event before which retention deletes bodies, or soon does. */
export async function readKeptFrom({ ages, now }: Pick<ReplayRunnerParts, "ages" | "now">): Promise<Uuid> {
  const { retentionMs, bodyRetentionMs } = await ages();
  return firstUuidAt(now() - Math.min(retentionMs, bodyRetentionMs) + RETENTION_MARGIN_MS);
}

export function hasReceiver({ installations, webhooks }: SiteSnapshot, receiver: Receiver): boolean {
  return receiver.kind === "addon"
    ? (installations.get(receiver.addonKey)?.state ?? "uninstalled") !== "uninstalled"
    : webhooks.has(receiver.webhookNo);
}

/** Somebody else was faster: the chunk is looked at again. */
class Overtaken extends Error {}

const keyOf = ({ siteNo, no }: Replay) => `${siteNo} ${no}`;

export function createReplayRunner(parts: ReplayRunnerParts): ReplayRunner {
  const { database, snapshots, wake, now, logger } = parts;
  // On SQLite no other process creates replays.
  const idleMs = database.dialect.name === "sqlite" ? 3_600_000 : CLAIM_EVERY_MS;
  const leaseId = newUuid();
  const lease = (): ReplayLease => ({ id: leaseId, until: now() + LEASE_MS });
  const running = new Map<string, Replay>();
  const full = new Set<Uuid>();
  let claimedAt = Number.NEGATIVE_INFINITY;
  let keptFrom: Uuid = "";
  let stopped = false;
  let isWoken = false;
  let endSleep: (() => void) | undefined;
  let loop: Promise<void> | undefined;

  function sleep(ms: number): Promise<void> {
    if (isWoken || stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function claim(): Promise<void> {
    if (!isWoken && performance.now() - claimedAt < CLAIM_EVERY_MS) return;
    isWoken = false;
    const claimed = await database.write((tx) => claimReplays(tx, lease(), MAX_AT_ONCE, now()));
    claimedAt = performance.now();
    running.clear();
    for (const replay of claimed) running.set(keyOf(replay), replay);
    if (claimed.length > 0) keptFrom = await readKeptFrom(parts);
  }

  /** @returns the deliveries that it added; undefined if there was nothing to do */
  async function step(replay: Replay): Promise<number | undefined> {
    const { siteNo, no, receiver } = replay;
    await snapshots.refresh(database.read);
    const snapshot = snapshots.get(siteNo);
    if (snapshot === undefined || !hasReceiver(snapshot, receiver)) {
      const reason = snapshot === undefined ? "the site was deleted" : "the receiver was removed";
      await database.write((tx) => cancelReplay(tx, siteNo, no, reason, now()));
      running.delete(keyOf(replay));
      return 0;
    }
    const maxDeliveries = countToAdd(await countWaitingOfReplay(database.read, siteNo, no));
    if (maxDeliveries === 0) return undefined;
    const chunk = await examineChunk(database.read, {
      window: replay,
      snapshot,
      after: replay.cursor,
      maxDeliveries,
      keptFrom,
      full,
    });
    const result = addResults(replay.result, chunk.results);
    const endedAt = chunk.isLast ? now() : undefined;
    const lanes = await write(replay, chunk, { result, endedAt });
    if (lanes === "overtaken") return undefined;
    running.delete(keyOf(replay));
    if (lanes === "not ours") return 0;
    if (lanes.length > 0) wake(lanes);
    if (endedAt === undefined) {
      running.set(keyOf(replay), { ...replay, cursor: chunk.cursor, result });
    } else {
      const { events, created, redelivered } = result.counts;
      logger.info("replay.done", { replay: formatReplayId(siteNo, no), events, created, redelivered });
    }
    return lanes.length;
  }

  async function write(
    replay: Replay,
    chunk: Chunk,
    to: Pick<Replay, "result" | "endedAt">,
  ): Promise<readonly DueAt[] | "not ours" | "overtaken"> {
    try {
      return await database.write((tx) => commit(tx, replay, chunk, to));
    } catch (error) {
      if (!(error instanceof Overtaken) && !isUniqueViolation(error)) throw error;
      return "overtaken";
    }
  }

  /** Writes nothing if the replay was canceled or taken over. @throws Overtaken to undo it all */
  async function commit(
    tx: Queryable,
    replay: Replay,
    chunk: Chunk,
    to: Pick<Replay, "result" | "endedAt">,
  ): Promise<readonly DueAt[] | "not ours"> {
    const { siteNo, onlyMissing } = replay;
    if (!(await advanceReplay(tx, replay, { ...to, cursor: chunk.cursor }, lease(), now())))
      return "not ours";
    if (chunk.created.length + chunk.reopened.length === 0) return [];
    if ((await siteVersion(tx, siteNo)) !== chunk.version) throw new Overtaken();
    const events = [...new Set(chunk.created.map(({ event }) => event))];
    const numbered = numberCreated(chunk.created, await lastDeliveries(tx, siteNo, events));
    if ("full" in numbered) {
      full.add(numbered.full);
      throw new Overtaken();
    }
    const created = await createReplayed(tx, replay, chunk.endpointNos, numbered.rows, now());
    const reopened = await reopenReplayed(tx, replay, chunk.reopened, onlyMissing, now());
    if (created.length + reopened.length !== chunk.created.length + chunk.reopened.length)
      throw new Overtaken();
    const lanes = [...created, ...reopened];
    await notifyDue(tx, lanes);
    return lanes;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await claim();
        let added: number | undefined;
        const startedAt = performance.now();
        for (const replay of [...running.values()]) {
          const more = await step(replay);
          if (more !== undefined) added = (added ?? 0) + more;
        }
        if (added !== undefined) await sleep(pauseAfter(performance.now() - startedAt, added));
        else await sleep(running.size === 0 ? idleMs : WAIT_MS);
      } catch (error) {
        logger.warn("replay.step-failed", { error });
        running.clear();
        claimedAt = Number.NEGATIVE_INFINITY;
        await sleep(REST_MS);
      }
    }
  }

  return {
    start: () => {
      loop = run();
    },
    wake: () => {
      isWoken = true;
      endSleep?.();
    },
    stop: async () => {
      stopped = true;
      endSleep?.();
      await loop;
      if (database.dialect.name === "postgres" && running.size > 0)
        await database.write((tx) => releaseReplays(tx, leaseId)).catch(() => undefined);
    },
  };
}
