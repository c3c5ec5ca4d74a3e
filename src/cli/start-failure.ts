/** Why a server did not start, where the cause is outside of Callboard, with what to do about it. Pure. */
import type { Config } from "../config.ts";
import { CallboardError } from "../errors.ts";
import { describeFileError } from "../file-errors.ts";
import { CommandFailure } from "./exit.ts";

/** Returns undefined for everything else. */
export function findStartFailure(
  error: unknown,
  { host, port }: Pick<Config, "host" | "port">,
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
    const meaning = describeFileError(error, "the file system does not allow it there");
    return failed(
      `Cannot ${syscall === "mkdir" ? "create the directory" : "use"} ${path}: ${meaning} (${code})`,
      "Choose another directory with --data-dir (CALLBOARD_DATA_DIR), or another file with --database-url",
    );
  }
  if (error instanceof CallboardError && code === "STORE_INVALID") {
    return failed(error.message, "Choose another data directory with --data-dir, or restore a backup");
  }
  if (error instanceof CallboardError && code === "STORAGE") {
    return failed(
      error.message,
      "Correct that, then start again. The database is the one in CALLBOARD_DATABASE_URL",
    );
  }
  return undefined;
}
