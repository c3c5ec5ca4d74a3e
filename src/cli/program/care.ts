/** `callboard backup`, `restore`, `db …`, `erase` and `export …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG, DATA_DIR_FLAG, SITE, withPeriod } from "./tools.ts";
import type { Actions } from "./tools.ts";

const withDatabaseOptions = (command: Command): Command =>
  command.option(...DATA_DIR_FLAG).option(...DATABASE_URL_FLAG);

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
      .description("Back up a running server on SQLite, without the master key, and check the copy")
      .action(withClient(async () => (await import("../commands/backup.ts")).backup)),
    "backup callboard-backup.sqlite",
  );
  withExamples(
    withDatabaseOptions(program.command("restore <file>"))
      .description("Restore a backup while no server runs; requires the master key of the backup")
      .option("--replace", "Replace an existing database, which is kept under another name")
      .action(alone(async () => (await import("../commands/restore.ts")).restore)),
    "restore callboard-backup.sqlite",
    "restore callboard-backup.sqlite --replace --data-dir /var/lib/callboard",
  );
}

function addDatabase(program: Command, { alone }: Actions): void {
  const database = program.command("db").description("The database of a stopped server");
  withExamples(
    withDatabaseOptions(database.command("check"))
      .description(
        "Check the file, the relations between tables, the secrets and the audit log; exits with 1 if there is a problem",
      )
      .action(alone(async () => (await import("../commands/db-check.ts")).runDatabaseCheck)),
    "db check",
    "db check --data-dir /var/lib/callboard --json",
  );
  withExamples(
    database
      .command("move <from> [to]")
      .description("Move a SQLite file to an empty PostgreSQL database, and compare every row")
      .action(alone(async () => (await import("../commands/db-move.ts")).moveDatabase)),
    "db move sqlite:/var/lib/callboard/callboard.sqlite postgres://db.example.com/callboard",
  );
  withExamples(
    withDatabaseOptions(database.command("distribute"))
      .description(
        "Distribute the tables of a PostgreSQL database by site over the servers of a Citus cluster",
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
      .description(
        "Count the occurrences of a text in events, responses, URLs and the audit log, and erase them with --confirm",
      )
      .requiredOption("--subject <text>", "Text to erase; upper and lower case differ")
      .option("--confirm", "Erase the occurrences (default: only count them)")
      .action(withClient(async () => (await import("../commands/erase.ts")).erase)),
    "erase --subject zoe@example.com",
    "erase --subject zoe@example.com --confirm",
  );
}

function addExport(program: Command, { withClient }: Actions): void {
  const group = program.command("export").description("Events and deliveries as NDJSON, newest first");
  const add = (name: "events" | "deliveries", description: string) =>
    withExamples(
      withPeriod(group.command(name))
        .description(description)
        .option(...SITE)
        .option("--event <name>", "Only this event type")
        .action(withClient(async () => (await import("../commands/export.ts")).exportRecords(name))),
      `export ${name} --since 7d > ${name}.ndjson`,
    );
  add("events", "Export the accepted events with their bodies");
  add("deliveries", "Export the delivery log");
}
