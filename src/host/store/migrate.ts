/** Brings the schema up to date: numbered steps, append-only, each applied once and in one transaction. */
import type { Database } from "./database.ts";
import { first } from "./migrations/0001-first.ts";

const MIGRATIONS = [first];
/** Any number: two processes that start at once on PostgreSQL take turns by it. */
const ADVISORY_LOCK = 2_990_001;

/** Resolves to the names of the steps it applied. */
export async function migrate(database: Database): Promise<readonly string[]> {
  return database.write(async (tx) => {
    if (database.dialect.name === "postgres") {
      await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})::text`);
    }
    const { text, big } = database.dialect.types;
    await tx.query(
      `CREATE TABLE IF NOT EXISTS callboard_migration (name ${text} PRIMARY KEY, applied_at ${big} NOT NULL)`,
    );
    const applied = new Set(
      (await tx.query<{ name: string }>("SELECT name FROM callboard_migration")).map((row) => row.name),
    );
    const missing = MIGRATIONS.filter((migration) => !applied.has(migration.name));
    for (const migration of missing) {
      for (const statement of migration.statements(database.dialect)) await tx.query(statement);
      await tx.query("INSERT INTO callboard_migration (name, applied_at) VALUES ($1, $2)", [
        migration.name,
        Date.now(),
      ]);
    }
    return missing.map((migration) => migration.name);
  });
}
