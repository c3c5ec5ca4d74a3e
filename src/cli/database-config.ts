/** The configuration of a command that works on a server's database while no server runs. */
import { existsSync } from "node:fs";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { warnOfPassword } from "./arguments.ts";
import { CommandFailure } from "./exit.ts";
import type { Io } from "./io.ts";

export interface DatabaseFlags {
  readonly dataDir?: string;
  readonly databaseUrl?: string;
}

/** That of the environment, as a server started here would have it, with the flags over it. */
export const loadDatabaseConfig = (io: Io, flags: DatabaseFlags): Config =>
  readConfig(withDatabaseFlags(io, flags));

/** Returns the environment with the flags over it. Warns of a password among them, which other users of the machine can read. */
export function withDatabaseFlags(io: Io, { dataDir, databaseUrl }: DatabaseFlags): Io["env"] {
  warnOfPassword(io, databaseUrl);
  return {
    ...io.env,
    ...(dataDir === undefined ? {} : { CALLBOARD_DATA_DIR: dataDir }),
    ...(databaseUrl === undefined ? {} : { CALLBOARD_DATABASE_URL: databaseUrl }),
  };
}

/**
 * To open a SQLite file makes one: the command would create an empty database in a wrong directory, and find nothing there.
 * @throws CommandFailure NOT_FOUND
 */
export function requireDatabase(url: string): void {
  const file = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : undefined;
  if (file === undefined || existsSync(file)) return;
  throw new CommandFailure(
    "notFound",
    "NOT_FOUND",
    `There is no database at ${file}`,
    "Name the data directory of the server with --data-dir, or run the command in the folder where it was started",
  );
}
