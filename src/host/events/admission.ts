/**
 * Admission control: refuses events while the disk is nearly full, which it polls instead of checking on every event, or while
 * too many bytes wait to be committed.
 */
import { statfs } from "node:fs/promises";
import { CallboardError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import { highestLevel } from "../model/highest-level.ts";
import type { Limit } from "../model/limits.ts";
import { exceededShare } from "../model/shares.ts";
import type { Shares } from "../model/shares.ts";

export interface AdmissionDependencies {
  /** The file whose disk must not fill up; undefined on PostgreSQL. */
  readonly databaseFile: string | undefined;
  readonly logger: Logger;
}

export interface Space {
  readonly freeBytes: number;
  readonly allBytes: number;
}

export interface AdmissionControl {
  /** @throws {CallboardError} STORAGE while the disk is nearly full */
  readonly assertCapacity: () => void;
  /** Result of the last check. Undefined on PostgreSQL, whose disk is unknown. */
  readonly free: () => Space | undefined;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const LOOK_EVERY_MS = 1_000;
/** Bytes kept free for settling deliveries in flight: 64 MiB, or 5% of a small disk. */
const RESERVE_BYTES = 64 * 1024 * 1024;
const RESERVE_SHARE = 0.05;

/** `statfs` of the disk: blocks of `bsize` bytes, in all and free for this process. */
export interface Disk {
  readonly bsize: number;
  readonly blocks: number;
  readonly bavail: number;
}

export function isNearlyFull({ bavail, bsize, blocks }: Disk): boolean {
  return bavail * bsize < Math.min(RESERVE_BYTES, blocks * bsize * RESERVE_SHARE);
}

export function createAdmissionControl({ databaseFile, logger }: AdmissionDependencies): AdmissionControl {
  let isFull = false;
  let space: Space | undefined;

  async function look(): Promise<void> {
    if (databaseFile === undefined) return;
    const disk = await statfs(databaseFile);
    space = { freeBytes: disk.bavail * disk.bsize, allBytes: disk.blocks * disk.bsize };
    const full = isNearlyFull(disk);
    if (full !== isFull)
      logger.warn(full ? "storage.full" : "storage.free", { freeBytes: disk.bavail * disk.bsize });
    isFull = full;
  }

  const noteFailure = (error: unknown) => logger.warn("storage.check-failed", { error });
  const looks = createRepeating({ run: look, everyMs: LOOK_EVERY_MS, onError: noteFailure });
  return {
    free: () => space,
    assertCapacity: () => {
      if (isFull) {
        throw new CallboardError(
          "STORAGE",
          "The disk of the database is nearly full: no event is taken until space returns",
          { retryAfterSeconds: 5 },
        );
      }
    },
    start: async () => {
      await look().catch(noteFailure);
      looks.start();
    },
    stop: looks.stop,
  };
}

/** Bytes of events that wait to be committed. */
const WAITING_BYTES: Shares = { each: 64 * 1024 * 1024, all: 256 * 1024 * 1024 };

/** The bytes of events that wait to be committed, by the site that sent them. */
export function createWaitingBytes(getName: (siteNo: number) => string) {
  const bySite = new Map<number, number>();
  let all = 0;
  const refusal = "503 `OVERLOADED` with Retry-After";
  const limits: readonly Limit[] = [
    {
      name: "Bytes waiting to be committed",
      default: WAITING_BYTES.each,
      max: WAITING_BYTES.each,
      unit: "bytes",
      per: "site",
      refusal,
      level: () => highestLevel([...bySite].map(([siteNo, bytes]) => [`site ${getName(siteNo)}`, bytes])),
    },
    {
      name: "Bytes waiting to be committed, all sites",
      default: WAITING_BYTES.all,
      max: WAITING_BYTES.all,
      unit: "bytes",
      per: "host",
      refusal: `${refusal}, for the sites above an equal share`,
      level: () => ({ highest: all }),
    },
  ];
  return {
    limits,
    /** @throws {CallboardError} OVERLOADED when the site is over its share */
    add: (siteNo: number, bytes: number): void => {
      const own = bySite.get(siteNo) ?? 0;
      const users = bySite.size + (own === 0 ? 1 : 0);
      const share = exceededShare({ own, all, users }, bytes, WAITING_BYTES);
      if (share !== undefined) {
        const name = JSON.stringify(getName(siteNo));
        throw new CallboardError(
          "OVERLOADED",
          share === "own"
            ? `Events of site ${name} with ${own} bytes are waiting to be written; its share is ${WAITING_BYTES.each} bytes`
            : `Events of all sites with ${all} bytes are waiting to be written, and site ${name} has more than its equal share of ${WAITING_BYTES.all} bytes`,
          { retryAfterSeconds: 1, extra: { share: share === "own" ? "site" : "server" } },
        );
      }
      bySite.set(siteNo, own + bytes);
      all += bytes;
    },
    remove: (siteNo: number, bytes: number): void => {
      const left = (bySite.get(siteNo) ?? 0) - bytes;
      if (left > 0) bySite.set(siteNo, left);
      else bySite.delete(siteNo);
      all -= bytes;
    },
  };
}
