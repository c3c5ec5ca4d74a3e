/** Opens the database that a URL names. Loads the modules of this database alone. */
import { createRequire } from "node:module";
import type { Clock } from "../../../clock.ts";
import { DEFAULT_POOL_SIZE, parsePostgresUrl } from "../../../database-url.ts";
import type { PostgresTarget } from "../../../database-url.ts";
import { CallboardError } from "../../../errors.ts";
import { silentLogger } from "../../../logger.ts";
import type { Logger } from "../../../logger.ts";
import { followServerTime } from "./clock.ts";
import type { OpenedPostgres } from "./postgres.ts";
import type { Database } from "./queryable.ts";
import type { ReplicaOptions } from "./replica.ts";
import type * as Sqlite from "./sqlite.ts";

export type { Database, Queryable, Transaction } from "./queryable.ts";
export { takeImage } from "./memory-image.ts";

export interface DatabaseOptions {
  /** Connections to PostgreSQL at most. */
  readonly poolSize?: number;
  /** A replica of the database, for lists. */
  readonly readUrl?: string | undefined;
  readonly logger?: Logger;
}

/**
 * Opens `sqlite:FILE`, `sqlite::memory:` or `postgres://…`.
 * @throws {CallboardError} STORE_LOCKED if another process holds the SQLite file; STORE_INVALID if it is no database; DRIVER_MISSING; CONFIG_INVALID or STORAGE if
 * PostgreSQL can't be used; REPLICA_FOREIGN if the server of `readUrl` is no replica of it
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  if (url.startsWith("sqlite:")) return (await loadSqlite()).openSqlite(url);
  const { poolSize = DEFAULT_POOL_SIZE, logger = silentLogger, readUrl } = options;
  const target = requirePostgresTarget(url);
  const { openPostgres } = await import("./postgres.ts");
  const database = await withServerTime(await openPostgres(target, { poolSize, logger }));
  if (readUrl === undefined) return database;
  return withReplica(database, { target: requirePostgresTarget(readUrl), poolSize, logger });
}

/**
 * Opens a database in memory that begins as an image, on a clock that is not the computer's.
 * @throws {CallboardError} DRIVER_MISSING
 */
export async function openMemory(image: string, clock: Clock): Promise<Database> {
  return (await loadSqlite()).openMemory(image, clock);
}

/** Loads SQLite on demand, because on PostgreSQL its native module need not be there. */
async function loadSqlite(): Promise<typeof Sqlite> {
  try {
    // Not by `import`: Node 20 reports the error of a package that can't be loaded once more, as one that nobody has caught.
    createRequire(import.meta.url)("sqlite3");
  } catch (cause) {
    throw new CallboardError(
      "DRIVER_MISSING",
      "SQLite can't be used, because the package sqlite3 is not installed or not built. Build it with `npm rebuild sqlite3` " +
        "(where there is no prebuilt file, that needs Python, make and a C++ compiler), or use PostgreSQL " +
        "(CALLBOARD_DATABASE_URL).",
      { cause },
    );
  }
  return import("./sqlite.ts");
}

/** @throws {CallboardError} CONFIG_INVALID with what is wrong with the URL */
export function requirePostgresTarget(url: string): PostgresTarget {
  const parsed = parsePostgresUrl(url);
  if (parsed.ok) return parsed.target;
  throw new CallboardError("CONFIG_INVALID", `The database URL can't be used: ${parsed.problem}`);
}

async function withServerTime(database: OpenedPostgres): Promise<Database> {
  try {
    const time = await followServerTime(database.read);
    return {
      ...database,
      now: time.now,
      lists: () => Promise.resolve(database.read),
      close: async () => {
        time.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function withReplica(database: Database, options: Omit<ReplicaOptions, "primary">): Promise<Database> {
  try {
    const { openReplica } = await import("./replica.ts");
    const { lists, standing, close } = await openReplica({ ...options, primary: database });
    return {
      ...database,
      lists,
      replica: standing,
      close: async () => {
        await close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
