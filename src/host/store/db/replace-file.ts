/** Puts a SQLite file in the place of another one, which is kept under another name. No process may use either. */
import { link, open, rename, rm } from "node:fs/promises";
import { CallboardError } from "../../../errors.ts";
import { syncDirectory } from "../../../whole-file.ts";
import { ownFile, storeLocked } from "./lock.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import { isBusy } from "./storage-error.ts";

/** SQLite's files beside a database whose process was killed. */
const SIDE_FILES = ["-wal", "-shm"] as const;

/** `path` does not exist. It has the new file at once and whole, or not at all. */
export async function putFile(replacement: string, path: string): Promise<void> {
  for (const side of SIDE_FILES) await rm(path + side, { force: true });
  await syncFile(replacement);
  await rename(replacement, path);
  await syncDirectory(path);
}

/**
 * Keeps the file at `path` as `aside`. There is a database at `path` at every moment: the old one, then the new one.
 * @throws {CallboardError} STORE_LOCKED if a process uses the file
 */
export async function replaceFile(replacement: string, path: string, aside: string): Promise<void> {
  await syncFile(replacement);
  const owned = ownFile(path);
  const file = await openSqliteFile(owned.location, "write");
  try {
    const isUsable = await closeLog(path, file.query);
    await owned.hold();
    await link(path, aside);
    // Of a damaged database whatever there is, for those who try to rescue it.
    if (!isUsable) for (const side of SIDE_FILES) await moveIfThere(path + side, aside + side);
    await rename(replacement, path);
    await syncDirectory(path);
  } finally {
    await file.close();
    await owned.release();
  }
}

/** Takes hold of the file and writes its log into it. Resolves to false if it is no database any more. */
async function closeLog(path: string, query: (sql: string) => Promise<unknown>): Promise<boolean> {
  try {
    await query("PRAGMA busy_timeout=0");
    await query("PRAGMA journal_mode=DELETE");
    return true;
  } catch (error) {
    if (isBusy(error)) throw storeLocked(path, error);
    // A full disk or missing rights say nothing against the database.
    if (error instanceof CallboardError) throw error;
    return false;
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  });
}

/** After a loss of power, a name must not lead to a file whose contents were not written. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
