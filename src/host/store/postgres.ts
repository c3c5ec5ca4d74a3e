/**
 * PostgreSQL: Sequelize's pool of connections, and on them pg's own statements. Sequelize's query method looks into every
 * SQL text and cannot prepare one, which cost a fifth of a delivery.
 */
import type { Socket } from "node:net";
import { ConnectionError, Sequelize } from "sequelize";
import type { Client, QueryConfig } from "pg";
import { layOut } from "./batch.ts";
import type { Batch } from "./batch.ts";
import type { Database, Queryable } from "./database.ts";
import { POSTGRES } from "./dialect.ts";
import { IDLE_IN_TRANSACTION_MS, SILENCE_MS, STATEMENT_TIMEOUT_MS, socketsFor } from "./postgres-socket.ts";
import { queryable } from "./runner.ts";
import type { Runner } from "./runner.ts";
import { ownCode, storageError } from "./storage-error.ts";

/**
 * Statements are written for nested loops along indexes, the only joins that SQLite knows. A table that grows by thousands
 * of rows a second is ahead of its statistics, and what these would choose for it, scans, sorts and joins of all of it, is wrong
 * a moment later, and stays prepared.
 */
const PLANNER = [
  "enable_seqscan",
  "enable_bitmapscan",
  "enable_hashjoin",
  "enable_mergejoin",
  "enable_material",
  "jit",
]
  .map((name) => `-c ${name}=off`)
  .join(" ");

const CONNECTIONS = 10;
/** Beyond so many texts, which would mean that texts are made up, the rest is not prepared. */
const MOST_PREPARED = 200;

export async function openPostgres(url: string): Promise<Omit<Database, "now">> {
  const { default: pg } = await import("pg");
  // Epoch milliseconds and counters are far below 2^53, so BIGINT may come back as a number.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const stream = socketsFor(url);
  const sequelize = new Sequelize(url, {
    dialect: "postgres",
    logging: false,
    pool: { max: CONNECTIONS, min: 0, idle: 10_000, acquire: 15_000 },
    dialectOptions: {
      options: PLANNER,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      // The server lets go of what a process locked that it cannot reach any more.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      query_timeout: SILENCE_MS,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      ...(stream === undefined ? {} : { stream }),
    },
  });
  const pool = sequelize.connectionManager as unknown as ConnectionPool;
  const names = new Map<string, string>();

  /** Prepared once per connection under this name. */
  function nameOf(sql: string): string | undefined {
    const known = names.get(sql);
    if (known !== undefined || names.size >= MOST_PREPARED) return known;
    const name = `callboard_${names.size}`;
    names.set(sql, name);
    return name;
  }
  /** The statement as pg takes it. Without parameters it may be one that cannot be prepared. */
  function queryOf(sql: string, bind: readonly unknown[], prepares: boolean): QueryConfig {
    const name = prepares && bind.length > 0 ? nameOf(sql) : undefined;
    return { text: sql, values: [...bind], ...(name === undefined ? {} : { name }) };
  }

  /** Lends a connection; one that was lost, or whose state nobody knows, is not lent again. */
  async function lend<T>(prepares: boolean, work: (lent: Lent) => Promise<T>, isPatient = false): Promise<T> {
    const client = await pool.getConnection().catch((error: unknown) => {
      throw storageError(error, codeOf);
    });
    const patience = isPatient ? { query_timeout: LONGEST_TIMER_MS } : {};
    const impatient = isPatient ? keepQuiet(client) : () => undefined;
    const run: Runner = async (sql, bind) => {
      try {
        return (await client.query({ ...queryOf(sql, bind, prepares), ...patience })).rows as unknown[];
      } catch (error) {
        lent.isLost ||= error instanceof Error && codeOf(error) === CONNECTION_LOST;
        throw error;
      }
    };
    const lent: Lent = { queries: queryable(run, POSTGRES, codeOf), isLost: false };
    try {
      return await work(lent);
    } finally {
      impatient();
      if (lent.isLost) await pool.destroyConnection(client).catch(() => undefined);
      else pool.releaseConnection(client);
    }
  }

  async function transact<T>(lent: Lent, work: (tx: Queryable) => Promise<T>): Promise<T> {
    const { queries } = lent;
    await queries.query("BEGIN");
    try {
      const result = await work(queries);
      await queries.query("COMMIT");
      return result;
    } catch (error) {
      if (!lent.isLost) await queries.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }

  return {
    dialect: POSTGRES,
    file: undefined,
    // What people ask is planned for what they ask; the rest is asked thousands of times and prepared.
    read: {
      dialect: POSTGRES,
      query: (sql, bind) => lend(false, ({ queries }) => queries.query(sql, bind)),
    },
    autocommit: {
      dialect: POSTGRES,
      query: (sql, bind) => lend(true, ({ queries }) => queries.query(sql, bind)),
    },
    write: (work) => lend(true, (lent) => transact(lent, work)),
    administer: (work) =>
      lend(
        false,
        (lent) =>
          transact(lent, async (tx) => {
            await tx.query(WITHOUT_TIMEOUTS);
            return work(tx);
          }),
        true,
      ),
    batch: async (batch) => {
      const { sql, bind } = batchStatement(batch);
      try {
        await lend(true, ({ queries }) => queries.query(sql, bind));
        return true;
      } catch (error) {
        if (error instanceof Error && ownCode(error) === DIVISION_BY_ZERO) return false;
        throw error;
      }
    },
    close: () => sequelize.close(),
  };
}

/** For this transaction only, which is all that a pooler lets a client set. Older servers know fewer of them. */
const WITHOUT_TIMEOUTS = `SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN
  ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`;
/** The longest that a timer of Node's takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The connection may be silent for any time, until the returned function is called: an index takes minutes to be made. */
function keepQuiet(client: Client): () => void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  const before = stream.timeout ?? 0;
  stream.setTimeout(0);
  return () => void stream.setTimeout(before);
}

const DIVISION_BY_ZERO = "22012";

/**
 * All changes as parts of one statement, which commits by itself. PostgreSQL has no words to give one up half-way but an
 * error: the statement divides by zero when it is refused.
 */
function batchStatement(batch: Batch): { readonly sql: string; readonly bind: readonly unknown[] } {
  const { checks, changes, bind } = layOut(batch, (n) => `$${n}`);
  const parts = changes.map(({ sql, rows }, index) => {
    const returning = rows === undefined ? "" : " RETURNING 1";
    return `c${index} AS (${sql}${returning})`;
  });
  const counts = changes.flatMap(({ rows }, index) =>
    rows === undefined ? [] : `(SELECT COUNT(*) FROM c${index}) = ${rows}`,
  );
  const conditions = [...checks, ...counts].join(" AND ") || "true";
  return {
    sql: `${parts.length === 0 ? "" : `WITH ${parts.join(", ")} `}SELECT 1 / CASE WHEN ${conditions} THEN 1 ELSE 0 END`,
    bind,
  };
}

interface Lent {
  readonly queries: Queryable;
  /** The connection, or its transaction, is in a state that nobody here knows. */
  isLost: boolean;
}

/** What Sequelize's connection manager offers and its types leave out. */
interface ConnectionPool {
  readonly getConnection: () => Promise<Client>;
  readonly releaseConnection: (client: Client) => void;
  readonly destroyConnection: (client: Client) => Promise<void>;
}

/** No class of SQLSTATEs begins with E, as the codes of the operating system do. */
const SQLSTATE = /^[0-9A-DF-Z][0-9A-Z]{4}$/;
const CONNECTION_LOST = "08006";

/** The server names a SQLSTATE in every error of its own; pg without one tells of a lost connection, or of our own mistake. */
function codeOf(error: Error): string {
  if (error instanceof ConnectionError) return CONNECTION_LOST;
  const code = ownCode(error);
  if (SQLSTATE.test(code)) return code;
  return error instanceof TypeError || error instanceof RangeError ? "" : CONNECTION_LOST;
}
