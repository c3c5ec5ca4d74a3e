/**
 * A new version and the one before run on one database during a rolling upgrade. A step of the schema that the earlier version can
 * use may therefore only add: tables, and columns and indexes that statements of the earlier version don't notice.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compareVersions } from "../../src/host/model/version-order.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { MIGRATIONS } from "../../src/host/store/db/migrations/index.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";

interface Column {
  readonly type: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
}

/** By table and column, and by definition with the columns' names. */
interface Schema {
  readonly columns: ReadonlyMap<string, Column>;
  readonly rules: ReadonlyMap<string, { readonly table: string; readonly columns: readonly string[] }>;
}

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
let database: Database | undefined;
afterEach(() => database?.close());

async function readSchema({ read }: Database): Promise<Schema> {
  const columns = await read.query<{ name: string; type: string; nullable: string; preset: string | null }>(
    `SELECT table_name || '.' || column_name AS name, data_type AS type, is_nullable AS nullable, column_default AS preset
     FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  // Unique indexes and constraints: what an INSERT or UPDATE can fail by.
  const rules = await read.query<{ definition: string; table: string; columns: string }>(
    `SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indrelid::regclass::text AS "table",
       (SELECT string_agg(a.attname, ',') FROM pg_attribute a WHERE a.attrelid = i.indexrelid) AS columns
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND i.indisunique
     UNION ALL
     SELECT k.conname || ' ' || pg_get_constraintdef(k.oid), k.conrelid::regclass::text, ''
     FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = 'public' AND k.contype IN ('c', 'f', 'x')
     UNION ALL
     SELECT t.tgname || ' trigger', t.tgrelid::regclass::text, '' FROM pg_trigger t WHERE NOT t.tgisinternal`,
  );
  return {
    columns: new Map(
      columns.map(({ name, type, nullable, preset }) => [
        name,
        { type, isNullable: nullable === "YES", hasDefault: preset !== null },
      ]),
    ),
    rules: new Map(
      rules.map(({ definition, table, columns: names }) => [
        definition,
        { table, columns: names.split(",") },
      ]),
    ),
  };
}

/** Why statements of the earlier version could fail on the later schema. */
function findContractions(before: Schema, after: Schema): readonly string[] {
  const tables = new Set([...before.columns.keys()].map((name) => name.split(".")[0]));
  const isOld = (name: string) => tables.has(name.split(".")[0]);
  const changed = [...before.columns].flatMap(([name, column]) => {
    const now = after.columns.get(name);
    if (now === undefined) return [`${name} is gone`];
    if (now.type !== column.type) return [`${name} is ${now.type}`];
    if (column.isNullable && !now.isNullable) return [`${name} must not be null`];
    return column.hasDefault && !now.hasDefault ? [`${name} has no default`] : [];
  });
  const demanded = [...after.columns].flatMap(([name, { isNullable, hasDefault }]) =>
    isOld(name) && !before.columns.has(name) && !isNullable && !hasDefault ? [`${name} is demanded`] : [],
  );
  const ruled = [...after.rules].flatMap(([definition, { table, columns }]) =>
    // One over new columns alone is never met by a row of the earlier version.
    before.rules.has(definition) ||
    !isOld(table) ||
    columns.some((name) => after.columns.has(`${table}.${name}`) && !before.columns.has(`${table}.${name}`))
      ? []
      : [`${definition} is new`],
  );
  // An INSERT of the earlier version may name it in ON CONFLICT.
  const missing = [...before.rules.keys()].filter((definition) => !after.rules.has(definition));
  return [...changed, ...demanded, ...ruled, ...missing.map((definition) => `${definition} is gone`)];
}

const open = async (): Promise<Database> => (database = await openDatabase(await postgres.newUrl()));

test("no step takes anything from a version that it says can still use the schema", async () => {
  const opened = await open();
  for (const [index, step] of MIGRATIONS.entries()) {
    const before = await readSchema(opened);
    await migrate(opened, { migrations: MIGRATIONS.slice(0, index + 1) });
    const former = MIGRATIONS[index - 1];
    if (former === undefined || compareVersions(step.usableFrom, former.usableFrom) > 0) continue;
    expect([step.name, findContractions(before, await readSchema(opened))]).toEqual([step.name, []]);
  }
}, 60_000);

describe("a step is found", () => {
  test.each([
    ["that renames a column", "ALTER TABLE callboard_site RENAME COLUMN name TO title"],
    ["that drops a column", "ALTER TABLE callboard_event DROP COLUMN terms"],
    ["that drops a table", "DROP TABLE callboard_rate"],
    ["that changes a type", "ALTER TABLE callboard_event ALTER COLUMN name TYPE varchar(10)"],
    ["that demands a value", "ALTER TABLE callboard_webhook ALTER COLUMN order_by SET NOT NULL"],
    ["that takes a default", "ALTER TABLE callboard_process ALTER COLUMN proxy_fails DROP DEFAULT"],
    [
      "that adds a column without a default",
      "ALTER TABLE callboard_delivery ADD COLUMN weight integer NOT NULL",
    ],
    ["that forbids repetitions", "CREATE UNIQUE INDEX one_name ON callboard_webhook (site_no, name)"],
    ["that drops a unique index", "DROP INDEX callboard_audit_seq"],
    ["that checks values", "ALTER TABLE callboard_site ADD CONSTRAINT short CHECK (length(name) < 10)"],
    [
      "that refers",
      "ALTER TABLE callboard_webhook ADD CONSTRAINT of_site FOREIGN KEY (site_no) REFERENCES callboard_site (no)",
    ],
  ])("%s", async (_what, statement) => {
    const opened = await open();
    await migrate(opened);
    const before = await readSchema(opened);
    await opened.administer((tx) => tx.query(statement));

    expect(findContractions(before, await readSchema(opened))).not.toEqual([]);
  });

  test.each([
    ["a table", "CREATE TABLE callboard_more (no integer PRIMARY KEY)"],
    ["a column that may be null", "ALTER TABLE callboard_site ADD COLUMN color text"],
    ["a column with a default", "ALTER TABLE callboard_site ADD COLUMN color text NOT NULL DEFAULT 'red'"],
    ["an index", "CREATE INDEX more ON callboard_site (name)"],
  ])("not one that adds %s", async (_what, statement) => {
    const opened = await open();
    await migrate(opened);
    const before = await readSchema(opened);
    await opened.administer((tx) => tx.query(statement));

    expect(findContractions(before, await readSchema(opened))).toEqual([]);
  });
});
