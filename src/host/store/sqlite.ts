/**
 * SQLite: one held write connection behind a queue and a read-only one beside it. A transaction of Sequelize's own would
 * open a new handle each time, losing the pragmas and the held lock.
 */
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { Sequelize } from "sequelize";
import sqlite3 from "sqlite3";
import { createClosers } from "../../closers.ts";
import type { Closers } from "../../closers.ts";
import { makeDirectory } from "../../directory.ts";
import { layOut } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { createProcessClock } from "./clock.ts";
import type { Database, Queryable } from "./database.ts";
import { SQLITE } from "./dialect.ts";
import { lockFile } from "./lock.ts";
import { queryable } from "./runner.ts";
import type { Runner } from "./runner.ts";
import { ownCode } from "./storage-error.ts";

const WRITER_PRAGMAS = [
  // Has an effect on a new file only; lets retention give space back to the disk a little at a time.
  "auto_vacuum=INCREMENTAL",
  "journal_mode=WAL",
  // A commit that was answered survives a loss of power, not only a crash.
  "synchronous=FULL",
  "busy_timeout=30000",
  "cache_size=-16000",
  "journal_size_limit=67108864",
  // The statements of batches stand in the temporary schema, which needs no file for them.
  "temp_store=MEMORY",
];

/** @throws CallboardError STORE_LOCKED when another process holds the file. */
export async function openSqlite(url: string): Promise<Database> {
  const closers = createClosers();
  try {
    return await openWith(url.slice("sqlite:".length), closers);
  } catch (error) {
    // A file that is no database is found out only after it was locked and opened.
    await closers.closeAll(0).catch(() => undefined);
    throw error;
  }
}

async function openWith(storage: string, closers: Closers): Promise<Database> {
  const inMemory = storage === ":memory:";
  if (!inMemory) {
    await makeDirectory(dirname(storage), 0o777);
    // SQLite gives its other files the rights of this one. Bodies of events are nobody else's business.
    closeSync(openSync(storage, "a", 0o600));
    const lock = await lockFile(storage);
    closers.add(() => lock.release());
  }
  const options = { dialect: "sqlite", storage, logging: false } as const;
  const writer = await hold(new Sequelize(options));
  closers.add(() => writer.close());
  const connection = queryable(writer.run, SQLITE, ownCode);
  for (const pragma of WRITER_PRAGMAS) await connection.query(`PRAGMA ${pragma}`);
  const reader = inMemory
    ? writer
    : await hold(new Sequelize({ ...options, dialectOptions: { mode: sqlite3.OPEN_READONLY } }));
  if (reader !== writer) closers.add(() => reader.close());
  const enqueue = createQueue();
  const runBatch = batches(connection);

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
    now: createProcessClock(),
    read: queryable(reader.run, SQLITE, ownCode),
    autocommit: { dialect: SQLITE, query: (sql, bind) => enqueue(() => connection.query(sql, bind)) },
    write: (work) => enqueue(() => transact(work)),
    administer: (work) => enqueue(() => transact(work)),
    batch: (batch) => enqueue(() => runBatch(batch)),
    close: () => enqueue(() => closers.closeAll(0)),
  };
}

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

const REFUSED = "callboard: the batch was refused";

/**
 * SQLite has no statement that changes several tables. An INSERT into a view runs the trigger that stands in its place: the
 * changes are the trigger's, the columns of the view carry what is bound to them, and being one statement it commits by
 * itself. Each batch with other statements gets a view and a trigger of its own, in the temporary schema of this connection;
 * there are as many as there are combinations of statements in the code.
 */
function batches(connection: Queryable): (batch: Batch) => Promise<boolean> {
  const inserts = new Map<string, string>();

  async function prepareInsert(body: string, columns: number): Promise<string> {
    const known = inserts.get(body);
    if (known !== undefined) return known;
    const view = `callboard_batch_${inserts.size}`;
    const numbers = Array.from({ length: columns }, (_, index) => index + 1);
    await connection.query(
      `CREATE TEMP VIEW ${view} AS SELECT ${numbers.map((n) => `NULL AS p${n}`).join(", ")}`,
    );
    await connection.query(
      `CREATE TEMP TRIGGER ${view}_changes INSTEAD OF INSERT ON ${view} BEGIN ${body} END`,
    );
    const insert = `INSERT INTO ${view} VALUES (${numbers.map((n) => `$${n}`).join(", ")})`;
    inserts.set(body, insert);
    return insert;
  }
  return async (batch) => {
    const { checks, changes, bind } = layOut(batch, (n) => `NEW.p${n}`);
    const refuseUnless = (condition: string): string =>
      `SELECT RAISE(ABORT, '${REFUSED}') WHERE (${condition}) IS NOT TRUE;`;
    const steps = [
      ...checks.map(refuseUnless),
      ...changes.flatMap(({ sql, rows }) =>
        rows === undefined ? `${sql};` : [`${sql};`, refuseUnless(`changes() = ${rows}`)],
      ),
    ];
    try {
      await connection.query(await prepareInsert(steps.join("\n"), bind.length), bind);
      return true;
    } catch (error) {
      if (error instanceof Error && error.message.endsWith(REFUSED)) return false;
      throw error;
    }
  };
}

/** Lets one piece of work run at a time, in the order of asking. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
