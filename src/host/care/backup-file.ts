/** A file of a backup: completed and checked once the database was copied, and checked again before it is restored. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { CallboardError, getMessage } from "../../errors.ts";
import { describeFileError } from "../../file-errors.ts";
import { VERSION } from "../../version.ts";
import { listPending } from "../store/db/migrate.ts";
import { openSqliteFile } from "../store/db/sqlite-file.ts";
import type { SqliteFile } from "../store/db/sqlite-file.ts";
import { countRows } from "../store/schema.ts";
import type { RowCounts } from "../store/schema.ts";
import { listKeysInUse } from "../store/sealed-values.ts";
import { readBackupRecord, writeBackupRecord } from "../store/tables/backup-record.ts";
import type { BackupRecord } from "../store/tables/backup-record.ts";

export interface BackupFacts extends BackupRecord {
  readonly bytes: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
}

/** Every SQLite file begins with it. */
const MAGIC = "SQLite format 3\0";

/**
 * Checks a copy of a host's database, and writes into it what it is.
 * @throws {CallboardError} BACKUP_INVALID if the copy is damaged; when the signal comes, whatever that interrupted
 */
export async function completeBackup(path: string, signal: AbortSignal): Promise<BackupFacts> {
  const record = await using(path, "write", (file) => orInterrupt(file, signal, () => describe(file, path)));
  return { ...record, ...(await digest(path, signal)) };
}

/** A check of a large file would hold up the end of the process. */
async function orInterrupt<T>(file: SqliteFile, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const interrupt = () => file.connection.interrupt();
  signal.addEventListener("abort", interrupt);
  try {
    return await work();
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}

async function describe(file: SqliteFile, path: string): Promise<BackupRecord> {
  // A reader needs no second file beside it, and may have it on a read-only disk.
  await file.query("PRAGMA journal_mode=DELETE");
  const made: BackupRecord = {
    version: VERSION,
    createdAt: new Date().toISOString(),
    schema: await listSteps(file),
    masterKeys: await listKeysInUse(file),
    rows: await countRows(file),
  };
  await writeBackupRecord(file, made);
  await requireIntegrity(file, path);
  return made;
}

async function listSteps(file: SqliteFile): Promise<readonly string[]> {
  const rows = await file.query<{ name: string }>("SELECT name FROM callboard_migration ORDER BY name");
  return rows.map(({ name }) => name);
}

async function digest(path: string, signal: AbortSignal): Promise<Pick<BackupFacts, "bytes" | "sha256">> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/**
 * Reads what a backup says of itself.
 * @throws {CallboardError} BACKUP_INVALID; STORE_TOO_NEW if this version can't use its schema
 */
export async function loadRecord(path: string): Promise<BackupRecord> {
  await requireMagic(path);
  return using(path, "read", async (file) => {
    const record = await readBackupRecord(file);
    if (record === undefined)
      throw invalid(
        path,
        "it is a SQLite database, and `callboard backup` did not make it. A copy of Callboard's database needs no restore: " +
          "put it in the place of the database while no server runs",
      );
    await listPending(file);
    return record;
  });
}

/**
 * Checks a backup as a whole: its integrity, and the number of rows in each table.
 * @throws {CallboardError} BACKUP_INVALID; when the signal comes, whatever that interrupted
 */
export async function verifyBackup(path: string, signal: AbortSignal): Promise<void> {
  const { rows } = await loadRecord(path);
  await using(path, "read", (file) =>
    orInterrupt(file, signal, async () => {
      await requireIntegrity(file, path);
      requireSameRows(path, rows, await countRows(file));
    }),
  );
}

async function requireMagic(path: string): Promise<void> {
  const begin = await readBegin(path).catch((error: unknown) => {
    throw invalid(path, describeFileError(error), error);
  });
  if (begin !== MAGIC) throw invalid(path, "it is no SQLite database");
}

async function readBegin(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function requireIntegrity(file: SqliteFile, path: string): Promise<void> {
  const [row] = await file.query<{ integrity_check: string }>("PRAGMA integrity_check(1)");
  if (row?.integrity_check !== "ok")
    throw invalid(path, `SQLite's integrity check found: ${row?.integrity_check ?? "nothing"}`);
}

function requireSameRows(path: string, expected: RowCounts, found: RowCounts): void {
  for (const [table, count] of Object.entries(expected)) {
    const rows = found[table] ?? 0;
    if (rows !== count) throw invalid(path, `${table} has ${rows} rows, and had ${count}`);
  }
}

/** What SQLite says of a damaged file is why it is not a backup. */
async function using<T>(
  path: string,
  mode: "read" | "write",
  work: (file: SqliteFile) => Promise<T>,
): Promise<T> {
  const file = await openSqliteFile(path, mode);
  try {
    return await work(file);
  } catch (error) {
    throw isDamage(error) ? invalid(path, `it is cut off or damaged (${getMessage(error)})`, error) : error;
  } finally {
    await file.close();
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^SQLITE_(CORRUPT|NOTADB|ERROR)$/.test(String(error.code));

const invalid = (path: string, why: string, cause?: unknown): CallboardError =>
  new CallboardError("BACKUP_INVALID", `${path} can't be used as a backup: ${why}`, { cause });
