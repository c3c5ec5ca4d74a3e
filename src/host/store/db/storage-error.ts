/** Classifies errors of databases by code: SQLite's codes, SQLSTATEs and their classes. */
import { CallboardError } from "../../../errors.ts";

const DISK_FULL = /^(SQLITE_(FULL|IOERR)|53100)$/;
const READ_ONLY = /^(SQLITE_(READONLY|CANTOPEN)|25006)$/;

/** They say nothing against the statement: it may be tried again. */
const PASSING: readonly (readonly [codes: RegExp, message: string, retryAfterSeconds: number])[] = [
  [DISK_FULL, "The database cannot be written: the disk is full or read-only", 5],
  [READ_ONLY, "The database cannot be written: the disk is full or read-only", 5],
  [/^(SQLITE_(BUSY|LOCKED|PROTOCOL)|40001|40P01|55P03|57014)$/, "The database is held by another writer", 1],
  // A prepared statement that is lost, or was prepared by another program: the next statement is sent whole.
  [/^(26000|42P05)$/, "The connection to the database was changed by something else", 1],
  [/^(08...|53...|57P0.|25P0[34]|58...)$/, "The database cannot be reached at the moment", 2],
];

/** Converts transient errors to STORAGE. All others are faults of Callboard and stay as they are. */
export function storageError(error: unknown, readCode: (error: Error) => string): unknown {
  if (!(error instanceof Error) || error instanceof CallboardError) return error;
  const code = readCode(error);
  const [, message, retryAfterSeconds] = PASSING.find(([codes]) => codes.test(code)) ?? [];
  return message === undefined
    ? error
    : new CallboardError("STORAGE", message, { cause: error, retryAfterSeconds: retryAfterSeconds ?? 1 });
}

/** Returns the state of a database after a write failed with this error. */
export function standingAfter(error: unknown): "full" | "read-only" | "down" {
  const cause = error instanceof CallboardError ? error.cause : error;
  const code = cause instanceof Error ? ownCode(cause) : "";
  if (DISK_FULL.test(code)) return "full";
  return READ_ONLY.test(code) ? "read-only" : "down";
}

/** The file is no database, or a page of it is damaged. */
export function isDamaged(error: unknown): error is Error {
  return error instanceof Error && /^SQLITE_(CORRUPT|NOTADB)$/.test(ownCode(error));
}

/** The code that an error carries, or "". */
export function ownCode(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === "string" ? error.code : "";
}

/** Two rows want the same place in a unique index. */
export function isUniqueViolation(error: unknown): boolean {
  const code = error instanceof Error ? ownCode(error) : "";
  return code === "23505" || code === "SQLITE_CONSTRAINT";
}

/** Another transaction held a lock for longer than the statement waits. */
export function isLockTimeout(error: unknown): boolean {
  const cause = error instanceof CallboardError ? error.cause : error;
  return cause instanceof Error && ownCode(cause) === "55P03";
}

/** Another process holds the SQLite file. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof CallboardError ? error.cause : error;
  return cause instanceof Error && ownCode(cause) === "SQLITE_BUSY";
}
