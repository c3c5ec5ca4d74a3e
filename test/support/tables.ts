/** Every row of a SQLite file, read beside the process that owns it. */
import sqlite3 from "sqlite3";

export type Tables = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export async function readTables(file: string): Promise<Tables> {
  const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
  const all = <R>(sql: string) =>
    new Promise<R[]>((resolve, reject) =>
      database.all(sql, (error: Error | null, rows: R[]) => (error === null ? resolve(rows) : reject(error))),
    );
  try {
    const tables = await all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'callboard_%' ORDER BY name",
    );
    const read: Record<string, readonly Readonly<Record<string, unknown>>[]> = {};
    for (const { name } of tables) read[name.replace("callboard_", "")] = await all(`SELECT * FROM ${name}`);
    return read;
  } finally {
    await new Promise((resolve) => database.close(resolve));
  }
}
