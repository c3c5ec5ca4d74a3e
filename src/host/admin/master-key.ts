/** The key that seals secrets at rest: given by the configuration, or a file of mode 0600 made at the first start. */
import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "../../directory.ts";
import { CallboardError } from "../../errors.ts";

export const MASTER_KEY_FILE = "master.key";
const KEY_BYTES = 32;

/**
 * `isFresh` says that nothing was sealed yet, so that a key may be made.
 * @throws CallboardError CONFIG_INVALID when the file does not hold a key, or has gone
 */
export async function readMasterKey(
  dataDir: string,
  configured: Buffer | undefined,
  isFresh: boolean,
): Promise<Buffer> {
  if (configured !== undefined) return configured;
  const path = join(dataDir, MASTER_KEY_FILE);
  if (isFresh) await makeMasterKey(dataDir, path);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    // Reading a directory fails with an error that doesn't name it.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw Object.assign(error as Error, { path });
    throw new CallboardError(
      "CONFIG_INVALID",
      `${path} is gone, and the secrets in the database are sealed with the key in it; restore it, or give the key as CALLBOARD_MASTER_KEY`,
    );
  });
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== KEY_BYTES) {
    throw new CallboardError(
      "CONFIG_INVALID",
      `${path} does not hold a master key of ${KEY_BYTES} bytes in base64; restore it, or the secrets in the database are lost`,
    );
  }
  return key;
}

/** Leaves a key that is there as it is. */
async function makeMasterKey(dataDir: string, path: string): Promise<void> {
  await makeDirectory(dataDir, 0o700);
  const made = randomBytes(KEY_BYTES);
  try {
    await writeFile(path, `${made.toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** A file or directory of secrets that other users of the machine can read. */
export interface OpenToOthers {
  readonly path: string;
  /** As in `chmod`: "644". */
  readonly mode: string;
}

/** Looks at the files with secrets in the data directory, and at the directory itself. */
export async function findOpenToOthers(
  dataDir: string,
  files: readonly string[],
): Promise<readonly OpenToOthers[]> {
  // Windows keeps permissions elsewhere.
  if (process.platform === "win32") return [];
  const paths = [dataDir, ...files.map((file) => join(dataDir, file))];
  const found = await Promise.all(
    paths.map(async (path) => {
      const mode = await stat(path).then(
        (stats) => stats.mode & 0o777,
        () => 0,
      );
      return (mode & 0o077) === 0 ? [] : [{ path, mode: mode.toString(8) }];
    }),
  );
  return found.flat();
}
