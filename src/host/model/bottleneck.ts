/** Finds what limits the throughput of a process: itself, its connections, or the database. Pure. */

export const BOTTLENECKS = ["process", "connections", "database"] as const;
export type Bottleneck = (typeof BOTTLENECKS)[number];

/** What a process measured over the last seconds. */
export interface LoadFigures {
  /** Share of the time in which its event loop was busy, 0 to 1. */
  readonly busyShare: number;
  /** Share of the looks at which statements waited for a connection, 0 to 1. */
  readonly awaitedShare: number;
  /** Share of the time in which a commit was under way, 0 to 1. */
  readonly committingShare: number;
  /** Average time of a commit, in milliseconds. */
  readonly commitMs: number;
}

const BUSY_SHARE = 0.9;
const AWAITED_SHARE = 0.5;
const COMMITTING_SHARE = 0.9;
/** A commit of some hundred rows takes 5 to 20 ms on a database with time to spare. */
const SLOW_COMMIT_MS = 50;

/**
 * Returns undefined while nothing is at its limit. A process that is busy itself notices late when a commit has ended, so that its
 * figures say nothing of the database.
 */
export function findBottleneck(figures: LoadFigures): Bottleneck | undefined {
  const { busyShare, awaitedShare, committingShare, commitMs } = figures;
  if (busyShare >= BUSY_SHARE) return "process";
  if (awaitedShare >= AWAITED_SHARE) return "connections";
  return committingShare >= COMMITTING_SHARE && commitMs >= SLOW_COMMIT_MS ? "database" : undefined;
}

const SENTENCES: Readonly<Record<Bottleneck, string>> = {
  process: "The process uses a whole core. Start another process with the role all or worker",
  connections:
    "Statements of the process wait for a connection. Raise CALLBOARD_DATABASE_POOL, or give the database more cores",
  database:
    "The database is the limit: commits take long, and the process waits for them. Give the database more cores or a faster disk",
};

/** Returns one sentence without its period. */
export const explainBottleneck = (bottleneck: Bottleneck): string => SENTENCES[bottleneck];

/** Returns undefined for a name that a later version may have stored. */
export const parseBottleneck = (name: string): Bottleneck | undefined =>
  BOTTLENECKS.find((known) => known === name);
