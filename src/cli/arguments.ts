/** Arguments of a command are in the process list, which every user of the machine can read. */
import { parsePostgresUrl } from "../database-url.ts";
import type { Io } from "./io.ts";

/** Warns if a database URL that was given as an argument has a password. */
export function warnOfPassword(io: Pick<Io, "note">, databaseUrl: string | undefined): void {
  const parsed = databaseUrl === undefined ? undefined : parsePostgresUrl(databaseUrl);
  if (parsed?.ok !== true || parsed.target.password === undefined) return;
  io.note(
    "warning: every user of this machine can see the password in --database-url; set CALLBOARD_DATABASE_URL instead\n",
  );
}
