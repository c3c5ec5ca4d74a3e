/** Restores a backup, while no host runs. The database that is there is replaced by one that is complete and checked, or stays. */
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Config } from "../../config.ts";
import { makeDirectory } from "../../directory.ts";
import { CallboardError } from "../../errors.ts";
import { readMasterKeyFile } from "../admin/master-key.ts";
import { putFile, replaceFile } from "../store/db/replace-file.ts";
import { openSqliteFile } from "../store/db/sqlite-file.ts";
import { listPending } from "../store/db/migrate.ts";
import { createSeal, masterKeyId } from "../store/seal.ts";
import type { KeyId } from "../store/seal.ts";
import { listUnreadable } from "../store/sealed-values.ts";
import { dropBackupRecord } from "../store/tables/backup-record.ts";
import type { BackupRecord } from "../store/tables/backup-record.ts";
import { verifyBackup, loadRecord } from "./backup-file.ts";
import { asDiskFull, requireSpace } from "./disk-space.ts";

/** Bytes of one step of a copy. */
const COPY_BYTES = 1024 * 1024;

type KeySource = Pick<Config, "dataDir" | "masterKey" | "nextMasterKey">;

export interface RestoreOptions {
  readonly config: KeySource & Pick<Config, "databaseUrl">;
  readonly file: string;
  /** Keeps the database that is there beside the restored one. */
  readonly replace: boolean;
  /** Ends the restore before the backup takes its place. */
  readonly signal: AbortSignal;
  /** The share of a step that is done, from 0 to 1. */
  readonly onProgress: (step: RestoreStep, share: number) => void;
}

export type RestoreStep = "copy" | "check";

export interface Restored extends BackupRecord {
  /** The database. */
  readonly database: string;
  /** The one that was there before. */
  readonly aside: string | undefined;
}

/**
 * @throws {CallboardError} BACKUP_INVALID, BACKUP_KEY if a master key is missing, STORE_TOO_NEW if a later version made the backup,
 *   STORE_EXISTS if there is a database and it is not to be replaced, STORE_LOCKED if a process uses it, BACKUP_UNSUPPORTED on
 *   PostgreSQL, DISK_FULL; the reason of the signal
 */
export async function restoreBackup({
  config,
  file,
  replace,
  signal,
  onProgress,
}: RestoreOptions): Promise<Restored> {
  const database = requireFile(config.databaseUrl);
  const record = await loadRecord(file);
  await requireKeys(config, record.masterKeys);
  const copy = `${database}.restoring`;
  if (resolve(file) === resolve(copy)) throw notTheBackup(file);
  const isThere = existsSync(database);
  if (isThere && !replace) throw storeExists(database);
  await makeDirectory(config.dataDir, 0o700);
  await makeDirectory(dirname(database), 0o777);
  const bytes = (await stat(file)).size;
  await requireSpace(dirname(database), bytes);
  const aside = isThere ? `${database}.before-${formatStamp(new Date())}` : undefined;
  try {
    // What a process that was killed left there: with its journal, SQLite would undo changes of another file.
    await removeCopy(copy);
    await copyFile(file, copy, { signal, onBytes: (done) => onProgress("copy", done / bytes) });
    onProgress("check", 0);
    await verifyBackup(copy, signal);
    await finish(copy, config);
    onProgress("check", 1);
    signal.throwIfAborted();
    await (aside === undefined ? putFile(copy, database) : replaceFile(copy, database, aside));
  } catch (error) {
    await removeCopy(copy);
    signal.throwIfAborted();
    throw asDiskFull(error, copy);
  }
  return { ...record, database, aside };
}

const notTheBackup = (file: string): CallboardError =>
  new CallboardError(
    "BACKUP_INVALID",
    `${file} is what a restore that was killed left there. Name the backup itself`,
  );

interface CopyOptions {
  readonly signal: AbortSignal;
  /** So many bytes were copied. */
  readonly onBytes: (done: number) => void;
}

async function copyFile(from: string, to: string, { signal, onBytes }: CopyOptions): Promise<void> {
  const options = { highWaterMark: COPY_BYTES };
  const counting = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let done = 0;
    for await (const chunk of chunks) {
      yield chunk;
      onBytes((done += chunk.length));
    }
  };
  // Only its owner may read it.
  const target = createWriteStream(to, { ...options, flags: "wx", mode: 0o600 });
  await pipeline(createReadStream(from, options), counting, target, { signal });
}

async function removeCopy(path: string): Promise<void> {
  for (const each of [path, `${path}-journal`]) await rm(each, { force: true });
}

/** "20261130T001530": sorts by time, and is a name of a file everywhere. */
const formatStamp = (at: Date): string => at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "");

/** @throws {CallboardError} BACKUP_UNSUPPORTED */
function requireFile(url: string): string {
  const file = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : ":memory:";
  if (file !== ":memory:") return file;
  throw new CallboardError(
    "BACKUP_UNSUPPORTED",
    'Callboard restores SQLite files. Restore PostgreSQL with its own tools: pg_restore --no-owner --dbname="$CALLBOARD_DATABASE_URL" callboard.dump',
  );
}

const storeExists = (database: string): CallboardError =>
  new CallboardError(
    "STORE_EXISTS",
    `There is a database at ${database}. To replace it, repeat the command with --replace: the old one is kept beside it`,
  );

/** @throws {CallboardError} BACKUP_KEY */
async function requireKeys(source: KeySource, needed: readonly KeyId[]): Promise<void> {
  const keys = await readKeys(source);
  const missing = needed.filter((id) => !keys.map(masterKeyId).includes(id));
  if (missing.length === 0) return;
  const here =
    keys.length === 0 ? "there is none here" : `the one here is ${keys.map(masterKeyId).join(" and ")}`;
  throw new CallboardError(
    "BACKUP_KEY",
    `The secrets of the backup are encrypted with the master key ${missing.join(" and ")}, and ${here}. ` +
      `Put that key into ${source.dataDir}/master.key, or give it as CALLBOARD_MASTER_KEY`,
  );
}

async function readKeys({ dataDir, masterKey, nextMasterKey }: KeySource): Promise<readonly Buffer[]> {
  const current = masterKey ?? (await readMasterKeyFile(dataDir));
  return [current, nextMasterKey].filter((key) => key !== undefined);
}

/** Makes the copy of a backup a database, and opens every secret of it. */
async function finish(copy: string, source: KeySource): Promise<void> {
  const file = await openSqliteFile(copy, "write");
  try {
    await dropBackupRecord(file);
    // The columns of secrets are those of this version's schema.
    if ((await listPending(file)).length > 0) return;
    const [current, next] = await readKeys(source);
    if (current === undefined) return;
    const unreadable = await listUnreadable(file, createSeal(current, next));
    if (unreadable.length === 0) return;
    throw new CallboardError(
      "BACKUP_KEY",
      `The master key opens not all secrets of the backup: ${unreadable.length} were encrypted with another key, or changed`,
    );
  } finally {
    await file.close();
  }
}
