/** When the memory that a server no longer uses is worth collecting. Pure. */

/** A server that uses less of one core has little to do: its timers alone take about half of it. */
const IDLE_SHARE = 0.02;
/** Collecting blocks the process for 3 ms for each MB that is used. Larger heaps are left to V8, which collects in parts. */
const MAX_USED_BYTES = 64_000_000;
const WORTH_BYTES = 8_000_000;

export interface HeapLevel {
  /** Bytes that V8 holds, used or not. */
  readonly heldBytes: number;
  readonly usedBytes: number;
}

export interface MemoryLevel extends HeapLevel {
  /** CPU time since the last look, as a share of one core. */
  readonly cpuShare: number;
  /** What V8 held after the last collection; undefined before the first. */
  readonly heldAfterLast: number | undefined;
}

/** True if nothing is going on, and V8 holds at least 8 MB more than after the last collection. */
export const isWorthCollecting = ({
  cpuShare,
  heldBytes,
  usedBytes,
  heldAfterLast = 0,
}: MemoryLevel): boolean =>
  cpuShare < IDLE_SHARE && usedBytes <= MAX_USED_BYTES && heldBytes - heldAfterLast >= WORTH_BYTES;
