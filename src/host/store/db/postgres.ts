/**
 * PostgreSQL: Sequelize's pool of connections, and on them pg's own statements. Sequelize's query method looks into every
 * SQL text and cannot prepare one, which cost a fifth of a delivery.
 */
import type { Socket } from "node:net";
import type { Options, Sequelize as Pool } from "sequelize";
import type Pg from "pg";
import type { Client, ClientConfig, QueryConfig } from "pg";
import type { PostgresTarget } from "../../../database-url.ts";
import { CallboardError } from "../../../errors.ts";
import type { Logger } from "../../../logger.ts";
import { Refused, runInSteps } from "./batch-in-steps.ts";
import { layOut } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { CITUS } from "./citus-dialect.ts";
import { createCommitMeter } from "./commit-meter.ts";
import type { Database, Queryable, Transaction } from "./queryable.ts";
import { POSTGRES } from "./dialect.ts";
import { createConnections } from "./postgres-connections.ts";
import { withNumbers } from "./postgres-numbers.ts";
import type { ConnectionPool } from "./postgres-connections.ts";
import { examinePostgres } from "./postgres-session.ts";
import { SILENCE_MS } from "./postgres-socket.ts";
import { queryable } from "./runner.ts";
import type { Runner } from "./runner.ts";
import { ConnectionError, Sequelize } from "./sequelize.ts";
import { ownCode, storageError } from "./storage-error.ts";
import { transact } from "./transact.ts";

/** Beyond so many texts, which would mean that texts are made up, the rest is not prepared. */
const MAX_PREPARED = 200;

export interface PostgresOptions {
  /** Whose the database is: the host's own when left out. A replica's is only read. */
  readonly whose?: "own" | "replica";
  /** Connections of the pool at most. */
  readonly poolSize: number;
  readonly logger: Logger;
}

/** A pool, without what is known only beside others: the time of the server, and whether it has a replica. */
export type OpenedPostgres = Omit<Database, "now" | "lists">;

export async function openPostgres(
  target: PostgresTarget,
  { poolSize, logger, whose }: PostgresOptions,
): Promise<OpenedPostgres> {
  const { default: pg } = await import("pg");
  const session = await examinePostgres(target, whose);
  if (session.missing.length > 0) logger.warn("database.settings-missing", { execute: session.missing });
  const { config } = session;
  const dialect = session.isDistributed ? CITUS : POSTGRES;
  const sequelize = createPool(pg, target, config, poolSize);
  const connections = createConnections({
    pool: sequelize.connectionManager as unknown as ConnectionPool,
    config,
    poolSize,
    pipelines: session.isPooled,
    toStorageError: (error) => storageError(error, readCode),
    onDown: () => logger.warn("database.unreachable", { database: target.shown }),
  });
  const meter = createCommitMeter();
  const names = new Map<string, string>();
  /** Names of statements belong to a connection of one's own. */
  let usesNames = !session.isPooled;

  /** Prepared once per connection under this name. */
  function getStatementName(sql: string): string | undefined {
    const known = names.get(sql);
    if (known !== undefined || names.size >= MAX_PREPARED) return known;
    const name = `callboard_${names.size}`;
    names.set(sql, name);
    return name;
  }
  /** The statement as pg takes it. Without parameters it may be one that cannot be prepared. */
  function toQuery(sql: string, bind: readonly unknown[], prepares: boolean): QueryConfig {
    const name = prepares && usesNames && bind.length > 0 ? getStatementName(sql) : undefined;
    return { text: sql, values: [...bind], ...(name === undefined ? {} : { name }) };
  }

  /** Lends a connection. One that was lost, or whose state is unknown, is not lent again. */
  async function lend<T>(prepares: boolean, work: (lent: Lent) => Promise<T>, isPatient = false): Promise<T> {
    const client = await connections.acquire();
    const patience = isPatient ? { query_timeout: MAX_TIMER_MS } : {};
    const impatient = isPatient ? keepQuiet(client) : () => undefined;
    const run: Runner = async (sql, bind) => {
      const ended = connections.watch(client);
      try {
        return (await client.query({ ...toQuery(sql, bind, prepares), ...patience })).rows as unknown[];
      } catch (error) {
        const code = error instanceof Error ? readCode(error) : "";
        // Every connection that is open leads to the same server, and has prepared its statements for the same tables.
        const isOutdated = code === READ_ONLY || isStalePlan(error);
        if (isOutdated) connections.outdateAll();
        lent.isLost ||= code === CONNECTION_LOST || isOutdated;
        throw error;
      } finally {
        ended();
      }
    };
    const lent: Lent = { queries: queryable(run, dialect, readCode), isLost: false };
    try {
      return await work(lent);
    } finally {
      impatient();
      await connections.release(client, lent.isLost);
    }
  }

  /**
   * The same. When the database lost a prepared statement, or has one of that name already, there is a pooler in between that could not
   * be told: nothing was done, so that the work is done once more, and statements have no names from then on.
   */
  async function lendPrepared<T>(work: (lent: Lent) => Promise<T>): Promise<T> {
    try {
      return await lend(true, work);
    } catch (error) {
      if (isStalePlan(toCause(error))) return lend(true, work);
      if (!usesNames || !LOST_NAMES.has(readCode(toCause(error)))) throw error;
      usesNames = false;
      logger.warn("database.prepared-statements-lost", { database: target.shown });
      return lend(true, work);
    }
  }

  /** One statement, committed before the promise resolves; behind a pooler in a transaction that brings the settings along. */
  async function runAlone<R extends object>(
    { queries }: Lent,
    sql: string,
    bind: readonly unknown[] = [],
  ): Promise<R[]> {
    if (!session.isPooled) return queries.query<R>(sql, bind);
    const [begun, answered, ended] = await Promise.allSettled([
      queries.query(session.begin),
      queries.query<R>(sql, bind),
      queries.query("COMMIT"),
    ]);
    // The first to fail is why the others did.
    if (begun.status === "rejected") throw begun.reason;
    if (answered.status === "rejected") throw answered.reason;
    if (ended.status === "rejected") throw ended.reason;
    return answered.value;
  }

  async function inTransaction<T>(lent: Lent, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const rollBack = async () => {
      if (!lent.isLost) await lent.queries.query("ROLLBACK").catch(() => undefined);
    };
    return transact(lent.queries, session.begin, rollBack, work);
  }

  return {
    dialect,
    file: undefined,
    // Queries of users are planned for their values. All others run thousands of times and are prepared.
    read: {
      dialect,
      query: (sql, bind) => lend(false, (lent) => runAlone(lent, sql, bind)),
    },
    autocommit: {
      dialect,
      query: (sql, bind) => lendPrepared((lent) => runAlone(lent, sql, bind)),
    },
    write: (work) => lendPrepared((lent) => inTransaction(lent, work)),
    administer: (work) =>
      lend(
        false,
        (lent) =>
          inTransaction(lent, async (tx) => {
            await tx.query(WITHOUT_TIMEOUTS);
            return work(tx);
          }),
        true,
      ),
    batch: (batch) =>
      meter
        .measure(() =>
          lendPrepared(async (lent) => {
            if (dialect.isDistributed) return inTransaction(lent, (tx) => runInSteps(tx, batch));
            const { sql, bind } = batchStatement(batch);
            await runAlone(lent, sql, bind);
          }),
        )
        .then(() => true, toRefusal),
    commits: meter.read,
    connections: connections.usage,
    close: async () => {
      connections.stop();
      await sequelize.close();
    },
    listenerConfig: session.isPooled ? undefined : config,
  };
}

/** Creates Sequelize for its pool of connections, which have the settings of `config`. */
function createPool(pg: typeof Pg, target: PostgresTarget, config: ClientConfig, size: number): Pool {
  return new Sequelize({
    dialect: "postgres",
    dialectModule: { ...pg, types: withNumbers(pg) },
    logging: false,
    username: target.user,
    password: target.password ?? "",
    host: target.host,
    port: target.port,
    database: target.database,
    // Statements of its own at the start of a connection would be session state, which a pooler gives to others.
    keepDefaultTimezone: true,
    standardConformingStrings: false,
    pool: { max: size, min: 0, idle: 10_000, acquire: 15_000 },
    dialectOptions: { ...config, query_timeout: SILENCE_MS, clientMinMessages: "ignore" },
  } as Options);
}

/** For this transaction only, which is all that a pooler lets a client set. Older servers know fewer of them. */
const WITHOUT_TIMEOUTS = `SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN
  ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`;
/** The longest that a timer of Node's takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The connection may be silent for any time, until the returned function is called: an index takes minutes to be made. */
function keepQuiet(client: Client): () => void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  const before = stream.timeout ?? 0;
  stream.setTimeout(0);
  return () => void stream.setTimeout(before);
}

const DIVISION_BY_ZERO = "22012";
/** False for a batch that was refused: it divided by zero, or gave up between its steps. */
function toRefusal(error: unknown): false {
  if (error instanceof Refused || (error instanceof Error && ownCode(error) === DIVISION_BY_ZERO))
    return false;
  throw error;
}

const READ_ONLY = "25006";
/** The statement does not exist, or exists already. */
const LOST_NAMES: ReadonlySet<string> = new Set(["26000", "42P05"]);

/** Another process changed the tables under a statement that was prepared: the server refuses it before it does anything. */
function isStalePlan(error: unknown): boolean {
  return error instanceof Error && ownCode(error) === "0A000" && error.message.includes("cached plan");
}

/** The database's own error. */
function toCause(error: unknown): Error {
  const cause = error instanceof CallboardError ? error.cause : error;
  return cause instanceof Error ? cause : new TypeError("not an error of the database");
}

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

/** No class of SQLSTATEs begins with E, as the codes of the operating system do. */
const SQLSTATE = /^[0-9A-DF-Z][0-9A-Z]{4}$/;
const CONNECTION_LOST = "08006";

/** The server names a SQLSTATE in every error of its own; pg without one tells of a lost connection, or of our own mistake. */
function readCode(error: Error): string {
  if (error instanceof ConnectionError) return CONNECTION_LOST;
  const code = ownCode(error);
  if (SQLSTATE.test(code)) return code;
  return error instanceof TypeError || error instanceof RangeError ? "" : CONNECTION_LOST;
}
