/** A SQLite file that no host serves: opened as it is, without the settings that a host gives its own. */
import sqlite3 from "sqlite3";
import { SQLITE } from "./dialect.ts";
import type { Queryable } from "./queryable.ts";
import { queryable } from "./runner.ts";
import { ownCode } from "./storage-error.ts";

export interface SqliteFile extends Queryable {
  readonly close: () => Promise<void>;
  readonly connection: sqlite3.Database;
}

/** `location` is a path or a `file:` URL. Nothing is read before the first statement. */
export async function openSqliteFile(location: string, mode: "read" | "write"): Promise<SqliteFile> {
  const flags = sqlite3.OPEN_URI | (mode === "read" ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE);
  const connection = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(location, flags, (error) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  const run = (sql: string, bind: readonly unknown[]) =>
    new Promise<unknown[]>((resolve, reject) => {
      // Numbered parameters take an array; `$1` would be a name.
      connection.all(sql.replace(/\$(\d)/g, "?$1"), bind, (error: Error | null, rows: unknown[]) =>
        error === null ? resolve(rows) : reject(error),
      );
    });
  return {
    ...queryable(run, SQLITE, ownCode),
    connection,
    close: () =>
      new Promise((resolve, reject) => {
        connection.close((error) => (error === null ? resolve() : reject(error)));
      }),
  };
}
