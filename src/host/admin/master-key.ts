/** The key that seals secrets at rest: given by the configuration, or a file of mode 0600 made at the first start. */
import { randomBytes } from "node:crypto";
import { readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "../../directory.ts";
import { CallboardError } from "../../errors.ts";
import { createFile } from "../../whole-file.ts";

export const MASTER_KEY_FILE = "master.key";
const KEY_BYTES = 32;

/** Advice for a lost key file without a backup. */
const IF_LOST =
  "If the key is lost, stop every server and run `callboard keys reset --lost-master-key`: it makes a new key, and add-ons are reinstalled with new secrets";

/**
 * `isFresh` says that nothing was sealed yet, so that a key may be made.
 * @throws {CallboardError} CONFIG_INVALID when the file does not hold a key, or has gone
 */
export async function readMasterKey(
  dataDir: string,
  configured: Buffer | undefined,
  isFresh: boolean,
): Promise<Buffer> {
  if (configured !== undefined) return configured;
  const path = join(dataDir, MASTER_KEY_FILE);
  const file = await readFileOfKey(path);
  if (file.kind === "key") return file.key;
  if (file.kind === "missing" && isFresh) return makeMasterKey(dataDir);
  throw new CallboardError(
    "CONFIG_INVALID",
    file.kind === "missing"
      ? `${path} is gone, and the secrets in the database are encrypted with the key in it. Restore it, or give the key as CALLBOARD_MASTER_KEY. ${IF_LOST}`
      : `${path} does not hold a master key of ${KEY_BYTES} bytes in base64. Restore it. ${IF_LOST}`,
  );
}

type KeyFile =
  | { readonly kind: "key"; readonly key: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "unusable" };

async function readFileOfKey(path: string): Promise<KeyFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    // Reading a directory fails with an error that doesn't name it.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw Object.assign(error as Error, { path });
    return { kind: "missing" };
  }
  const key = Buffer.from(text.trim(), "base64");
  return key.length === KEY_BYTES ? { kind: "key", key } : { kind: "unusable" };
}

/** Returns the key of the file; undefined if the file is gone or holds no key. */
export async function readMasterKeyFile(dataDir: string): Promise<Buffer | undefined> {
  const file = await readFileOfKey(join(dataDir, MASTER_KEY_FILE));
  return file.kind === "key" ? file.key : undefined;
}

/** Returns the new key in the file, or the one that another process wrote first. A file without a key is kept beside it. */
export async function makeMasterKey(dataDir: string): Promise<Buffer> {
  await makeDirectory(dataDir, 0o700);
  const path = join(dataDir, MASTER_KEY_FILE);
  if ((await readFileOfKey(path)).kind === "unusable") await rename(path, `${path}.unusable`);
  const made = randomBytes(KEY_BYTES);
  if (await createFile(path, `${made.toString("base64")}\n`)) return made;
  const other = await readFileOfKey(path);
  if (other.kind === "key") return other.key;
  throw new CallboardError(
    "CONFIG_INVALID",
    `${path} does not hold a master key of ${KEY_BYTES} bytes in base64`,
  );
}

/** A file or directory of secrets that other users of the machine can read. */
export interface OpenToOthers {
  readonly path: string;
  /** File mode as for `chmod`, such as "644". */
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
