/** `callboard db distribute`: places the tables of a database on the servers of its Citus cluster, while no server runs. */
import { randomBytes } from "node:crypto";
import { distributeDatabase as distribute } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { counted } from "../consent.ts";
import { loadDatabaseConfig } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
import type { Ending } from "../exit.ts";
import { interruptible } from "../interruptible.ts";
import { print } from "../io.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";

const INTERRUPTED =
  "The distribution was interrupted: some tables are placed, and the others are where they were. Repeat the command";

export async function distributeDatabase(
  io: Io,
  flags: DatabaseFlags & { readonly json?: boolean },
): Promise<Ending> {
  // Distributing opens no secret, so it needs no master key.
  const env = { CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"), ...io.env };
  const { databaseUrl } = loadDatabaseConfig({ ...io, env }, flags);
  const tell = createProgress(io, flags, "Distributing");
  const { tables } = await interruptible(io, INTERRUPTED, (signal) =>
    distribute({
      databaseUrl,
      logger: createLogger("warn"),
      onProgress: (done, all, table) => tell(done / all, () => table),
      signal,
    }),
  );
  const placed = tables.filter(({ isNew }) => isNew);
  const inShards = tables.filter(({ placement }) => placement === "shards").length;
  print(io, flags, { tables }, [
    placed.length === 0
      ? "Every table is where it belongs."
      : `Placed ${counted(placed.length, "table", "tables")}; ${inShards} are distributed by site.`,
  ]);
  return "done";
}
