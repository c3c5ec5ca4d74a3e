/** `callboard migrate`: brings the schema of the database up to date, without starting a server. */
import { randomBytes } from "node:crypto";
import { readConfig } from "../../config.ts";
import { migrateDatabase } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { withDatabaseFlags } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import type { Io } from "../io.ts";

const KEYS = ["CALLBOARD_DATA_DIR", "CALLBOARD_DATABASE_URL", "CALLBOARD_LOG_LEVEL"] as const;
/** The configuration of a server on PostgreSQL must have a master key. Migrating opens no secret, so it needs none. */
const NO_KEY = { CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex") };

export interface MigrateFlags extends DatabaseFlags {
  readonly json?: boolean;
}

export async function migrate(io: Io, flags: MigrateFlags): Promise<Ending> {
  const env = withDatabaseFlags(io, flags);
  const config = readConfig({ ...Object.fromEntries(KEYS.map((key) => [key, env[key]])), ...NO_KEY });
  const applied = await migrateDatabase({ config, logger: createLogger(config.logLevel) });
  const told =
    applied.length === 0 ? ["The database is up to date."] : applied.map((step) => `applied: ${step}`);
  print(io, flags, { applied }, told);
  return "done";
}
