/** Says in words why a file or a directory can't be used. Pure. */
import { getMessage } from "./errors.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "this user has no permission",
  EPERM: "this user has no permission",
  EROFS: "the file system is read-only",
  EEXIST: "a file is in its place",
  ENOTDIR: "a part of the path is a file, not a directory",
  EISDIR: "it is a directory, not a file",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENAMETOOLONG: "the path is too long",
  ELOOP: "the path has too many symbolic links",
};

/** Returns the code of an error of the system, such as ENOENT; undefined for other errors. */
export function findFileErrorCode(error: unknown): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : code;
}

/**
 * Returns a clause such as "the disk is full", and the error's own message if its code has no words.
 * @param missing what ENOENT means here: the file itself or its directory
 */
export function describeFileError(error: unknown, missing = "there is no such file"): string {
  const code = findFileErrorCode(error) ?? "";
  return code === "ENOENT" ? missing : (MEANINGS[code] ?? getMessage(error));
}
