/**
 * Runs replays in the background, chunk by chunk: what a chunk creates and the cursor behind it are committed together, so a
 * process that is killed has sent nothing twice and left nothing out. A lease keeps other processes from the same replay.
 */
import type { Logger } from "../../logger.ts";
import { addResults, choosePace, countToAdd, pauseAfter } from "../model/replay.ts";
import type { Pace } from "../model/replay.ts";
import type { Database } from "../store/db/database.ts";
import { dueNotice } from "../store/tables/deliveries.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import { firstUuidAt, formatReplayId, newUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import {
  countWaitingOfReplay,
  createChange,
  lastDeliveries,
  reopenChange,
} from "../store/tables/replay-deliveries.ts";
import { advanceChange, cancelReplay, claimReplays, releaseReplays } from "../store/tables/replays.ts";
import { hasVersion } from "../store/tables/sites.ts";
import type { Replay, ReplayLease } from "../store/tables/replays.ts";
import { isUniqueViolation } from "../store/db/storage-error.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { examineChunk, numberCreated } from "./chunk.ts";
import type { Chunk } from "./chunk.ts";
import { receiverName } from "../model/receiver.ts";

/** A process that stops without a word is replaced after this time. */
const LEASE_MS = 30_000;
const CLAIM_EVERY_MS = 5_000;
/** A timer counts from the start of its turn, and so comes a little early: its claim is not left to the next one. */
const TIMER_SLACK_MS = 100;
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
  /** Milliseconds since events were sent to this process. */
  readonly quietMs: () => number;
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

const formatKey = ({ siteNo, no }: Replay) => `${siteNo} ${no}`;

export function createReplayRunner(parts: ReplayRunnerParts): ReplayRunner {
  const { database, snapshots, quietMs, wake, now, logger } = parts;
  // On SQLite no other process creates replays.
  const idleMs = database.dialect.isShared ? CLAIM_EVERY_MS : 3_600_000;
  const leaseId = newUuid();
  const lease = (): ReplayLease => ({ id: leaseId, until: now() + LEASE_MS });
  const running = new Map<string, Replay>();
  const full = new Set<Uuid>();
  let claimedAt = Number.NEGATIVE_INFINITY;
  let keptFrom: Uuid = "";
  let stopped = false;
  let isWoken = false;
  const nap = createNap();
  let loop: Promise<void> | undefined;

  const sleep = async (ms: number): Promise<void> => {
    if (!isWoken && !stopped) await nap.sleep(ms);
  };

  async function claim(): Promise<void> {
    if (!isWoken && performance.now() - claimedAt < CLAIM_EVERY_MS - TIMER_SLACK_MS) return;
    isWoken = false;
    const claimed = await database.write((tx) => claimReplays(tx, lease(), MAX_AT_ONCE, now()));
    claimedAt = performance.now();
    running.clear();
    for (const replay of claimed) running.set(formatKey(replay), replay);
    if (claimed.length > 0) keptFrom = await readKeptFrom(parts);
  }

  /** @returns the deliveries that it added; undefined if there was nothing to do */
  async function step(replay: Replay, pace: Pace): Promise<number | undefined> {
    const { siteNo, no, receiver } = replay;
    await snapshots.refresh(database.read);
    const snapshot = snapshots.get(siteNo);
    if (snapshot === undefined || receiverName(snapshot, receiver) === undefined) {
      const reason = snapshot === undefined ? "the site was deleted" : "the receiver was removed";
      await database.write((tx) => cancelReplay(tx, { siteNo, no, reason, now: now() }));
      running.delete(formatKey(replay));
      return 0;
    }
    const maxDeliveries = countToAdd(await countWaitingOfReplay(database.read, siteNo, no), pace);
    if (maxDeliveries === 0) return undefined;
    const chunk = await examineChunk(database.read, {
      window: replay,
      snapshot,
      after: replay.cursor,
      maxEvents: pace.events,
      maxDeliveries,
      keptFrom,
      full,
    });
    const result = addResults(replay.result, chunk.results);
    const endedAt = chunk.isLast ? now() : undefined;
    const lanes = await write(replay, chunk, { result, endedAt });
    running.delete(formatKey(replay));
    if (lanes === undefined) {
      // Somebody canceled it or took it over, or was faster with an event of it: what is still ours is looked at again.
      claimedAt = Number.NEGATIVE_INFINITY;
      return undefined;
    }
    wake(lanes);
    if (endedAt === undefined) {
      running.set(formatKey(replay), { ...replay, cursor: chunk.cursor, result });
    } else {
      const { events, created, redelivered } = result.counts;
      logger.info("replay.done", { replay: formatReplayId(siteNo, no), events, created, redelivered });
    }
    return lanes.length;
  }

  /** Resolves to where something became due; to undefined, and nothing is written, unless all is as the chunk found it. */
  async function write(
    replay: Replay,
    { version, cursor, created, reopened, endpointNos }: Chunk,
    to: Pick<Replay, "result" | "endedAt">,
  ): Promise<readonly DueAt[] | undefined> {
    const { siteNo, onlyMissing } = replay;
    const { dialect, read } = database;
    const events = [...new Set(created.map(({ event }) => event))];
    const numbered = numberCreated(created, await lastDeliveries(read, siteNo, events));
    if ("full" in numbered) {
      full.add(numbered.full);
      return undefined;
    }
    const lanes = [...created, ...reopened].map(({ wanted: { endpointNo } }) => ({
      siteNo,
      endpointNo,
      lane: 1 as const,
    }));
    try {
      const isWritten = await database.batch({
        checks: [lanes.length === 0 ? undefined : hasVersion(siteNo, version), dueNotice(dialect, lanes)],
        changes: [
          advanceChange(dialect, replay, { to: { ...to, cursor }, lease: lease(), now: now() }),
          createChange(dialect, replay, { endpointNos, rows: numbered.rows, now: now() }),
          reopenChange(dialect, replay, { rows: reopened, onlyFailed: onlyMissing, now: now() }),
        ],
      });
      return isWritten ? lanes : undefined;
    } catch (error) {
      if (isUniqueViolation(error)) return undefined;
      throw error;
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await claim();
        let added: number | undefined;
        const pace = choosePace(quietMs());
        const startedAt = performance.now();
        for (const replay of [...running.values()]) {
          const more = await step(replay, pace);
          if (more !== undefined) added = (added ?? 0) + more;
        }
        if (added !== undefined) await sleep(pauseAfter(performance.now() - startedAt, added, pace));
        else await sleep(running.size === 0 && Number.isFinite(claimedAt) ? idleMs : WAIT_MS);
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
      nap.end();
    },
    stop: async () => {
      stopped = true;
      nap.end();
      await loop;
      if (database.dialect.isShared && running.size > 0)
        await database.write((tx) => releaseReplays(tx, leaseId)).catch(() => undefined);
    },
  };
}

/** Creates a pause that can be ended early. */
function createNap() {
  let end = (): void => undefined;
  return {
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    end: () => {
      end();
    },
  };
}
