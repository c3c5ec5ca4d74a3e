/**
 * One process owns a SQLite file, by whatever name it opened it: a symbolic link, a hard link and a bind mount lead to the
 * same file. The operating system lets go of it when the process dies, so a crash leaves nothing stale behind.
 */
import { closeSync, openSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { pathToFileURL } from "node:url";
import sqlite3 from "sqlite3";
import { CallboardError } from "../../../errors.ts";

export interface OwnedFile {
  /** URL for SQLite. Connections of this process share the file, and other processes are locked out. */
  readonly location: string;
  /** Called once the file was found to be a database that no other process holds. */
  readonly hold: () => Promise<void>;
  /** Called when its last connection is closed. */
  readonly release: () => Promise<void>;
}

/** SQLite's locks are the process's: to another host in the same one they are no hindrance, and closing the file drops them. */
const ownedHere = new Set<string>();

/** SQLite has this way of opening a file where there is fcntl. Elsewhere a second, tiny file beside it is locked. */
const hasExclusive = process.platform !== "win32";

/** Makes the file where there is none. @throws {CallboardError} STORE_LOCKED when this process has it open already */
export function ownFile(path: string): OwnedFile {
  const existing = statSync(path, { throwIfNoEntry: false });
  // Before it is opened in any way: closing it again would drop the lock that this process has on it.
  if (existing !== undefined && ownedHere.has(formatIdentity(existing))) throw storeLocked(path);
  // SQLite gives its other files the rights of this one. Bodies of events are nobody else's business.
  closeSync(openSync(path, "a", 0o600));
  const identity = formatIdentity(statSync(path));
  ownedHere.add(identity);
  const real = realpathSync(path);
  let lock: sqlite3.Database | undefined;
  return {
    location: toOwnLocation(real),
    hold: async () => {
      if (!hasExclusive) lock = await lockBeside(real);
    },
    release: async () => {
      ownedHere.delete(identity);
      await new Promise<void>((resolve) => {
        if (lock === undefined) resolve();
        else lock.close(() => resolve());
      });
    },
  };
}

/** URL by which another connection of the process that owns the file shares it. */
export const toOwnLocation = (path: string): string =>
  `${pathToFileURL(path).href}${hasExclusive ? "?vfs=unix-excl" : ""}`;

const formatIdentity = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

export function storeLocked(path: string, cause?: unknown): CallboardError {
  return new CallboardError(
    "STORE_LOCKED",
    `Another Callboard process uses ${path}. Stop it first, give this one another CALLBOARD_DATA_DIR, ` +
      "or use PostgreSQL (CALLBOARD_DATABASE_URL), which any number of processes may share.",
    { cause },
  );
}

async function lockBeside(path: string): Promise<sqlite3.Database> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(`${path}.lock`, (error) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  try {
    await new Promise<void>((resolve, reject) => {
      database.exec("PRAGMA busy_timeout=0; BEGIN EXCLUSIVE", (error) =>
        error === null ? resolve() : reject(error),
      );
    });
    return database;
  } catch (error) {
    await new Promise<void>((resolve) => database.close(() => resolve()));
    throw storeLocked(path, error);
  }
}
