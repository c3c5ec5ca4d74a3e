/** Opens a database to look at it: nothing is created, migrated, or kept with a role. */
import { openDatabase, requirePostgresTarget } from "./database.ts";
import { CITUS } from "./citus-dialect.ts";
import { POSTGRES } from "./dialect.ts";
import { withNumbers } from "./postgres-numbers.ts";
import { examinePostgres } from "./postgres-session.ts";
import type { Queryable } from "./queryable.ts";
import { queryable } from "./runner.ts";
import { ownCode } from "./storage-error.ts";

export interface LookedAt {
  /** "PostgreSQL 15.3" */
  readonly product: string;
  readonly read: Queryable;
  /** The connection is a pooler's, on which LISTEN has no effect. */
  readonly isPooled: boolean;
  /** How far the database's clock is ahead of this machine's, in ms; undefined where it is the same clock. */
  readonly clockAheadMs: number | undefined;
  readonly close: () => Promise<void>;
}

/**
 * A SQLite file must exist; while it is looked at, no server can start on it.
 * @throws {CallboardError} as openDatabase does
 */
export function lookAt(url: string): Promise<LookedAt> {
  return url.startsWith("sqlite:") ? lookAtSqlite(url) : lookAtPostgres(url);
}

async function lookAtSqlite(url: string): Promise<LookedAt> {
  const { read, close } = await openDatabase(url);
  const [row] = await read.query<{ version: string }>("SELECT sqlite_version() AS version");
  return { product: `SQLite ${row?.version ?? ""}`, read, isPooled: false, clockAheadMs: undefined, close };
}

async function lookAtPostgres(url: string): Promise<LookedAt> {
  const { config, isPooled, isDistributed } = await examinePostgres(requirePostgresTarget(url), "another");
  const { default: pg } = await import("pg");
  const client = new pg.Client({ ...config, types: withNumbers(pg) });
  client.on("error", () => undefined);
  await client.connect();
  const run = async (sql: string, bind: readonly unknown[]) =>
    (await client.query<object>(sql, [...bind])).rows as unknown[];
  const read = queryable(run, isDistributed ? CITUS : POSTGRES, ownCode);
  const before = Date.now();
  const [row] = await read.query<{ version: string; now: string }>(
    "SELECT current_setting('server_version') AS version, (extract(epoch FROM clock_timestamp()) * 1000)::text AS now",
  );
  return {
    product: `PostgreSQL ${row?.version ?? ""}`,
    read,
    isPooled,
    // The server read its clock somewhere between.
    clockAheadMs: Number(row?.now) - (before + Date.now()) / 2,
    close: () => client.end(),
  };
}

/** Reports whether LISTEN works on connections of this URL. @throws {CallboardError} as openDatabase does */
export async function canListen(url: string): Promise<boolean> {
  return !(await examinePostgres(requirePostgresTarget(url), "another")).isPooled;
}
