/** `callboard token …`, `audit …`, `open` and `keys …`: names, options and help. */
import { Argument, Option } from "commander";
import type { Command } from "commander";
import { DATABASE_URL_FLAG, JSON_FLAG, YES_FLAG, wholeNumber } from "./tools.ts";
import type { Actions } from "./tools.ts";

const SCOPES = ["admin", "read", "events:write", "ingest", "metrics"];

export function addAccessCommands(program: Command, { alone, withClient }: Actions): void {
  const token = program.command("token").description("API tokens");
  token
    .command("create <name>")
    .description("make a token; it is shown this once")
    .addOption(new Option("--scope <scope...>", "what it may do").choices(SCOPES).makeOptionMandatory())
    .option("--site <key>", "for this site only")
    .option("--expires <when>", "after a duration such as 90d, or at an ISO 8601 time")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/token.ts")).createToken));
  token
    .command("list", { isDefault: true })
    .description("list the tokens")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/token.ts")).listTokens));
  token
    .command("revoke <id>")
    .description("revoke a token")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/token.ts")).revokeToken));

  const audit = program.command("audit").description("the audit log: administrative changes");
  audit
    .command("list", { isDefault: true })
    .description("list the entries, newest first")
    .option("--limit <number>", "how many, at most 500", wholeNumber(500), 50)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/audit.ts")).listAudit));
  audit
    .command("verify")
    .description("check that no entry was altered, removed or inserted; exits non-zero if one was")
    .option("--checkpoint <text>", "the checkpoint of an earlier check: must still be part of the chain")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/audit.ts")).verifyAudit));

  program
    .command("open")
    .description("print a link that logs a browser in to the web app; it works once, for ten minutes")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/open.ts")).open));

  const keys = program.command("keys").description("keys of signed install");
  keys
    .command("list", { isDefault: true })
    .description("list the keys")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/keys.ts")).listKeys));
  keys
    .command("rotate")
    .addArgument(new Argument("[what]", "the only kind there is").choices(["signing"]).default("signing"))
    .description("make a new key; the public half of the old one is served for another 3.5 minutes")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/keys.ts")).rotateKeys));

  keys
    .command("withdraw <kid>")
    .description("stop serving the public half of a retired key at once")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/keys.ts")).withdrawKey));
  keys
    .command("rekey")
    .description("encrypt all secrets with the key in CALLBOARD_MASTER_KEY_NEXT, while the server runs")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/keys.ts")).rekey));
  keys
    .command("reset")
    .description("replace a master key that is lost: drops what it encrypted; needs every server stopped")
    .option("--lost-master-key", "there is no copy of the key; without this the command does nothing")
    .option("--data-dir <path>", "directory of database and master key (CALLBOARD_DATA_DIR)")
    .option(...DATABASE_URL_FLAG)
    .option("--dry-run", "only list what would be dropped")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(alone(async () => (await import("../commands/reset-keys.ts")).resetKeys));
}
