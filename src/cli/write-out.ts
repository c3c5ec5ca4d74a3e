/** Writes the file that an option of a command names. */
import { realpath, stat, writeFile } from "node:fs/promises";
import { replaceFile } from "../whole-file.ts";
import { notWritten } from "./not-written.ts";

/** With the umask over it, as for a file that a shell creates. */
const NEW_FILE_MODE = 0o666;

/**
 * Writes the whole file, or leaves the file that is there as it was. A device, such as /dev/stdout, can't be replaced and is written to.
 * @throws CommandFailure DISK_FULL, or the system's code, if it can't be written
 */
export async function writeOut(path: string, text: string): Promise<void> {
  try {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) await replaceFile(path, text, NEW_FILE_MODE);
    else if (found.isFile()) await replaceFile(await realpath(path), text, found.mode & 0o777);
    else await writeFile(path, text);
  } catch (error) {
    throw notWritten(path, error);
  }
}
