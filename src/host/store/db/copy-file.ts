/**
 * Copies the SQLite file of a running host. The copy is what was committed when it began: a read transaction holds that state, so
 * nothing has to wait, and the log beside the file grows by what is written meanwhile.
 */
import { realpath } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type sqlite3 from "sqlite3";
import { toOwnLocation } from "./lock.ts";
import type { Queryable } from "./queryable.ts";
import { syncFile } from "./replace-file.ts";
import { openSqliteFile } from "./sqlite-file.ts";

/** 1 MiB of SQLite's usual pages. */
const STEP_PAGES = 256;
/** Steps between two flushes to the disk. Without them the copy makes a commit wait for up to 0.3 s; with them, for 10 ms. */
const STEPS_TO_FLUSH = 4;
/** Leaves the disk to commits. */
const PAUSE_MS = 5;
/** Pages of the log from which on a commit writes it into the file: SQLite's default. */
const LOG_PAGES = 1_000;
/** What is written meanwhile is left for the next pass; few commits fit into the second one. */
const MAX_PASSES = 5;

type Done = (error?: Error | null) => void;

/** SQLite's online backup, which the types of the package leave out. */
interface OnlineBackup {
  readonly remaining: number;
  readonly pageCount: number;
  readonly completed: boolean;
  readonly step: (pages: number, done: Done) => void;
  readonly finish: (done: Done) => void;
}
type WithBackup = sqlite3.Database & { readonly backup: (target: string) => OnlineBackup };

export interface CopyOptions {
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
  /** The connection that writes to the file. */
  readonly writer: Pick<Queryable, "query">;
}

/**
 * Copies `file`, which this process owns, to `target`, which doesn't exist.
 * @throws what SQLite says, SQLITE_FULL among it; the reason of the signal
 */
export async function copyOwnFile(file: string, target: string, options: CopyOptions): Promise<void> {
  const location = toOwnLocation(await realpath(file));
  await withoutLogWriting(location, options.writer, () => copyState(location, target, options));
}

/**
 * While a reader holds a state, the log can't begin anew: every commit would try in vain to write it into the file, and the first
 * one afterwards would write all of it, for which every sender would wait. Another connection writes it beside the commits.
 */
async function withoutLogWriting(
  location: string,
  writer: CopyOptions["writer"],
  work: () => Promise<void>,
): Promise<void> {
  await writer.query("PRAGMA wal_autocheckpoint=0");
  try {
    await work();
  } finally {
    await writeLog(location).finally(() => writer.query(`PRAGMA wal_autocheckpoint=${LOG_PAGES}`));
  }
}

async function writeLog(location: string): Promise<void> {
  const file = await openSqliteFile(location, "write");
  try {
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const [row] = await file.query<{ log: number; checkpointed: number }>("PRAGMA wal_checkpoint(PASSIVE)");
      if (row === undefined || row.log - row.checkpointed < LOG_PAGES) return;
    }
  } finally {
    await file.close();
  }
}

/** Copies what was committed when it began. */
async function copyState(location: string, target: string, options: CopyOptions): Promise<void> {
  const source = await openSqliteFile(location, "read");
  try {
    await source.query("BEGIN");
    // A transaction holds its state from the first read on.
    await source.query("SELECT COUNT(*) FROM sqlite_master");
    const backup = (source.connection as WithBackup).backup(target);
    try {
      await copySteps(backup, target, options);
    } finally {
      await settle((done) => backup.finish(done));
    }
  } finally {
    await source.close();
  }
}

async function copySteps(
  backup: OnlineBackup,
  target: string,
  { onProgress, signal }: CopyOptions,
): Promise<void> {
  for (let step = 1; ; step += 1) {
    await settle((done) => backup.step(STEP_PAGES, done));
    if (backup.completed) break;
    if (backup.pageCount > 0) onProgress(1 - backup.remaining / backup.pageCount);
    if (step % STEPS_TO_FLUSH === 0) await syncFile(target);
    await pause(PAUSE_MS, undefined, { signal });
  }
  onProgress(1);
}

function settle(call: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error instanceof Error ? reject(error) : resolve()));
  });
}
