/** `callboard serve`, `migrate` and `outbox …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addServerCommands(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("serve", { isDefault: false })
      .description("start the server")
      .option("--host <address>", "address to listen on (CALLBOARD_HOST)")
      .option("--port <number>", "port to listen on, 0 = any free one (CALLBOARD_PORT)")
      .option("--profile <name>", "dev or prod (CALLBOARD_PROFILE)")
      .option("--role <name>", "all, api or worker (CALLBOARD_ROLE)")
      .option("--base-url <url>", "what add-ons are told (CALLBOARD_BASE_URL)")
      .option("--data-dir <path>", "directory of database, master key and token (CALLBOARD_DATA_DIR)")
      .option(...DATABASE_URL_FLAG)
      .option("--allow-networks <list>", "networks that may be private (CALLBOARD_ALLOW_NETWORKS)")
      .option("--log-level <level>", "debug, info, warn, error or silent (CALLBOARD_LOG_LEVEL)")
      .action(alone(async () => (await import("../commands/serve.ts")).serve)),
    "serve",
    "serve --port 3000 --data-dir /var/lib/callboard",
  );

  withExamples(
    program
      .command("migrate")
      .description("bring the database's schema up to date without starting a server")
      .option("--data-dir <path>", "directory of the database file (CALLBOARD_DATA_DIR)")
      .option(...DATABASE_URL_FLAG)
      .action(alone(async () => (await import("../commands/migrate.ts")).migrate)),
    "migrate",
  );

  const outbox = program
    .command("outbox")
    .description("events that programs write to a table of their own database");
  withExamples(
    outbox
      .command("ddl")
      .description("print the statements that create the table")
      .action(alone(async () => (await import("../commands/outbox.ts")).printOutboxDdl)),
    "outbox ddl > outbox.sql",
  );
}
