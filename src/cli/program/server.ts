/** `callboard serve`, `migrate` and `outbox …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG, DATA_DIR_FLAG, settingOption } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addServerCommands(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("serve", { isDefault: false })
      .description("Start the server")
      .option(...settingOption("--host <address>", "CALLBOARD_HOST"))
      .option(...settingOption("--port <number>", "CALLBOARD_PORT"))
      .option(...settingOption("--profile <name>", "CALLBOARD_PROFILE"))
      .option(...settingOption("--role <name>", "CALLBOARD_ROLE"))
      .option(...settingOption("--base-url <url>", "CALLBOARD_BASE_URL"))
      .option(...DATA_DIR_FLAG)
      .option(...DATABASE_URL_FLAG)
      .option(...settingOption("--allow-networks <list>", "CALLBOARD_ALLOW_NETWORKS"))
      .option(...settingOption("--log-level <level>", "CALLBOARD_LOG_LEVEL"))
      .action(alone(async () => (await import("../commands/serve.ts")).serve)),
    "serve",
    "serve --port 3000 --data-dir /var/lib/callboard",
  );

  withExamples(
    program
      .command("migrate")
      .description("Update the schema of the database without starting a server")
      .option(...DATA_DIR_FLAG)
      .option(...DATABASE_URL_FLAG)
      .action(alone(async () => (await import("../commands/migrate.ts")).migrate)),
    "migrate",
  );

  const outbox = program
    .command("outbox")
    .description("Events that programs write to a table of their own database");
  withExamples(
    outbox
      .command("ddl")
      .description("Print the SQL statements that create the outbox table")
      .action(alone(async () => (await import("../commands/outbox.ts")).printOutboxDdl)),
    "outbox ddl > outbox.sql",
  );
}
