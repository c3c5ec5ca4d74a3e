/**
 * SQLite: one held write connection behind a queue and a read-only one beside it. A transaction of Sequelize's own would
 * open a new handle each time, losing the pragmas and the held lock.
 */
import { dirname } from "node:path";
import type { Sequelize as Pool } from "sequelize";
import sqlite3 from "sqlite3";
import { realClock } from "../../../clock.ts";
import type { Clock } from "../../../clock.ts";
import { createClosers } from "../../../closers.ts";
import type { Closers } from "../../../closers.ts";
import { makeDirectory } from "../../../directory.ts";
import { CallboardError } from "../../../errors.ts";
import { layOut } from "./batch.ts";
import type { Batch, Statement } from "./batch.ts";
import { createCommitMeter } from "./commit-meter.ts";
import { createProcessClock } from "./clock.ts";
import type { Database, Queryable, Transaction } from "./queryable.ts";
import { SQLITE } from "./dialect.ts";
import { ownFile, storeLocked } from "./lock.ts";
import type { OwnedFile } from "./lock.ts";
import { queryable } from "./runner.ts";
import type { Runner } from "./runner.ts";
import { Sequelize } from "./sequelize.ts";
import { isBusy, isDamaged, ownCode } from "./storage-error.ts";
import { transact } from "./transact.ts";

/** Lets retention give space back to the disk a little at a time. To a file that is not new it does nothing but write. */
const NEW_FILE_PRAGMA = "auto_vacuum=INCREMENTAL";
const WRITER_PRAGMAS = [
  "journal_mode=WAL",
  // A commit that was answered survives a loss of power, not only a crash.
  "synchronous=FULL",
  "busy_timeout=30000",
  "cache_size=-16000",
  "journal_size_limit=67108864",
  // The statements of batches stand in the temporary schema, which needs no file for them.
  "temp_store=MEMORY",
];

/**
 * The file of a `sqlite:` URL; undefined for a database in memory.
 * @throws {CallboardError} CONFIG_INVALID for a form that SQLite itself would take for the name of a file
 */
function parseFileName(url: string): string | undefined {
  const storage = url.slice("sqlite:".length);
  if (storage === ":memory:") return undefined;
  const wrong =
    storage === ""
      ? "names no file"
      : storage.startsWith("file:")
        ? "must name the file itself, without file:"
        : storage.includes("?")
          ? "must not have parameters"
          : /^\/\/[^/]/.test(storage)
            ? "must not have a host"
            : undefined;
  if (wrong === undefined) return storage;
  throw new CallboardError(
    "CONFIG_INVALID",
    `CALLBOARD_DATABASE_URL ${JSON.stringify(url)} ${wrong}; write sqlite:/path/to/callboard.sqlite`,
  );
}

/** A database in memory. It begins as an image of {@link takeImage} says, and its time is that of the clock. */
export async function openMemory(image: string, clock: Clock): Promise<Database> {
  const closers = createClosers();
  try {
    return await openWith({ storage: ":memory:", closers, image, clock });
  } catch (error) {
    await closers.closeAll(0).catch(() => undefined);
    throw error;
  }
}

/** @throws {CallboardError} STORE_LOCKED when another process holds the file, CONFIG_INVALID when the URL names none */
export async function openSqlite(url: string): Promise<Database> {
  const file = parseFileName(url);
  const closers = createClosers();
  try {
    if (file === undefined) return await openWith({ storage: ":memory:", closers });
    await makeDirectory(dirname(file), 0o777);
    const owned = ownFile(file);
    closers.add(() => owned.release());
    return await openWith({ storage: owned.location, file, owned, closers });
  } catch (error) {
    // A file that is no database, or is another process's, is found out only after it was opened.
    await closers.closeAll(0).catch(() => undefined);
    if (file === undefined) throw error;
    if (isDamaged(error)) throw storeInvalid(file, error);
    throw isBusy(error) ? storeLocked(file, error) : error;
  }
}

const storeInvalid = (file: string, cause: Error): CallboardError =>
  new CallboardError(
    "STORE_INVALID",
    ownCode(cause) === "SQLITE_NOTADB"
      ? `${file} is no SQLite database, and stays as it is (SQLITE_NOTADB)`
      : `${file} is damaged: restore a backup (${ownCode(cause)})`,
    { cause },
  );

interface ToOpen {
  readonly storage: string;
  /** Left out for a database in memory. */
  readonly file?: string;
  readonly owned?: OwnedFile;
  readonly closers: Closers;
  /** Statements that are run before anything else. */
  readonly image?: string;
  readonly clock?: Clock;
}

async function openWith({
  storage,
  file,
  owned,
  closers,
  image,
  clock = realClock,
}: ToOpen): Promise<Database> {
  const connect = async (mode: number) => {
    const held = await hold(
      new Sequelize({
        dialect: "sqlite",
        storage,
        logging: false,
        ...(file === undefined ? {} : { dialectOptions: { mode: mode | sqlite3.OPEN_URI } }),
      }),
    );
    closers.add(() => held.close());
    return held;
  };
  const writer = await connect(sqlite3.OPEN_READWRITE);
  const connection = queryable(writer.run, SQLITE, ownCode);
  await connection.query("PRAGMA busy_timeout=0");
  // Takes hold of the file, and finds out whether it is a database, before anything is written to it or beside it.
  const [{ page_count: pages } = { page_count: 0 }] = await connection.query<{ page_count: number }>(
    "PRAGMA page_count",
  );
  await owned?.hold();
  if (pages === 0) await connection.query(`PRAGMA ${NEW_FILE_PRAGMA}`);
  for (const pragma of WRITER_PRAGMAS) await connection.query(`PRAGMA ${pragma}`);
  if (image !== undefined) await writer.runAll(image);
  const reader = file === undefined ? writer : await connect(sqlite3.OPEN_READONLY);
  const enqueue = createQueue();
  const runBatch = batches(connection);
  const meter = createCommitMeter();

  // SQLite has already rolled back by itself after some errors (a full disk); then this one fails.
  const rollBack = () => connection.query("ROLLBACK").catch(() => undefined);
  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    transact(connection, "BEGIN IMMEDIATE", rollBack, work);
  const read = queryable(reader.run, SQLITE, ownCode);
  return {
    dialect: SQLITE,
    file,
    now: createProcessClock(clock.steady, clock.now()),
    read,
    lists: () => Promise.resolve(read),
    autocommit: { dialect: SQLITE, query: (sql, bind) => enqueue(() => connection.query(sql, bind)) },
    write: (work) => enqueue(() => inTransaction(work)),
    administer: (work) => enqueue(() => inTransaction(work)),
    batch: (batch) => meter.measure(() => enqueue(() => runBatch(batch))),
    commits: meter.read,
    close: () => enqueue(() => closers.closeAll(0)),
  };
}

interface Held {
  readonly run: Runner;
  /** Runs statements that are separated by semicolons. */
  readonly runAll: (statements: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Statements on the connection that Sequelize holds for SQLite. Its own query method looks into the SQL to guess what
 * to return, and never gives the rows of an INSERT … RETURNING.
 */
async function hold(sequelize: Pool): Promise<Held> {
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
    if (prepared.size >= MAX_PREPARED && oldest !== undefined) {
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
    runAll: (statements) =>
      new Promise((resolve, reject) => {
        connection.exec(statements, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      }),
    close: async () => {
      const all = [...prepared.values()];
      // A late statement is refused, and must not finalize one of these again.
      prepared.clear();
      for (const statement of all) (await statement).finalize();
      await sequelize.close();
    },
  };
}

const MAX_PREPARED = 200;

const REFUSED = "callboard: the batch was refused";

/**
 * SQLite has no statement that changes several tables. An INSERT into a view runs the trigger that stands in its place: the
 * changes are the trigger's, the columns of the view carry what is bound to them, and being one statement it commits by
 * itself. Each batch with other statements gets a view and a trigger of its own, in the temporary schema of this connection;
 * there are as many as there are combinations of statements in the code.
 */
function batches(connection: Queryable): (batch: Batch) => Promise<boolean> {
  const first = createWay();
  let views = 0;

  async function prepareInsert(body: string, columns: number): Promise<string> {
    const view = `callboard_batch_${views}`;
    views += 1;
    const numbers = Array.from({ length: columns }, (_, index) => index + 1);
    await connection.query(
      `CREATE TEMP VIEW ${view} AS SELECT ${numbers.map((n) => `NULL AS p${n}`).join(", ")}`,
    );
    await connection.query(
      `CREATE TEMP TRIGGER ${view}_changes INSTEAD OF INSERT ON ${view} BEGIN ${body} END`,
    );
    return `INSERT INTO ${view} VALUES (${numbers.map((n) => `$${n}`).join(", ")})`;
  }
  async function prepareWay(batch: Batch): Promise<string> {
    const { checks, changes, bind } = layOut(batch, (n) => `NEW.p${n}`);
    const refuseUnless = (condition: string): string =>
      `SELECT RAISE(ABORT, '${REFUSED}') WHERE (${condition}) IS NOT TRUE;`;
    const steps = [
      ...checks.map(refuseUnless),
      ...changes.flatMap(({ sql, rows }) =>
        rows === undefined ? `${sql};` : [`${sql};`, refuseUnless(`changes() = ${rows}`)],
      ),
    ];
    return prepareInsert(steps.join("\n"), bind.length);
  }
  return async (batch) => {
    const bind: unknown[] = [];
    const way = followWay(first, batch, bind);
    try {
      await connection.query((way.insert ??= await prepareWay(batch)), bind);
      return true;
    } catch (error) {
      if (error instanceof Error && error.message.endsWith(REFUSED)) return false;
      throw error;
    }
  };
}

/**
 * The statements of a batch up to one of them. Laying a batch out costs more than a single event, so that it is done once for the same
 * statements in a row; the same text always has as many values.
 */
interface Way {
  insert: string | undefined;
  readonly checks: Map<string, Way>;
  readonly changes: Map<string, Way>;
  /** Changes of a number of rows. */
  readonly counted: Map<string, Way>;
}

const createWay = (): Way => ({
  insert: undefined,
  checks: new Map(),
  changes: new Map(),
  counted: new Map(),
});

/** Adds what is bound to the batch, as {@link layOut} does. */
function followWay(first: Way, { checks, changes }: Batch, bind: unknown[]): Way {
  let way = first;
  const step = (ways: Map<string, Way>, statement: Statement): void => {
    bind.push(...statement.bind);
    const known = ways.get(statement.sql);
    if (known !== undefined) way = known;
    else ways.set(statement.sql, (way = createWay()));
  };
  for (const check of checks) if (check !== undefined) step(way.checks, check);
  for (const change of changes) {
    if (change === undefined) continue;
    step(change.rows === undefined ? way.changes : way.counted, change);
    if (change.rows !== undefined) bind.push(change.rows);
  }
  return way;
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
