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

/** What a process saw at one moment. Times are in milliseconds, and sums since its start. */
export interface LoadLook {
  readonly at: number;
  readonly commits: number;
  readonly commitMs: number;
  /** Time in which a commit was under way. */
  readonly committingMs: number;
  /** Time in which the event loop worked, and waited. */
  readonly activeMs: number;
  readonly idleMs: number;
  /** True if a statement waited for a connection. */
  readonly isAwaited: boolean;
}

/** Returns undefined for fewer than two looks. */
export function toLoadFigures(looks: readonly LoadLook[]): LoadFigures | undefined {
  const [first] = looks;
  const last = looks.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  const since = (name: Exclude<keyof LoadLook, "isAwaited">) => last[name] - first[name];
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return {
    busyShare: share(since("activeMs"), since("activeMs") + since("idleMs")),
    awaitedShare: looks.filter(({ isAwaited }) => isAwaited).length / looks.length,
    committingShare: share(since("committingMs"), since("at")),
    commitMs: share(since("commitMs"), since("commits")),
  };
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
export const toBottleneck = (name: string): Bottleneck | undefined =>
  BOTTLENECKS.find((known) => known === name);
