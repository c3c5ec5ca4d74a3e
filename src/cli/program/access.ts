/** `callboard tokens …`, `audit …`, `open`, `keys …` and `settings …`: names, options and help. */
import { Argument, Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DATABASE_URL_FLAG, YES_FLAG, listCommand, withListOptions, withLogOptions } from "./tools.ts";
import type { Actions } from "./tools.ts";

const SCOPES = ["admin", "read", "events:write", "ingest", "metrics"];

const loadTokens = () => import("../commands/tokens.ts");
const loadAudit = () => import("../commands/audit.ts");
const loadKeys = () => import("../commands/keys.ts");
const loadSettings = () => import("../commands/settings.ts");

export function addAccessCommands(program: Command, actions: Actions): void {
  addTokens(program, actions);
  addAudit(program, actions);
  addKeys(program, actions);
  addSettings(program, actions);
  withExamples(
    program
      .command("open")
      .description("open the web app in a browser, logged in by a link that works once, for ten minutes")
      .option("--print", "only print the link, as where there is no terminal")
      .action(actions.withClient(async () => (await import("../commands/open.ts")).open)),
    "open",
    "open --print",
  );
}

function addTokens(program: Command, { withClient }: Actions): void {
  const tokens = program.command("tokens").alias("token").description("API tokens");
  withExamples(
    withListOptions(listCommand(tokens))
      .description("list the tokens")
      .action(withClient(async () => (await loadTokens()).listTokens)),
    "tokens list",
  );
  withExamples(
    tokens
      .command("create <name>")
      .description("make a token; it is shown this once")
      .addOption(new Option("--scope <scope...>", "what it may do").choices(SCOPES).makeOptionMandatory())
      .option("--site <key>", "for this site only")
      .addOption(new Option("--addon <key>", "for a vendor: this add-on only").conflicts("owner"))
      .option("--owner <name>", "for a tenant: the outgoing webhooks of this owner only")
      .option("--expires <when>", "after a duration such as 90d, or at an ISO 8601 time")
      .action(withClient(async () => (await loadTokens()).createToken)),
    "tokens create ci --scope events:write --site jira --expires 90d",
  );
  withExamples(
    tokens
      .command("revoke <id>")
      .alias("delete")
      .description("revoke a token")
      .option(...YES_FLAG)
      .action(withClient(async () => (await loadTokens()).revokeToken)),
    "tokens revoke 0123456789ab",
  );
}

function addAudit(program: Command, { withClient }: Actions): void {
  const audit = program.command("audit").description("the audit log: administrative changes");
  withExamples(
    withLogOptions(listCommand(audit))
      .description("list the entries, newest first")
      .option("--search <text>", "with this in the actor, action, object, detail or address")
      .option("--since <time>", "from this time on: 2026-01-31T12:00:00Z, or 24h for the last day")
      .option("--until <time>", "before this time")
      .action(withClient(async () => (await loadAudit()).listAudit)),
    "audit list --search token.created --since 7d",
  );
  withExamples(
    audit
      .command("verify")
      .description("check that no entry was altered, removed or inserted; exits non-zero if one was")
      .option("--checkpoint <text>", "the checkpoint of an earlier check: must still be part of the chain")
      .action(withClient(async () => (await loadAudit()).verifyAudit)),
    "audit verify",
  );
}

function addKeys(program: Command, { withClient, alone }: Actions): void {
  const keys = program.command("keys").description("keys of signed install, and the master key");
  withExamples(
    withListOptions(listCommand(keys))
      .description("list the keys of signed install")
      .action(withClient(async () => (await loadKeys()).listKeys)),
    "keys list",
  );
  withExamples(
    keys
      .command("rotate")
      .addArgument(new Argument("[what]", "the only kind there is").choices(["signing"]).default("signing"))
      .description("make a new key; the public half of the old one is served for another 3.5 minutes")
      .action(withClient(async () => (await loadKeys()).rotateKeys)),
    "keys rotate",
  );
  withExamples(
    keys
      .command("withdraw <kid>")
      .description("stop serving the public half of a retired key at once")
      .option(...YES_FLAG)
      .action(withClient(async () => (await loadKeys()).withdrawKey)),
    "keys withdraw 0197f8a4-b7e5-7d0a-8d1f-3c2b00000000",
  );
  withExamples(
    keys
      .command("rekey")
      .description("encrypt all secrets with the key in CALLBOARD_MASTER_KEY_NEXT, while the server runs")
      .action(withClient(async () => (await loadKeys()).rekey)),
    "keys rekey",
  );
  withExamples(
    keys
      .command("reset")
      .description("replace a master key that is lost: drops what it encrypted; needs every server stopped")
      .option("--lost-master-key", "there is no copy of the key; without this the command does nothing")
      .option("--data-dir <path>", "directory of database and master key (CALLBOARD_DATA_DIR)")
      .option(...DATABASE_URL_FLAG)
      .option("--dry-run", "only list what would be dropped")
      .option(...YES_FLAG)
      .action(alone(async () => (await import("../commands/reset-keys.ts")).resetKeys)),
    "keys reset --lost-master-key --dry-run",
  );
}

function addSettings(program: Command, { withClient }: Actions): void {
  const settings = program.command("settings").description("settings of the server that runs");
  withExamples(
    settings
      .command("show", { isDefault: true })
      .allowExcessArguments()
      .description("show the settings in force")
      .action(withClient(async () => (await loadSettings()).showSettings)),
    "settings show",
  );
  withExamples(
    settings
      .command("edit")
      .description("change how long things are kept, and where sites may install add-ons from")
      .option("--retention <duration>", "age at which events, deliveries and attempts are deleted")
      .option("--body-retention <duration>", "age at which bodies are deleted")
      .addOption(
        new Option("--install-sources <kind>", "where sites can install add-ons from").choices([
          "anywhere",
          "directory",
        ]),
      )
      .option(...YES_FLAG)
      .action(withClient(async () => (await loadSettings()).editSettings)),
    "settings edit --retention 30d --body-retention 7d",
    "settings edit --install-sources directory",
  );
}
