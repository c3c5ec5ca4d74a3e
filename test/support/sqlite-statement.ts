/** A statement on a SQLite file that no host uses. */
import sqlite3 from "sqlite3";

export async function executeOn(path: string, statements: string): Promise<void> {
  const database = new sqlite3.Database(path);
  try {
    await new Promise<void>((resolve, reject) =>
      database.exec(statements, (error) => (error === null ? resolve() : reject(error))),
    );
  } finally {
    await new Promise((resolve) => database.close(resolve));
  }
}
