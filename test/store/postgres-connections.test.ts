/** What happens on a connection to PostgreSQL whose state changes under the statements that run on it. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { createNotingLogger } from "../support/noting-logger.ts";
import { onDatabase } from "../support/pg-client.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";

let postgres: Postgres;
const opened: Database[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});
afterAll(() => postgres.stop());

async function open(poolSize = 1) {
  const noted = createNotingLogger();
  const url = await postgres.newUrl();
  const database = await openDatabase(url, { poolSize, logger: noted.logger });
  opened.push(database);
  await database.autocommit.query("CREATE TABLE thing (n int)");
  return { database, noted, url };
}
const COUNT = "SELECT count(*) AS n FROM thing WHERE n >= $1";
const INSERT = "INSERT INTO thing (n) VALUES ($1)";

test("a statement whose preparation got lost is repeated once, and nothing is prepared any more", async () => {
  const { database, noted } = await open();
  await database.autocommit.query(INSERT, [1]);
  await database.read.query("DEALLOCATE ALL");

  await database.autocommit.query(INSERT, [2]);

  expect(await database.read.query(COUNT, [0])).toEqual([{ n: 2 }]);
  expect(noted.named("database.prepared-statements-lost")).toHaveLength(1);
  await database.autocommit.query(INSERT, [3]);
  expect(await database.read.query("SELECT name FROM pg_prepared_statements")).toEqual([]);
});

test("a statement whose name another program took is repeated once", async () => {
  const { database } = await open();
  for (let number = 0; number < 20; number += 1) {
    await database.read.query(`PREPARE callboard_${number} AS SELECT 1`);
  }
  await database.autocommit.query(INSERT, [1]);
  expect(await database.read.query(COUNT, [0])).toEqual([{ n: 1 }]);
});

test("a batch and a transaction are repeated as well, and write once", async () => {
  const { database } = await open();
  const batch = { checks: [], changes: [{ sql: INSERT, bind: [1], rows: 1 }] };
  await database.batch(batch);
  await database.read.query("DEALLOCATE ALL");
  expect(await database.batch(batch)).toBe(true);

  const other = (await open()).database;
  await other.write((tx) => tx.query(INSERT, [2]));
  await other.read.query("DEALLOCATE ALL");
  await other.write(async (tx) => {
    await tx.query("INSERT INTO thing (n) VALUES (50)");
    await tx.query(INSERT, [51]);
  });

  expect(await database.read.query("SELECT n FROM thing ORDER BY n")).toEqual([{ n: 1 }, { n: 1 }]);
  expect(await other.read.query("SELECT n FROM thing ORDER BY n")).toEqual([{ n: 2 }, { n: 50 }, { n: 51 }]);
});

test("a statement that was prepared for a table as it was before is repeated on a new connection", async () => {
  const { database, url } = await open(3);
  const all = () => database.autocommit.query("SELECT * FROM thing WHERE n >= $1", [0]);
  await database.autocommit.query(INSERT, [1]);
  await Promise.all([all(), all(), all()]);
  await onDatabase(url, "ALTER TABLE thing ADD COLUMN more text DEFAULT 'x'");
  const row = { n: 1, more: "x" };
  expect(await Promise.all([all(), all(), all()])).toEqual([[row], [row], [row]]);
});

test("a slow statement is not taken for a lost connection", async () => {
  const { database, noted } = await open();
  expect(await database.read.query("SELECT pg_sleep(5)::text AS slept")).toEqual([{ slept: "" }]);
  expect(noted.named("database.unreachable")).toEqual([]);
});

test("direct connections keep their statements and settings, and are told by name", async () => {
  const { database, noted } = await open();
  await database.autocommit.query(INSERT, [1]);
  const prepared = await database.read.query("SELECT statement FROM pg_prepared_statements");
  expect(prepared).toEqual([{ statement: INSERT }]);
  expect(await database.read.query("SELECT current_setting('application_name') AS name")).toEqual([
    { name: "callboard" },
  ]);
  expect(noted.named("database.pooler")).toEqual([]);
});
