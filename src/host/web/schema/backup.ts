/** Backups, as responses have them. */
import { array, integer, named, nullable, number, object, choice, record, string, time } from "./schema.ts";

const CONTENTS = object("What the file of a backup is", {
  bytes: integer("Size of the file, in bytes"),
  sha256: string("SHA-256 of the file, in hexadecimal"),
  version: string("Version of Callboard that made it"),
  createdAt: time("Time at which it was completed"),
  schema: array("Migrations that its schema has", string("Name of the migration")),
  masterKeys: array(
    "IDs of the master keys that its secrets are encrypted with; a restore needs these keys",
    string("ID of the key, 8 hexadecimal digits"),
  ),
  rows: record("Number of rows in each table", integer("Rows")),
});

export const BACKUP = named(
  "Backup",
  object("A copy of the database of a server that runs", {
    id: string("ID of the backup, bak_…"),
    state: choice("State; a backup that is ready can be downloaded", ["running", "ready", "failed"] as const),
    share: number("Share of the database that is copied, from 0 to 1"),
    contents: nullable(CONTENTS),
    failure: nullable(
      object("Why it failed", { code: string("Error code"), detail: string("What went wrong") }),
    ),
  }),
);

export const BACKUP_FILE = named("BackupFile", string("The SQLite file"));
