/** Counts commits and the time that they take. */
import { steadyNow } from "../../../steady.ts";
import type { Now } from "../../../steady.ts";

/** Since the database was opened. */
export interface CommitCount {
  readonly commits: number;
  /** Time of all of them together, in milliseconds. */
  readonly totalMs: number;
  /** Time in which at least one was under way, in milliseconds. */
  readonly busyMs: number;
}

export interface CommitMeter {
  readonly measure: <T>(commit: () => Promise<T>) => Promise<T>;
  readonly read: () => CommitCount;
}

export function createCommitMeter(now: Now = steadyNow): CommitMeter {
  let commits = 0;
  let totalMs = 0;
  let busyMs = 0;
  let underWay = 0;
  let busySince = 0;
  const busyUntil = (at: number): number => busyMs + (underWay > 0 ? at - busySince : 0);

  return {
    measure: async (commit) => {
      const startedAt = now();
      if (underWay === 0) busySince = startedAt;
      underWay += 1;
      try {
        return await commit();
      } finally {
        const endedAt = now();
        busyMs = busyUntil(endedAt);
        busySince = endedAt;
        underWay -= 1;
        commits += 1;
        totalMs += endedAt - startedAt;
      }
    },
    read: () => ({ commits, totalMs, busyMs: busyUntil(now()) }),
  };
}
