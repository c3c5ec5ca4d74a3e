/** `callboard db move`: moves a host from a SQLite file to PostgreSQL, while no server runs. */
import { moveDatabase as move } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { warnOfPassword } from "../arguments.ts";
import { counted } from "../consent.ts";
import { requireDatabase } from "../database-config.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { interruptible } from "../interruptible.ts";
import { print } from "../io.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";

/** The target is that of CALLBOARD_DATABASE_URL when left out. */
export async function moveDatabase(
  io: Io,
  from: string,
  given: string | undefined,
  flags: { readonly json?: boolean },
): Promise<Ending> {
  warnOfPassword(io, given);
  const to = given ?? io.env["CALLBOARD_DATABASE_URL"];
  if (to === undefined) throw usageFailure("Name the target, or set CALLBOARD_DATABASE_URL");
  requireDatabase(from);
  const startedAt = performance.now();
  const seconds = () => Math.max((performance.now() - startedAt) / 1_000, 0.001);
  const tell = createProgress(io, flags, "Moving");
  const { tables, masterKeys } = await interruptible(
    io,
    "The move was interrupted, and nothing was moved",
    (signal) =>
      move({
        from,
        to,
        logger: createLogger("warn"),
        onProgress: (done, all) => tell(done / all, () => `${Math.round(done / seconds())} rows/s`),
        signal,
      }),
  );
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const tookSeconds = seconds();
  const rate = Math.round(rows / tookSeconds);
  print(io, flags, { rows, tookSeconds, masterKeys, tables }, [
    `Moved ${counted(rows, "row", "rows")} of ${tables.length} tables in ${tookSeconds.toFixed(1)} s (${rate} rows/s); every row was compared.`,
    `  Start the server with CALLBOARD_DATABASE_URL of PostgreSQL and the master key ${masterKeys.join(" and ")} as CALLBOARD_MASTER_KEY.`,
    "  The SQLite file is unchanged. Start no server on it again: both would send the deliveries that wait.",
  ]);
  return "done";
}
