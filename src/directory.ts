/** Creates directories. */
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Creates a directory and its missing parents. Node's `recursive` option loops forever at full CPU where a file system
 * returns ENOENT below an existing directory, as /proc does.
 * @throws the system's error: ENOENT, EACCES, EROFS, ENOTDIR, or EEXIST if the path is not a directory
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" || dirname(path) === path) {
      // An existing directory is enough, also on a read-only disk or without permission.
      if (code !== "ENOENT" && (await isDirectory(path))) return;
      throw error;
    }
    await makeDirectory(dirname(path), mode);
    await mkdir(path, { mode }).catch(async (failure: unknown) => {
      if (!(await isDirectory(path))) throw failure;
    });
  }
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
