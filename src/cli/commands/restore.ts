/** `callboard restore`: puts a backup in the place of the database, while no server runs. */
import { restoreBackup } from "../../host/index.ts";
import { loadDatabaseConfig } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
import type { Ending } from "../exit.ts";
import { interruptible } from "../interruptible.ts";
import { print } from "../io.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";

export interface RestoreFlags extends DatabaseFlags {
  readonly replace?: boolean;
  readonly json?: boolean;
}

export async function restore(io: Io, file: string, flags: RestoreFlags): Promise<Ending> {
  const config = loadDatabaseConfig(io, flags);
  const tell = {
    copy: createProgress(io, flags, "Copying the backup"),
    check: createProgress(io, flags, "Checking the copy"),
  };
  const { aside, ...restored } = await interruptible(
    io,
    "The restore was interrupted, and nothing is changed",
    (signal) =>
      restoreBackup({
        config,
        file,
        replace: flags.replace === true,
        signal,
        onProgress: (step, share) => tell[step](share),
      }),
  );
  const { database, createdAt, version } = restored;
  print(io, flags, { ...restored, aside: aside ?? null }, [
    `${database}: restored as it was at ${createdAt}, from a backup of Callboard ${version}`,
    ...(aside === undefined
      ? []
      : [`  The database that was there is ${aside}; delete it when it isn't needed any more.`]),
    "  Deliveries that were waiting then are sent when the server starts.",
  ]);
  return "done";
}
