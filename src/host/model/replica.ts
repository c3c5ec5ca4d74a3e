/** How a read replica stands to its primary, and whether lists may be read from it. Pure. */
import type { ErrorCode } from "../../errors.ts";

/** A replica is behind from this time on, in milliseconds. */
export const MAX_REPLICA_LAG_MS = 10_000;
/** One that was behind is used again below this time, so that it doesn't change from second to second. */
const CAUGHT_UP_BELOW_MS = 5_000;

export const REPLICA_STATES = ["ok", "behind", "unreachable", "foreign"] as const;

export type ReplicaStanding =
  | { readonly state: "ok"; readonly lagMs: number }
  /** The time is undefined if it has not replayed any transaction since it was started. */
  | { readonly state: "behind"; readonly lagMs: number | undefined }
  | { readonly state: "unreachable" }
  | { readonly state: "foreign"; readonly why: string };

/** What identifies the tables of a server; a replica has the same. */
export interface DatabaseIdentity {
  /** Of the cluster: initdb makes one, and every copy keeps it. */
  readonly system: string;
  readonly database: string;
  /** Null if the URL leads to no tables of Callboard. */
  readonly tables: string | null;
}

export interface PrimaryLook extends DatabaseIdentity {
  /** The database's time, in epoch milliseconds. */
  readonly at: number;
}

export interface ReplicaLook extends DatabaseIdentity {
  readonly isReplica: boolean;
  /** True if it has replayed everything that the primary had written when that was looked at. */
  readonly isCaughtUp: boolean;
  /** The primary's time at the last transaction that it replayed. */
  readonly replayedAt: number | null;
}

export function toReplicaStanding(
  before: ReplicaStanding | undefined,
  primary: PrimaryLook,
  replica: ReplicaLook,
): ReplicaStanding {
  if (!replica.isReplica) return { state: "foreign", why: "the server is not a replica" };
  if (replica.system !== primary.system)
    return { state: "foreign", why: "the server is a replica of another one" };
  if (replica.database !== primary.database) return { state: "foreign", why: "the database is another one" };
  // What a replica has not replayed yet may be the tables themselves.
  if (replica.isCaughtUp && replica.tables !== primary.tables)
    return { state: "foreign", why: "the schema is another one" };
  if (replica.isCaughtUp) return { state: "ok", lagMs: 0 };
  const lagMs = replica.replayedAt === null ? undefined : Math.max(0, primary.at - replica.replayedAt);
  const limit = before?.state === "behind" ? CAUGHT_UP_BELOW_MS : MAX_REPLICA_LAG_MS;
  return lagMs === undefined || lagMs >= limit ? { state: "behind", lagMs } : { state: "ok", lagMs };
}

export const REPLICA_CODES = {
  behind: "REPLICA_BEHIND",
  unreachable: "REPLICA_UNREACHABLE",
  foreign: "REPLICA_FOREIGN",
} as const satisfies Record<Exclude<ReplicaStanding["state"], "ok">, ErrorCode>;

/** Returns "ok", or the code and one sentence without its period. */
export function describeReplica(standing: ReplicaStanding): string {
  return standing.state === "ok" ? "ok" : `${REPLICA_CODES[standing.state]}: ${explainReplica(standing)}`;
}

/** Returns one sentence without its period. */
export function explainReplica(standing: Exclude<ReplicaStanding, { readonly state: "ok" }>): string {
  switch (standing.state) {
    case "behind":
      return `The replica of CALLBOARD_READ_URL is ${formatLag(standing.lagMs)} behind. Pages and lists are read from the primary`;
    case "unreachable":
      return "The replica of CALLBOARD_READ_URL doesn't respond. Pages and lists are read from the primary";
    case "foreign":
      return `CALLBOARD_READ_URL leads to no replica of the database in CALLBOARD_DATABASE_URL: ${standing.why}`;
  }
}

function formatLag(lagMs: number | undefined): string {
  return lagMs === undefined ? "an unknown time" : `${Math.round(lagMs / 1_000)} s`;
}
