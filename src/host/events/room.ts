/** Whether the disk has space for more events, looked at now and then instead of at each event. */
import { statfs } from "node:fs/promises";
import { CallboardError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";

export interface RoomDependencies {
  /** The file whose disk must not fill up; undefined on PostgreSQL. */
  readonly databaseFile: string | undefined;
  readonly logger: Logger;
}

export interface Space {
  readonly freeBytes: number;
  readonly allBytes: number;
}

export interface Room {
  /** @throws CallboardError STORAGE */
  readonly assert: () => void;
  /** As of the last look; undefined where the disk isn't known: on PostgreSQL. */
  readonly free: () => Space | undefined;
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

const LOOK_EVERY_MS = 1_000;
/** What is kept free, so that deliveries under way can still be settled: 64 MiB, or 5 % of a small disk. */
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

export function createRoom({ databaseFile, logger }: RoomDependencies): Room {
  let isFull = false;
  let looking = false;
  let space: Space | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      if (databaseFile !== undefined) {
        const disk = await statfs(databaseFile);
        space = { freeBytes: disk.bavail * disk.bsize, allBytes: disk.blocks * disk.bsize };
        const full = isNearlyFull(disk);
        if (full !== isFull)
          logger.warn(full ? "storage.full" : "storage.free", { freeBytes: disk.bavail * disk.bsize });
        isFull = full;
      }
    } catch (error) {
      logger.warn("storage.look-failed", { error });
    } finally {
      looking = false;
    }
  }
  return {
    free: () => space,
    assert: () => {
      if (isFull) {
        throw new CallboardError(
          "STORAGE",
          "The disk of the database is nearly full: no event is taken until space returns",
          {
            retryAfterSeconds: 5,
          },
        );
      }
    },
    start: async () => {
      await look();
      timer = setInterval(() => void look(), LOOK_EVERY_MS);
    },
    stop: () => clearInterval(timer),
  };
}
