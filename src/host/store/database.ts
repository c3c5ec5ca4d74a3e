/** The database and how to talk to it: `read` sees committed rows, `write` runs one transaction. */
import type { ClientConfig } from "pg";
import { DEFAULT_POOL_SIZE, parsePostgresUrl } from "../../database-url.ts";
import type { PostgresTarget } from "../../database-url.ts";
import { CallboardError } from "../../errors.ts";
import { silentLogger } from "../../logger.ts";
import type { Logger } from "../../logger.ts";
import type { Batch } from "./batch.ts";
import { followServerTime } from "./clock.ts";
import type { Dialect } from "./dialect.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

export type Row = Readonly<Record<string, unknown>>;

/** Something that runs one statement; `$1` … are bound, never spliced in. */
export interface Queryable {
  readonly dialect: Dialect;
  readonly query: <R extends object = Row>(sql: string, bind?: readonly unknown[]) => Promise<R[]>;
}

export interface Database {
  readonly dialect: Dialect;
  /** The file, where there is one. */
  readonly file: string | undefined;
  /** The database's time in epoch milliseconds, as this process knows it; steady. Whatever is stored and compared uses it. */
  readonly now: () => number;
  readonly read: Queryable;
  /** Each statement is a transaction of its own, committed before its promise resolves. */
  readonly autocommit: Queryable;
  /** Runs `work` in one transaction, committed before the promise resolves, rolled back when `work` throws. */
  readonly write: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;
  /** Runs `work` in one transaction without statement or idle timeouts, for migrations. */
  readonly administer: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;
  /**
   * Commits a batch as one transaction and resolves to true; or writes nothing and resolves to false, when a check does not
   * hold or a change met another number of rows than it must.
   */
  readonly batch: (batch: Batch) => Promise<boolean>;
  /** The connections of this process; undefined where they are no matter. */
  readonly connections?: () => Connections;
  readonly close: () => Promise<void>;
  /** How a connection that listens is made; undefined where none can: on SQLite, and behind a pooler. */
  readonly listenerConfig?: ClientConfig | undefined;
}

export interface DatabaseOptions {
  /** Connections to PostgreSQL at most. */
  readonly poolSize?: number;
  readonly logger?: Logger;
}

export interface Connections {
  readonly used: number;
  readonly idle: number;
  readonly limit: number;
  /** Statements that wait for one. */
  readonly awaited: number;
}

/**
 * Opens `sqlite:FILE`, `sqlite::memory:` or `postgres://…`.
 * @throws {CallboardError} STORE_LOCKED if another process holds the SQLite file; CONFIG_INVALID or STORAGE if PostgreSQL can't be used
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  if (url.startsWith("sqlite:")) return openSqlite(url);
  const { poolSize = DEFAULT_POOL_SIZE, logger = silentLogger } = options;
  return withServerTime(await openPostgres(requirePostgresTarget(url), { poolSize, logger }));
}

/** @throws {CallboardError} CONFIG_INVALID with what is wrong with the URL */
export function requirePostgresTarget(url: string): PostgresTarget {
  const parsed = parsePostgresUrl(url);
  if (parsed.ok) return parsed.target;
  throw new CallboardError("CONFIG_INVALID", `The database URL can't be used: ${parsed.problem}`);
}

async function withServerTime(database: Omit<Database, "now">): Promise<Database> {
  try {
    const time = await followServerTime(database.read);
    return {
      ...database,
      now: time.now,
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
