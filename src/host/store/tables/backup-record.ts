/** What a backup says of itself, in a table that no other database has. */
import type { Queryable } from "../db/database.ts";
import type { RowCounts } from "../schema.ts";
import type { KeyId } from "../seal.ts";

export interface BackupRecord {
  /** Version of Callboard that made it. */
  readonly version: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Names of the migrations that its schema has. */
  readonly schema: readonly string[];
  /** IDs of the master keys that its secrets are encrypted with. */
  readonly masterKeys: readonly KeyId[];
  readonly rows: RowCounts;
}

export async function writeBackupRecord(q: Queryable, record: BackupRecord): Promise<void> {
  await q.query("CREATE TABLE callboard_backup (about TEXT NOT NULL)");
  await q.query("INSERT INTO callboard_backup (about) VALUES ($1)", [JSON.stringify(record)]);
}

/** Resolves to undefined for a database that is no backup. */
export async function readBackupRecord(q: Queryable): Promise<BackupRecord | undefined> {
  const [table] = await q.query(q.dialect.findTable("callboard_backup"));
  if (table === undefined) return undefined;
  const [row] = await q.query<{ about: string }>("SELECT about FROM callboard_backup");
  return row === undefined ? undefined : (JSON.parse(row.about) as BackupRecord);
}

/** A restored database has none. */
export async function dropBackupRecord(q: Queryable): Promise<void> {
  await q.query("DROP TABLE callboard_backup");
}
