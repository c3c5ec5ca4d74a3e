/** Why a server did not start, where the cause is outside of Callboard, with what to do about it. Pure. */
import type { Config } from "../config.ts";
import { CallboardError, messageOf } from "../errors.ts";
import { CommandFailure } from "./exit.ts";

const FILE_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "this user has no permission",
  EPERM: "this user has no permission",
  EROFS: "the file system is read-only",
  EEXIST: "a file is in its place",
  ENOTDIR: "a part of the path is a file, not a directory",
  EISDIR: "it is a directory, not a file",
  ENOENT: "the file system does not allow it there",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENAMETOOLONG: "the path is too long",
  ELOOP: "the path has too many symbolic links",
};

/** Returns undefined for everything else. */
export function findStartFailure(
  error: unknown,
  { host, port, databaseUrl }: Pick<Config, "host" | "port" | "databaseUrl">,
): CommandFailure | undefined {
  const { code = "", syscall, path } = error as NodeJS.ErrnoException;
  const failed = (what: string, hint: string) => new CommandFailure("failed", code, what, hint);
  if (syscall === "listen" || syscall === "getaddrinfo") {
    return failed(
      `Cannot listen on ${host}:${port} (${code})`,
      code === "EADDRINUSE"
        ? "Another process listens there; stop it, or choose another port with --port"
        : "Choose another address or port with --host and --port",
    );
  }
  if (syscall !== undefined && path !== undefined) {
    const meaning = FILE_ERRORS[code] ?? messageOf(error);
    return failed(
      `Cannot ${syscall === "mkdir" ? "create the directory" : "use"} ${path}: ${meaning} (${code})`,
      "Choose another directory with --data-dir (CALLBOARD_DATA_DIR), or another file with --database-url",
    );
  }
  if (code.startsWith("SQLITE_")) {
    return failed(messageOf(error), `Is ${databaseUrl} what Callboard wrote? Choose another with --data-dir`);
  }
  if (error instanceof CallboardError && code === "STORAGE") {
    return failed(error.message, "Then start again. The database is the one in CALLBOARD_DATABASE_URL");
  }
  return undefined;
}
