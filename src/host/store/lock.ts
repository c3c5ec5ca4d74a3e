/**
 * One process owns a SQLite file. The lock is an exclusive transaction held on a tiny second SQLite file: the operating
 * system frees it when the process dies, so a crash leaves nothing stale behind.
 */
import sqlite3 from "sqlite3";
import { CallboardError } from "../../errors.ts";

export interface FileLock {
  readonly release: () => Promise<void>;
}

function exec(database: sqlite3.Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    database.exec(sql, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** @throws CallboardError STORE_LOCKED when another process holds it. */
export async function lockFile(path: string): Promise<FileLock> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(`${path}.lock`, (error) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  const close = () => new Promise<void>((resolve) => database.close(() => resolve()));
  try {
    await exec(database, "PRAGMA busy_timeout=0; BEGIN EXCLUSIVE");
  } catch (error) {
    await close();
    throw new CallboardError(
      "STORE_LOCKED",
      `Another Callboard process uses ${path}. Stop it first, give this one another CALLBOARD_DATA_DIR, ` +
        "or use PostgreSQL (CALLBOARD_DATABASE_URL), which any number of processes may share.",
      { cause: error },
    );
  }
  return { release: close };
}
