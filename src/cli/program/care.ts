/** `callboard backup`, `restore`, `db …`, `erase` and `export …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

const withDatabaseOptions = (command: Command): Command =>
  command
    .option("--data-dir <path>", "directory of database and master key (CALLBOARD_DATA_DIR)")
    .option(...DATABASE_URL_FLAG);

export function addCareCommands(program: Command, actions: Actions): void {
  addBackup(program, actions);
  addDatabase(program, actions);
}

function addBackup(program: Command, { withClient, alone }: Actions): void {
  withExamples(
    program
      .command("backup <file>")
      .description("back up the server that runs on SQLite, without the master key, and check the copy")
      .action(withClient(async () => (await import("../commands/backup.ts")).backup)),
    "backup callboard-backup.sqlite",
  );
  withExamples(
    withDatabaseOptions(program.command("restore <file>"))
      .description("restore a backup while no server runs; refuses without the master key that it names")
      .option("--replace", "keep the database that is there beside the restored one")
      .action(alone(async () => (await import("../commands/restore.ts")).restore)),
    "restore callboard-backup.sqlite",
    "restore callboard-backup.sqlite --replace --data-dir /var/lib/callboard",
  );
}

function addDatabase(program: Command, { alone }: Actions): void {
  const database = program.command("db").description("the database, while no server runs");
  withExamples(
    withDatabaseOptions(database.command("check"))
      .description(
        "check the file, relations between tables, secrets and the audit log; exits non-zero on a problem",
      )
      .action(alone(async () => (await import("../commands/db-check.ts")).checkDatabase)),
    "db check",
    "db check --data-dir /var/lib/callboard --json",
  );
}
