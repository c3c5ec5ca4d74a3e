/**
 * Backups of a host that runs on SQLite: a copy of its file, made while events are accepted, and kept until it was downloaded. One at a
 * time.
 */
import { randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CallboardError, getMessage } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import type { HostContext } from "../context.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { BackupFacts } from "./backup-file.ts";
import { asDiskFull, requireSpace } from "./disk-space.ts";

/** Time to download a backup once it is ready. */
const KEPT_MS = 10 * 60_000;

export type BackupState =
  /** `share` of the file that is copied, from 0 to 1. */
  | { readonly kind: "running"; readonly share: number }
  | { readonly kind: "ready"; readonly facts: BackupFacts }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly detail: string };

export interface Backup {
  readonly id: string;
  readonly state: BackupState;
}

export interface BackupDownload {
  readonly path: string;
  readonly bytes: number;
  /** To be called when the download has ended, however it did. */
  readonly ended: () => void;
}

export interface Backups {
  /**
   * Begins a backup.
   * @throws {CallboardError} BACKUP_UNSUPPORTED if the database is not a SQLite file; BACKUP_STATE if one is running; DISK_FULL
   */
  readonly create: (by: Author) => Promise<Backup>;
  /** @throws {CallboardError} BACKUP_NOT_FOUND */
  readonly show: (id: string) => Backup;
  /** @throws {CallboardError} BACKUP_NOT_FOUND; BACKUP_STATE if it is not ready */
  readonly download: (id: string) => BackupDownload;
  /** Deletes the copy, or ends the backup that is running. @throws {CallboardError} BACKUP_NOT_FOUND */
  readonly remove: (id: string) => Promise<void>;
  /** Deletes copies of a process that was killed. */
  readonly start: () => Promise<void>;
  /** Ends what is running, and deletes what was not downloaded. */
  readonly stop: () => Promise<void>;
}

interface Kept {
  readonly id: string;
  readonly path: string;
  readonly ending: AbortController;
  state: BackupState;
  work: Promise<void>;
  timer?: NodeJS.Timeout;
}

export function createBackups({ database, logger }: Pick<HostContext, "database" | "logger">): Backups {
  let kept: Kept | undefined;

  function find(id: string): Kept {
    if (kept?.id === id) return kept;
    throw new CallboardError(
      "BACKUP_NOT_FOUND",
      `There is no backup ${id}: it was deleted, or the server was restarted`,
    );
  }

  function keep(backup: Kept): void {
    clearTimeout(backup.timer);
    backup.timer = setTimeout(() => void discard(backup), KEPT_MS).unref();
  }

  async function discard(backup: Kept): Promise<void> {
    clearTimeout(backup.timer);
    backup.ending.abort();
    if (kept === backup) kept = undefined;
    await backup.work;
    await rm(backup.path, { force: true });
  }

  async function run(file: string, backup: Kept): Promise<void> {
    try {
      // Loads SQLite, which a host on PostgreSQL can do without.
      const { copyOwnFile } = await import("../store/db/copy-file.ts");
      const { completeBackup } = await import("./backup-file.ts");
      await copyOwnFile(file, backup.path, {
        signal: backup.ending.signal,
        writer: database.autocommit,
        onProgress: (share) => (backup.state = { kind: "running", share }),
      });
      const facts = await completeBackup(backup.path, backup.ending.signal);
      backup.state = { kind: "ready", facts };
      logger.info("backup.ready", { id: backup.id, bytes: facts.bytes });
    } catch (error) {
      await rm(backup.path, { force: true });
      backup.state = toFailed(asDiskFull(error, backup.path));
      if (!backup.ending.signal.aborted) logger.warn("backup.failed", { id: backup.id, error });
    }
    keep(backup);
  }

  return {
    create: async (by) => {
      const file = requireFile(database.file);
      if (kept?.state.kind === "running") throw running();
      if (kept !== undefined) await discard(kept);
      const id = `bak_${randomUUID().replaceAll("-", "")}`;
      const path = `${file}.${id}`;
      const backup: Kept = {
        id,
        path,
        ending: new AbortController(),
        state: { kind: "running", share: 0 },
        work: Promise.resolve(),
      };
      // From here on another request is refused.
      kept = backup;
      try {
        await removeLeftovers(file);
        await requireSpace(dirname(file), (await stat(file)).size);
        const note = { action: "backup.created", object: id, detail: "" };
        await database.write((tx) => appendAudit(tx, { ...by, ...note }));
      } catch (error) {
        kept = undefined;
        throw error;
      }
      backup.work = run(file, backup);
      return backup;
    },
    show: find,
    download: (id) => {
      const backup = find(id);
      const { state, path } = backup;
      if (state.kind !== "ready") {
        throw new CallboardError(
          "BACKUP_STATE",
          `The backup ${id} is ${state.kind}, and only one that is ready has a file`,
        );
      }
      clearTimeout(backup.timer);
      return { path, bytes: state.facts.bytes, ended: () => keep(backup) };
    },
    remove: (id) => discard(find(id)),
    start: () => (database.file === undefined ? Promise.resolve() : removeLeftovers(database.file)),
    stop: async () => {
      if (kept !== undefined) await discard(kept);
    },
  };
}

/** @throws {CallboardError} BACKUP_UNSUPPORTED */
function requireFile(file: string | undefined): string {
  if (file !== undefined) return file;
  throw new CallboardError(
    "BACKUP_UNSUPPORTED",
    'Callboard backs up SQLite files. Back up PostgreSQL with its own tools: pg_dump --format=custom --file=callboard.dump "$CALLBOARD_DATABASE_URL"',
  );
}

const running = (): CallboardError =>
  new CallboardError("BACKUP_STATE", "Another backup is running. Wait until it has ended, or delete it");

/** Copies of a process that was killed. */
async function removeLeftovers(file: string): Promise<void> {
  const directory = dirname(file);
  for (const name of await readdir(directory)) {
    if (name.startsWith(`${basename(file)}.bak_`)) await rm(join(directory, name), { force: true });
  }
}

function toFailed(error: unknown): BackupState {
  const code = error instanceof CallboardError ? error.code : "INTERNAL";
  return { kind: "failed", code, detail: getMessage(error) };
}
