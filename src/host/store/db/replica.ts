/**
 * Reads of pages and lists from a replica. Each waits until the replica has replayed all that the primary had written when the
 * read began, so nobody misses what they have just changed, in whichever process. Where that takes too long, and while the
 * replica is behind, away or no replica, the primary is read.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresTarget } from "../../../database-url.ts";
import { CallboardError } from "../../../errors.ts";
import type { Logger } from "../../../logger.ts";
import { createRepeating } from "../../../repeating.ts";
import { steadyNow } from "../../../steady.ts";
import { within } from "../../../within.ts";
import { REPLICA_CODES, explainReplica, toReplicaStanding } from "../../model/replica.ts";
import type { PrimaryLook, ReplicaLook, ReplicaStanding } from "../../model/replica.ts";
import { nameSetting } from "./postgres-failure.ts";
import { openPostgres } from "./postgres.ts";
import type { Database, Queryable } from "./queryable.ts";
import { ownCode } from "./storage-error.ts";

const LOOK_EVERY_MS = 1_000;
/** A look that takes longer has failed. */
const MAX_LOOK_MS = 3_000;
/** A read waits so long for the replica, and then asks the primary. */
const MAX_WAIT_MS = 200;
const ASK_EVERY_MS = 5;

export interface Replica {
  /** Resolves to the replica, once it has all that is committed now, or to the primary. */
  readonly lists: () => Promise<Queryable>;
  readonly standing: () => ReplicaStanding;
  readonly close: () => Promise<void>;
}

export interface ReplicaOptions {
  readonly target: PostgresTarget;
  readonly primary: Pick<Database, "read" | "now">;
  readonly poolSize: number;
  readonly logger: Logger;
}

/**
 * Looks at the replica first. One that is behind or can't be reached is no reason not to start.
 * @throws {CallboardError} REPLICA_FOREIGN if the server is no replica of the primary; CONFIG_INVALID if the URL can't be used
 */
export async function openReplica({ target, primary, poolSize, logger }: ReplicaOptions): Promise<Replica> {
  let standing: ReplicaStanding | undefined;
  let pool: ReturnType<typeof openPostgres> | undefined;
  /** A read waited in vain: the next one asks the primary at once, until the replica has been looked at again. */
  let isSkipped = false;

  function connect(): ReturnType<typeof openPostgres> {
    pool ??= openPostgres(target, { poolSize, logger, whose: "replica" }).catch((error: unknown) => {
      pool = undefined;
      throw nameSetting(error, "CALLBOARD_READ_URL");
    });
    return pool;
  }

  async function look(): Promise<void> {
    const known = await readPrimary(primary.read);
    const before = standing;
    standing = await within(MAX_LOOK_MS, connect())
      .then(({ read }) => within(MAX_LOOK_MS, readReplica(read, known.position)))
      .then((found) => toReplicaStanding(before, { ...known, at: primary.now() }, found), toStanding);
    isSkipped = false;
    if (standing.state !== before?.state) tell(logger, standing);
  }

  async function isCurrent(replica: Queryable): Promise<boolean> {
    const [written] = await primary.read.query<{ position: string }>(
      "SELECT pg_current_wal_lsn()::text AS position",
    );
    const givenUpAt = steadyNow() + MAX_WAIT_MS;
    while (steadyNow() < givenUpAt) {
      const [row] = await replica.query<{ has_all: boolean }>(`SELECT ${HAS_ALL} AS has_all`, [
        written?.position,
      ]);
      if (row?.has_all === true) return true;
      await sleep(ASK_EVERY_MS);
    }
    return false;
  }

  async function lists(): Promise<Queryable> {
    if (standing?.state !== "ok" || isSkipped) return primary.read;
    try {
      const { read } = await connect();
      if (await within(2 * MAX_WAIT_MS, isCurrent(read))) return withFallback(read, primary.read);
    } catch {
      // Why is the matter of the next look.
    }
    isSkipped = true;
    return primary.read;
  }

  const closePool = async () => (await pool?.catch(() => undefined))?.close();
  try {
    await look();
    if (standing?.state === "foreign")
      throw new CallboardError("REPLICA_FOREIGN", `${explainReplica(standing)}.`);
  } catch (error) {
    await closePool();
    throw error;
  }
  const looks = createRepeating({ run: look, everyMs: LOOK_EVERY_MS, onError: () => undefined });
  looks.start();
  return {
    lists,
    standing: () => standing ?? { state: "unreachable" },
    close: async () => {
      await looks.stop();
      await closePool();
    },
  };

  /** A URL that can't be used is a mistake at the start, and later as good as a server that is away. */
  function toStanding(error: unknown): ReplicaStanding {
    const isMistake = error instanceof CallboardError && !isPassing(error);
    if (isMistake && standing === undefined) throw error;
    return { state: "unreachable" };
  }
}

/** A database that was just created may not be there yet. */
function isPassing({ code, cause }: CallboardError): boolean {
  return code === "STORAGE" || (cause instanceof Error && ownCode(cause) === NO_SUCH_DATABASE);
}

const NO_SUCH_DATABASE = "3D000";

/** Looks once at how a server stands to its primary. */
export async function lookAtReplica(primary: Queryable, replica: Queryable): Promise<ReplicaStanding> {
  const known = await readPrimary(primary);
  return toReplicaStanding(
    undefined,
    { ...known, at: Date.now() },
    await readReplica(replica, known.position),
  );
}

/** Reads are repeated on the primary when the replica fails, for example because replaying removes the rows under them. */
function withFallback(replica: Queryable, primary: Queryable): Queryable {
  return {
    dialect: replica.dialect,
    query: (sql, bind) => replica.query<never>(sql, bind).catch(() => primary.query(sql, bind)),
  };
}

/** A server that is promoted stops being a replica, and its positions compare with nothing. */
const HAS_ALL = "(pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn)";

/** The system identifier is the same in all copies of a cluster; so are the numbers of databases and tables. */
const IDENTITY = `(SELECT system_identifier::text FROM pg_control_system()) AS system,
  (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database,
  to_regclass('callboard_site')::oid::text AS tables`;

async function readPrimary(q: Queryable): Promise<Omit<PrimaryLook, "at"> & { readonly position: string }> {
  const [row] = await q.query<Omit<PrimaryLook, "at"> & { readonly position: string }>(
    `SELECT pg_current_wal_lsn()::text AS position, ${IDENTITY}`,
  );
  if (row === undefined) throw new Error("the database returned no row");
  return row;
}

async function readReplica(q: Queryable, position: string): Promise<ReplicaLook> {
  const [row] = await q.query<
    Omit<ReplicaLook, "isReplica" | "isCaughtUp" | "replayedAt"> & {
      readonly replica: boolean;
      readonly caught_up: boolean | null;
      readonly replayed_at: number | null;
    }
  >(
    `SELECT pg_is_in_recovery() AS replica, ${HAS_ALL} AS caught_up,
       (extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000)::bigint AS replayed_at, ${IDENTITY}`,
    [position],
  );
  if (row === undefined) throw new Error("the database returned no row");
  const { replica, caught_up: caughtUp, replayed_at: replayedAt, ...identity } = row;
  return { ...identity, isReplica: replica, isCaughtUp: caughtUp === true, replayedAt };
}

function tell(logger: Logger, standing: ReplicaStanding): void {
  if (standing.state === "ok") return logger.info("replica.used", { lagMs: standing.lagMs });
  const code = REPLICA_CODES[standing.state];
  logger.warn(`replica.${standing.state}`, { code, why: explainReplica(standing) });
}
