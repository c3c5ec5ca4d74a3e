/** The database and how to talk to it: `read` sees committed rows, `write` runs one transaction. */
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
  readonly close: () => Promise<void>;
}

/**
 * Opens `sqlite:FILE`, `sqlite::memory:` or `postgres://…`.
 * @throws CallboardError STORE_LOCKED when another process holds the SQLite file.
 */
export async function openDatabase(url: string): Promise<Database> {
  return url.startsWith("sqlite:") ? openSqlite(url) : withServerTime(await openPostgres(url));
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
