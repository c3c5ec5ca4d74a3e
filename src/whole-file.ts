/** Writes files that other processes read at any time: each is there whole or not at all, also after a loss of power. */
import { randomUUID } from "node:crypto";
import { constants, copyFile, link, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Text, or its parts in order. */
type Content = string | Iterable<string>;

/** Most of these files have secrets. */
const OWNER_ONLY = 0o600;

/**
 * Creates the file or replaces it, readable for its owner alone unless there is another mode.
 * @throws the system's error, such as EACCES or ENOSPC; what was there stays.
 */
export async function replaceFile(path: string, content: Content, mode = OWNER_ONLY): Promise<void> {
  await withDraft({ path, content, mode }, (draft) => rename(draft, path));
}

/**
 * Creates the file, readable for its owner alone. Resolves to false if it exists, which leaves it as it is: of several processes that
 * create it at once, one does, and the others find it whole.
 * @throws the system's error, such as EACCES or ENOSPC
 */
export async function createFile(path: string, content: Content): Promise<boolean> {
  try {
    await withDraft({ path, content, mode: OWNER_ONLY }, async (draft) => {
      await linkOrCopy(draft, path);
      await rm(draft);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

interface Draft {
  readonly path: string;
  readonly content: Content;
  readonly mode: number;
}

async function withDraft(
  { path, content, mode }: Draft,
  publish: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const handle = await open(draft, "wx", mode);
    try {
      await writeFile(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await publish(draft);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncDirectory(path);
}

/** Some file systems, such as exFAT and shared folders of virtual machines, have no links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/** What a file system answers that doesn't write directories on request, and a directory that can't be read. */
const CANNOT_SYNC = ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EBADF", "EACCES", "EPERM"];

/** Makes a name in the directory of `path` last through a loss of power, where the file system can. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows has no handle of a directory.
  if (process.platform === "win32") return;
  try {
    const directory = await open(dirname(path), "r");
    try {
      await directory.datasync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!CANNOT_SYNC.includes(code)) throw error;
  }
}
