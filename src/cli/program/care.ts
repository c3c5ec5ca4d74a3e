/** `callboard backup`, `restore`, `db …`, `erase` and `export …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG, SITE } from "./tools.ts";
import type { Actions } from "./tools.ts";

const withDatabaseOptions = (command: Command): Command =>
  command
    .option("--data-dir <path>", "directory of database and master key (CALLBOARD_DATA_DIR)")
    .option(...DATABASE_URL_FLAG);

export function addCareCommands(program: Command, actions: Actions): void {
  addBackup(program, actions);
  addDatabase(program, actions);
  addErase(program, actions);
  addExport(program, actions);
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
      .action(alone(async () => (await import("../commands/db-check.ts")).runDatabaseCheck)),
    "db check",
    "db check --data-dir /var/lib/callboard --json",
  );
  withExamples(
    database
      .command("move <from> [to]")
      .description("move a SQLite file to an empty PostgreSQL database, and compare every row")
      .action(alone(async () => (await import("../commands/db-move.ts")).moveDatabase)),
    "db move sqlite:/var/lib/callboard/callboard.sqlite postgres://db.example.com/callboard",
  );
  withExamples(
    withDatabaseOptions(database.command("distribute"))
      .description(
        "distribute the tables of a PostgreSQL database with Citus by site, over the servers of its cluster",
      )
      .action(alone(async () => (await import("../commands/db-distribute.ts")).distributeDatabase)),
    "db distribute",
    "db distribute --json",
  );
}

function addErase(program: Command, { withClient }: Actions): void {
  withExamples(
    program
      .command("erase")
      .description("find a text in what was sent and recorded, count it, and erase it with --confirm")
      .requiredOption("--subject <text>", "what to erase, exactly and with its letter case")
      .option("--confirm", "erase; without it the command only counts")
      .action(withClient(async () => (await import("../commands/erase.ts")).erase)),
    "erase --subject zoe@example.com",
    "erase --subject zoe@example.com --confirm",
  );
}

function addExport(program: Command, { withClient }: Actions): void {
  const group = program.command("export").description("events and deliveries as NDJSON, newest first");
  const add = (name: "events" | "deliveries", description: string) =>
    withExamples(
      group
        .command(name)
        .description(description)
        .option(...SITE)
        .option("--event <name>", "of this event type")
        .option("--since <time>", "from this time on: 2026-01-31T12:00:00Z, or 1h for an hour ago")
        .option("--until <time>", "before this time")
        .action(withClient(async () => (await import("../commands/export.ts")).exportRecords(name))),
      `export ${name} --since 7d > ${name}.ndjson`,
    );
  add("events", "export the accepted events with their bodies");
  add("deliveries", "export the delivery log");
}
