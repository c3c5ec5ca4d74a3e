/** Space on a disk for a file that is going to be written. */
import { statfs } from "node:fs/promises";
import { CallboardError } from "../../errors.ts";

/** Left for the database beside it. */
const RESERVE_BYTES = 64 * 1024 * 1024;

const toMiB = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2).toLocaleString("en-US")} MiB`;

/** @throws {CallboardError} DISK_FULL if a file of so many bytes leaves less than 64 MiB on the disk of `directory` */
export async function requireSpace(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free < bytes + RESERVE_BYTES) {
    throw new CallboardError(
      "DISK_FULL",
      `${directory} has ${toMiB(free)} free, and the file needs ${toMiB(bytes)} and ${toMiB(RESERVE_BYTES)} beside it. Free some space, and try again`,
    );
  }
}

const FULL = /^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR)$/;

/** Converts the errors of a full disk to DISK_FULL; others stay as they are. */
export function asDiskFull(error: unknown, path: string): unknown {
  const cause = error instanceof CallboardError ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return FULL.test(code)
    ? new CallboardError(
        "DISK_FULL",
        `${path} can't be written: the disk is full. Free some space, and try again`,
        {
          cause: error,
        },
      )
    : error;
}
