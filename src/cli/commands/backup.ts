/** `callboard backup`: makes a backup of the server that runs on SQLite, and downloads it to a file. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../client.ts";
import type { Context } from "../context.ts";
import { describeBackup } from "../database-text.ts";
import type { BackupContents } from "../database-text.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { interruptible } from "../interruptible.ts";
import { print } from "../io.ts";
import { notWritten } from "../not-written.ts";
import { createProgress } from "../progress.ts";
import { isMissing } from "../missing.ts";

const POLL_MS = 200;

interface Options {
  readonly json?: boolean;
}

export async function backup(context: Context, file: string, options: Options): Promise<Ending> {
  const { io } = context;
  refuseExisting(file);
  const contents = await interruptible(io, INTERRUPTED, (signal) =>
    makeAndDownload(context, { file, options, signal }),
  );
  print(io, options, { file, ...contents }, describeBackup(file, contents));
  return "done";
}

const INTERRUPTED = "The backup was interrupted, and nothing is left of it";

interface Making {
  readonly file: string;
  readonly options: Options;
  readonly signal: AbortSignal;
}

async function makeAndDownload(context: Context, { file, ...making }: Making): Promise<BackupContents> {
  const { io, client } = context;
  const { id } = await client.createBackup({});
  try {
    const contents = await waitUntilReady(context, { id, ...making });
    const partial = `${file}.partial`;
    try {
      await download(context, { id, path: partial, contents, ...making });
      await putInPlace(partial, file);
    } finally {
      await rm(partial, { force: true });
    }
    return contents;
  } finally {
    await client
      .deleteBackup({ path: { id } })
      .catch(() => io.note("The server deletes its copy in 10 minutes\n"));
  }
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw new CommandFailure(
    "failed",
    "FILE_EXISTS",
    `${file} exists, and is not overwritten`,
    "Name another file",
  );
}

interface Waiting extends Omit<Making, "file"> {
  readonly id: string;
}

async function waitUntilReady(
  { io, client }: Context,
  { id, options, signal }: Waiting,
): Promise<BackupContents> {
  const tell = createProgress(io, options, "Copying the database");
  for (;;) {
    signal.throwIfAborted();
    const { state, share, contents, failure } = await client.showBackup({ path: { id } });
    if (!isMissing(contents)) return contents;
    if (state === "failed")
      throw new CommandFailure("failed", failure?.code ?? "INTERNAL", failure?.detail ?? "The backup failed");
    tell(share, share === 1 ? () => "now the copy is checked" : undefined);
    await sleep(POLL_MS);
  }
}

interface Download extends Waiting {
  readonly path: string;
  readonly contents: BackupContents;
}

async function download(
  { io, client }: Context,
  { id, path, contents, options, signal }: Download,
): Promise<void> {
  const file = await createFile(path);
  try {
    const hash = createHash("sha256");
    const tell = createProgress(io, options, "Downloading");
    let bytes = 0;
    for await (const chunk of await openDownload(client, id, signal)) {
      hash.update(chunk);
      await writeAll(file, path, chunk);
      bytes += chunk.length;
      tell(bytes / contents.bytes);
    }
    if (hash.digest("hex") !== contents.sha256) throw cutOff(path);
    await file.sync();
  } finally {
    await file.close();
  }
}

const openDownload = (client: Client, id: string, signal: AbortSignal) =>
  client.open(`/backups/${encodeURIComponent(id)}/file`, signal, "application/octet-stream");

const cutOff = (path: string) =>
  new CommandFailure(
    "failed",
    "BACKUP_INVALID",
    `The download to ${path} is not the server's file: it was cut off or changed on its way`,
    "Try again",
  );

/** Readable for its owner alone: it has the bodies of all events. */
async function createFile(path: string): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, "wx", 0o600).catch((error: unknown) => {
    throw notWritten(path, error);
  });
}

async function writeAll(file: FileHandle, path: string, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, at).catch((error: unknown) => {
      throw notWritten(path, error);
    });
    at += bytesWritten;
  }
}

/** A file that came there meanwhile is not overwritten. */
async function putInPlace(partial: string, file: string): Promise<void> {
  await link(partial, file).catch((error: unknown) => {
    refuseExisting(file);
    throw notWritten(file, error);
  });
}
