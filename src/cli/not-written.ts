/** What a command says of a file that it could not write. Pure. */
import { describeFileError, findFileErrorCode } from "../file-errors.ts";
import { CommandFailure } from "./exit.ts";

export function notWritten(path: string, error: unknown): CommandFailure {
  const code = findFileErrorCode(error) ?? "UNEXPECTED";
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new CommandFailure(
    "failed",
    isFull ? "DISK_FULL" : code,
    `${path} can't be written: ${describeFileError(error, "its directory does not exist")}`,
    isFull ? "Name a file on another disk" : "Name another file",
  );
}
