/**
 * Opens the database and says how to talk to it: `read` sees committed rows, `write` runs one transaction.
 *
 * SQLite: one held write connection behind a queue and a read-only one beside it. A transaction of Sequelize's own would
 * open a new handle each time, losing the pragmas and the held lock. PostgreSQL: Sequelize's pool.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ConnectionError, DatabaseError, QueryTypes, Sequelize } from "sequelize";
import type { Transaction } from "sequelize";
import sqlite3 from "sqlite3";
import { CallboardError } from "../../errors.ts";
import { POSTGRES, SQLITE } from "./dialect.ts";
import type { Dialect } from "./dialect.ts";
import { lockFile } from "./lock.ts";
import type { FileLock } from "./lock.ts";
import { IDLE_IN_TRANSACTION_MS, SILENCE_MS, STATEMENT_TIMEOUT_MS, socketsFor } from "./postgres-socket.ts";

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
  readonly read: Queryable;
  /** Runs `work` in one transaction, committed before the promise resolves, rolled back when `work` throws. */
  readonly write: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Rows that a statement gave; statements are prepared once per connection and kept. */
type Runner = (sql: string, bind: readonly unknown[]) => Promise<unknown[]>;

/**
 * Statements on the connection that Sequelize holds for SQLite. Its own query method looks into the SQL to guess what
 * to return, and never gives the rows of an INSERT … RETURNING.
 */
async function hold(
  sequelize: Sequelize,
): Promise<{ readonly run: Runner; readonly close: () => Promise<void> }> {
  const connection = (await sequelize.connectionManager.getConnection({ type: "write" })) as sqlite3.Database;
  const prepared = new Map<string, Promise<sqlite3.Statement>>();

  function prepare(sql: string): Promise<sqlite3.Statement> {
    return new Promise((resolve, reject) => {
      // Numbered parameters take an array; `$1` would be a name.
      const statement = connection.prepare(sql.replace(/\$(\d)/g, "?$1"), (error: Error | null) => {
        if (error === null) resolve(statement);
        else reject(error);
      });
    });
  }
  function statementFor(sql: string): Promise<sqlite3.Statement> {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const made = prepare(sql);
    made.catch(() => prepared.delete(sql));
    const [oldest] = prepared;
    if (prepared.size >= MOST_PREPARED && oldest !== undefined) {
      prepared.delete(oldest[0]);
      void oldest[1].then((statement) => statement.finalize());
    }
    prepared.set(sql, made);
    return made;
  }
  const run: Runner = async (sql, bind) => {
    const statement = await statementFor(sql);
    return new Promise((resolve, reject) => {
      statement.all(bind, (error: Error | null, rows: unknown[]) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  };
  return {
    run,
    close: async () => {
      for (const statement of prepared.values()) (await statement).finalize();
      await sequelize.close();
    },
  };
}

const MOST_PREPARED = 200;

function queryable(run: Runner, dialect: Dialect): Queryable {
  return {
    dialect,
    query: async <R extends object>(sql: string, bind: readonly unknown[] = []) => {
      try {
        return (await run(sql, bind)) as R[];
      } catch (error) {
        throw storageError(error);
      }
    },
  };
}

/** Codes of SQLite, SQLSTATEs and classes of SQLSTATEs that say nothing against the statement: it may be tried again. */
const PASSING: readonly (readonly [codes: RegExp, message: string, retryAfterSeconds: number])[] = [
  [
    /^(SQLITE_(FULL|READONLY|IOERR|CANTOPEN)|53100|25006)$/,
    "The database cannot be written: the disk is full or read-only",
    5,
  ],
  [/^(SQLITE_(BUSY|LOCKED|PROTOCOL)|40001|40P01|55P03|57014)$/, "The database is held by another writer", 1],
  [/^(08...|53...|57P0.)$/, "The database cannot be reached at the moment", 2],
];

/** What passes by itself is told to the caller as STORAGE; everything else is our own fault and stays as it is. */
function storageError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CallboardError) return error;
  const code = codeOf(error);
  const [, message, retryAfterSeconds] = PASSING.find(([codes]) => codes.test(code)) ?? [];
  return message === undefined
    ? error
    : new CallboardError("STORAGE", message, { cause: error, retryAfterSeconds: retryAfterSeconds ?? 1 });
}

/** The server names a SQLSTATE in every error of its own; an error of Sequelize's without one is a lost connection. */
function codeOf(error: Error & { readonly code?: unknown }): string {
  if (error instanceof ConnectionError) return CONNECTION_LOST;
  if (error instanceof DatabaseError) {
    const { code } = error.original as { readonly code?: unknown };
    return typeof code === "string" && SQLSTATE.test(code) ? code : CONNECTION_LOST;
  }
  return typeof error.code === "string" ? error.code : "";
}

/** No class of SQLSTATEs begins with E, as the codes of the operating system do. */
const SQLSTATE = /^[0-9A-DF-Z][0-9A-Z]{4}$/;
const CONNECTION_LOST = "08006";

/** Lets one piece of work run at a time, in the order of asking. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/**
 * Opens `sqlite:FILE`, `sqlite::memory:` or `postgres://…`.
 * @throws CallboardError STORE_LOCKED when another process holds the SQLite file.
 */
export async function openDatabase(url: string): Promise<Database> {
  return url.startsWith("sqlite:") ? openSqlite(url) : openPostgres(url);
}

const WRITER_PRAGMAS = [
  // Has an effect on a new file only; lets retention give space back to the disk a little at a time.
  "auto_vacuum=INCREMENTAL",
  "journal_mode=WAL",
  // A commit that was answered survives a loss of power, not only a crash.
  "synchronous=FULL",
  "busy_timeout=30000",
  "cache_size=-16000",
  "journal_size_limit=67108864",
];

async function openSqlite(url: string): Promise<Database> {
  const storage = url.slice("sqlite:".length);
  const inMemory = storage === ":memory:";
  let lock: FileLock | undefined;
  if (!inMemory) {
    mkdirSync(dirname(storage), { recursive: true });
    lock = await lockFile(storage);
  }
  const options = { dialect: "sqlite", storage, logging: false } as const;
  const writer = await hold(new Sequelize(options));
  const connection = queryable(writer.run, SQLITE);
  for (const pragma of WRITER_PRAGMAS) await connection.query(`PRAGMA ${pragma}`);
  const reader = inMemory
    ? writer
    : await hold(new Sequelize({ ...options, dialectOptions: { mode: sqlite3.OPEN_READONLY } }));
  const enqueue = createQueue();

  async function transact<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    await connection.query("BEGIN IMMEDIATE");
    try {
      const result = await work(connection);
      await connection.query("COMMIT");
      return result;
    } catch (error) {
      // SQLite has already rolled back by itself after some errors (a full disk); then this one fails.
      await connection.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }
  return {
    dialect: SQLITE,
    file: inMemory ? undefined : storage,
    read: queryable(reader.run, SQLITE),
    write: (work) => enqueue(() => transact(work)),
    close: async () => {
      await enqueue(async () => {
        if (reader !== writer) await reader.close();
        await writer.close();
      });
      await lock?.release();
    },
  };
}

function runnerIn(sequelize: Sequelize, transaction?: Transaction): Runner {
  return (sql, bind) =>
    sequelize.query(sql, {
      type: QueryTypes.SELECT,
      raw: true,
      ...(bind.length === 0 ? {} : { bind: [...bind] }),
      ...(transaction === undefined ? {} : { transaction }),
    });
}

async function openPostgres(url: string): Promise<Database> {
  const { default: pg } = await import("pg");
  // Epoch milliseconds and counters are far below 2^53, so BIGINT may come back as a number.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const stream = socketsFor(url);
  const sequelize = new Sequelize(url, {
    dialect: "postgres",
    logging: false,
    pool: { max: 10, min: 0, idle: 10_000, acquire: 15_000 },
    dialectOptions: {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      // The server lets go of what a process locked that it cannot reach any more.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      query_timeout: SILENCE_MS,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      ...(stream === undefined ? {} : { stream }),
    },
  });
  return {
    dialect: POSTGRES,
    file: undefined,
    read: queryable(runnerIn(sequelize), POSTGRES),
    write: async (work) => {
      try {
        return await sequelize.transaction((transaction) =>
          work(queryable(runnerIn(sequelize, transaction), POSTGRES)),
        );
      } catch (error) {
        throw storageError(error);
      }
    },
    close: () => sequelize.close(),
  };
}
