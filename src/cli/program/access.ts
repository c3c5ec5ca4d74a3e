/** `callboard tokens …`, `audit …`, `open`, `keys …` and `settings …`: names, options and help. */
import { Argument, Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { futureTime, retention } from "./option-values.ts";
import {
  DATABASE_URL_FLAG,
  DATA_DIR_FLAG,
  DRY_RUN_FLAG,
  ONLY_SITE,
  YES_FLAG,
  listCommand,
  withListOptions,
  withLogOptions,
  withPeriod,
} from "./tools.ts";
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
      .description("Open the web app in a browser, logged in by a link that works once within 10 minutes")
      .option("--print", "Only print the link")
      .action(actions.withClient(async () => (await import("../commands/open.ts")).open)),
    "open",
    "open --print",
  );
}

function addTokens(program: Command, { withClient }: Actions): void {
  const tokens = program.command("tokens").alias("token").description("API tokens");
  withExamples(
    withListOptions(listCommand(tokens))
      .description("List the API tokens")
      .action(withClient(async () => (await loadTokens()).listTokens)),
    "tokens list",
  );
  withExamples(
    tokens
      .command("create <name>")
      .description("Create an API token, shown only once")
      .addOption(
        new Option("--scope <scope...>", "Scopes of the token").choices(SCOPES).makeOptionMandatory(),
      )
      .option(...ONLY_SITE)
      .addOption(new Option("--addon <key>", "Only this add-on, for its vendor").conflicts("owner"))
      .option("--owner <name>", "Only the outgoing webhooks of this owner, for a tenant")
      .option(
        "--expires <time>",
        "End of validity: 2026-01-31T12:00:00Z, or 90d for 90 days from now (default: none)",
        futureTime,
      )
      .action(withClient(async () => (await loadTokens()).createToken)),
    "tokens create ci --scope events:write --site jira --expires 90d",
  );
  withExamples(
    tokens
      .command("revoke <id>")
      .alias("delete")
      .description("Revoke an API token")
      .option(...YES_FLAG)
      .action(withClient(async () => (await loadTokens()).revokeToken)),
    "tokens revoke 0123456789ab",
  );
}

function addAudit(program: Command, { withClient }: Actions): void {
  const audit = program.command("audit").description("The audit log: administrative changes");
  withExamples(
    withPeriod(withLogOptions(listCommand(audit)))
      .description("List the entries of the audit log, newest first")
      .option("--search <text>", "Only with this text in the actor, action, target, detail or IP address")
      .action(withClient(async () => (await loadAudit()).listAudit)),
    "audit list --search token.created --since 7d",
  );
  withExamples(
    audit
      .command("verify")
      .description("Check that no entry was altered, removed or inserted; exits with 1 if one was")
      .option("--checkpoint <text>", "Checkpoint of an earlier check, which must still be part of the chain")
      .action(withClient(async () => (await loadAudit()).verifyAudit)),
    "audit verify",
  );
}

function addKeys(program: Command, { withClient, alone }: Actions): void {
  const keys = program.command("keys").description("Signing keys of signed install, and the master key");
  withExamples(
    withListOptions(listCommand(keys))
      .description("List the signing keys")
      .action(withClient(async () => (await loadKeys()).listKeys)),
    "keys list",
  );
  withExamples(
    keys
      .command("rotate")
      .addArgument(new Argument("[what]", "Kind of the key").choices(["signing"]).default("signing"))
      .description(
        "Create a new signing key; the public key of the old one is served for another 3.5 minutes",
      )
      .action(withClient(async () => (await loadKeys()).rotateKeys)),
    "keys rotate",
  );
  withExamples(
    keys
      .command("withdraw <kid>")
      .description("Stop serving the public key of a retired signing key now")
      .option(...YES_FLAG)
      .action(withClient(async () => (await loadKeys()).withdrawKey)),
    "keys withdraw 0197f8a4-b7e5-7d0a-8d1f-3c2b00000000",
  );
  withExamples(
    keys
      .command("rekey")
      .description("Encrypt all secrets with the key in CALLBOARD_MASTER_KEY_NEXT, while the server runs")
      .action(withClient(async () => (await loadKeys()).rekey)),
    "keys rekey",
  );
  withExamples(
    keys
      .command("reset")
      .description(
        "Replace a lost master key, and drop the secrets that it encrypted; requires every server to be stopped",
      )
      .option("--lost-master-key", "Confirm that no copy of the master key exists")
      .option(...DATA_DIR_FLAG)
      .option(...DATABASE_URL_FLAG)
      .option(...DRY_RUN_FLAG)
      .option(...YES_FLAG)
      .action(alone(async () => (await import("../commands/reset-keys.ts")).resetKeys)),
    "keys reset --lost-master-key --dry-run",
  );
}

function addSettings(program: Command, { withClient }: Actions): void {
  const settings = program.command("settings").description("Settings of the running server");
  withExamples(
    settings
      .command("show", { isDefault: true })
      .allowExcessArguments()
      .description("Show the settings in force")
      .action(withClient(async () => (await loadSettings()).showSettings)),
    "settings show",
  );
  withExamples(
    settings
      .command("edit")
      .description("Change the retention periods, and the sources that sites can install add-ons from")
      .option(
        "--retention <duration>",
        "Age at which events, deliveries and attempts are deleted, such as 30d",
        retention,
      )
      .option("--body-retention <duration>", "Age at which bodies are deleted, such as 7d", retention)
      .addOption(
        new Option("--install-sources <kind>", "Sources that sites can install add-ons from").choices([
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
