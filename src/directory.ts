/** Makes directories. */
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a directory and those above it that are missing. Node's own `recursive` goes round for ever, with a whole CPU, where
 * a file system answers "no such file" although the directory above is there, as below /proc.
 * @throws the system's error: ENOENT, EACCES, EROFS, ENOTDIR, and EEXIST where something stands that is no directory
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" || dirname(path) === path) {
      // Whatever the reason (a read-only disk, no permission): a directory that is there already is enough.
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
