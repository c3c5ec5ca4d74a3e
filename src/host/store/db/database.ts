/** Opens the database that a URL names. */
import { DEFAULT_POOL_SIZE, parsePostgresUrl } from "../../../database-url.ts";
import type { PostgresTarget } from "../../../database-url.ts";
import { CallboardError } from "../../../errors.ts";
import { silentLogger } from "../../../logger.ts";
import type { Logger } from "../../../logger.ts";
import { followServerTime } from "./clock.ts";
import { openPostgres } from "./postgres.ts";
import type { Database } from "./queryable.ts";
import { openSqlite } from "./sqlite.ts";

export type { Database, Queryable, Transaction } from "./queryable.ts";
export { openMemory } from "./sqlite.ts";
export { takeImage } from "./memory-image.ts";

export interface DatabaseOptions {
  /** Connections to PostgreSQL at most. */
  readonly poolSize?: number;
  readonly logger?: Logger;
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
