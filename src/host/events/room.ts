/** Whether more can be taken: deliveries that wait, and space on the disk, looked at now and then instead of at each event. */
import { statfs } from "node:fs/promises";
import { CallboardError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";

export interface RoomDependencies {
  /** Counts what waits, up to one more than the limit. */
  readonly countWaiting: (most: number) => Promise<number>;
  readonly queueLimit: number;
  /** The file whose disk must not fill up; undefined on PostgreSQL. */
  readonly databaseFile: string | undefined;
  readonly logger: Logger;
}

export interface Room {
  /** @throws CallboardError OVERLOADED, STORAGE */
  readonly assert: () => void;
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

const LOOK_EVERY_MS = 1_000;
const COUNT_EVERY = 5;
/** What is kept free, so that deliveries under way can still be settled: 64 MiB, or 5 % of a small disk. */
const RESERVE_BYTES = 64 * 1024 * 1024;
const RESERVE_SHARE = 0.05;

export function createRoom({ countWaiting, queueLimit, databaseFile, logger }: RoomDependencies): Room {
  let isFull = false;
  let isOverloaded = false;
  let looks = 0;
  let looking = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      if (databaseFile !== undefined) {
        const { bavail, bsize, blocks } = await statfs(databaseFile);
        const full = bavail * bsize < Math.min(RESERVE_BYTES, blocks * bsize * RESERVE_SHARE);
        if (full !== isFull)
          logger.warn(full ? "storage.full" : "storage.free", { freeBytes: bavail * bsize });
        isFull = full;
      }
      if (looks % COUNT_EVERY === 0) isOverloaded = (await countWaiting(queueLimit + 1)) > queueLimit;
      looks += 1;
    } catch (error) {
      logger.warn("storage.look-failed", { error });
    } finally {
      looking = false;
    }
  }
  return {
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
      if (isOverloaded) {
        throw new CallboardError("OVERLOADED", `More than ${queueLimit} deliveries are waiting`, {
          retryAfterSeconds: 10,
        });
      }
    },
    start: async () => {
      await look();
      timer = setInterval(() => void look(), LOOK_EVERY_MS);
    },
    stop: () => clearInterval(timer),
  };
}
