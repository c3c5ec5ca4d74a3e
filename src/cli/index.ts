/**
 * The command line: names, options and help here, the work of each command in a file of its own, loaded when it is run, so
 * that `callboard serve` does not wait for the others.
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CallboardError, messageOf } from "../errors.ts";
import { VERSION } from "../version.ts";
import { explainOpenFiles } from "./open-files.ts";
import type { ResetFlags } from "./commands/reset-keys.ts";
import type { MigrateFlags } from "./commands/migrate.ts";
import { CommandFailure, EXIT, EXIT_MEANINGS } from "./exit.ts";
import type { Ending } from "./exit.ts";
import { printable, spellCommands } from "./io.ts";
import type { Io } from "./io.ts";
import { addProductCommands } from "./program/products.ts";
import { JSON_FLAG, YES_FLAG } from "./program/tools.ts";
import type { WithClient } from "./program/tools.ts";

const SITE = ["--site <key>", "site to do it on", "jira"] as const;
const ENVELOPE = () =>
  new Option("--envelope <name>", "of the sample, for Confluence").choices(["connect", "cloud"]);
const SCOPES = ["admin", "read", "events:write", "ingest", "metrics"];
const UNTIL_DONE_FLAG = [
  "--until-done",
  "wait through retries; a dev server's wait ends at the first",
] as const;
const TIMEOUT_FLAG = ["--timeout <duration>", "how long to wait", "60s"] as const;
/** Every user of the machine can read the arguments of a process. */
const DATABASE_URL_FLAG = [
  "--database-url <url>",
  "sqlite:FILE or postgres://…; give a URL with a password in the environment (CALLBOARD_DATABASE_URL)",
] as const;

/** Runs the command that `args` (without node and script) name; resolves to the exit code. Never rejects. */
export async function run(args: readonly string[], given: Io): Promise<number> {
  const io: Io = { ...given, note: (text) => given.note(printable(spellCommands(text, given.env))) };
  let ending: Ending = "done";

  /** Runs work with a client, and closes it. */
  const withClient: WithClient =
    (load) =>
    async (...given) => {
      const { createClient } = await import("./client.ts");
      const client = await createClient(io);
      try {
        const work = await load();
        ending = await work({ io, client }, ...given);
      } finally {
        await client.close();
      }
    };

  const program = new Command("callboard")
    .description("Installs add-ons from their descriptor and delivers signed webhooks to them")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.note })
    .showSuggestionAfterError()
    .addHelpText("after", exitHelp());

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
    .action(async (flags: Readonly<Record<string, string>>) => {
      const { serve } = await import("./commands/serve.ts");
      ending = await serve(io, flags);
    });

  program
    .command("migrate")
    .description("bring the database's schema up to date without starting a server")
    .option("--data-dir <path>", "directory of the database file (CALLBOARD_DATA_DIR)")
    .option(...DATABASE_URL_FLAG)
    .option(...JSON_FLAG)
    .action(async (flags: MigrateFlags) => {
      const { migrate } = await import("./commands/migrate.ts");
      ending = await migrate(io, flags);
    });

  program
    .command("install <descriptor>")
    .description("install an add-on from the URL or the file of its descriptor, or upgrade it")
    .option(...SITE)
    .option("--confirm-origin", "the add-on may move to another origin")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/install.ts")).install));
  program
    .command("uninstall <key>")
    .description("uninstall an add-on")
    .option(...SITE)
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/uninstall.ts")).uninstall));
  program
    .command("enable <key>")
    .description("enable an add-on; what waited for it goes out")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/enable.ts")).enable));
  program
    .command("disable <key>")
    .description("disable an add-on; what it is sent waits for up to 24 h")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/disable.ts")).disable));

  const sites = program.command("sites").description("sites: one product instance each");
  sites
    .command("list", { isDefault: true })
    .description("list them")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/sites.ts")).listSites));
  sites
    .command("add <key>")
    .description("add one; its key is fixed for ever")
    .requiredOption("--product <key>", "the product that it is a site of, such as confluence")
    .option("--name <name>", "what people see")
    .option("--base-url <url>", "where the product itself answers, if it does")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/sites.ts")).addSite));

  addProductCommands(program, withClient);

  const endpoints = program
    .command("endpoints")
    .description("endpoints: where receivers are sent to, and how they stand");
  endpoints
    .command("list", { isDefault: true })
    .description("list those in use, the ones that need attention first")
    .option("--site <key>", "this site only")
    .addOption(
      new Option("--state <state>", "in this state only").choices([
        "paused",
        "inactive",
        "circuit-open",
        "failing",
        "disabled",
        "healthy",
      ]),
    )
    .option("--search <text>", "with this in the name, key or origin")
    .option("--limit <number>", "how many", wholeNumber(), 50)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/endpoints.ts")).listEndpoints));
  endpoints
    .command("show <number>")
    .description("show one with its figures, and why nothing is being sent to it")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/endpoints.ts")).showEndpoint));
  endpoints
    .command("try <number>")
    .description("send the delivery that has waited longest at once, whatever a pause or circuit says")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/endpoints.ts")).tryEndpoint));
  endpoints
    .command("resume <number>")
    .description("resume one that is paused, and its subscriptions that a 410 made inactive")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/endpoints.ts")).resumeEndpoint));
  endpoints
    .command("cancel <number>")
    .description("cancel everything that waits for one")
    .option(...SITE)
    .option("--dry-run", "only count")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/endpoints.ts")).cancelWaiting));

  program
    .command("status")
    .description("show what runs, what waits, why nothing is being sent, and the levels of the limits")
    .option("--site <key>", "this site only")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/status.ts")).status));

  const addons = program.command("addons").description("installed add-ons");
  addons
    .command("list", { isDefault: true })
    .description("list them")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/addons.ts")).listAddons));
  addons
    .command("show <key>")
    .description("show one with its webhooks and lifecycle history")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/addons.ts")).showAddon));

  addons
    .command("rotate-secret <key>")
    .description(
      "give one a new shared secret by an installed callback; the old one is accepted for 5 minutes",
    )
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/addons.ts")).rotateAddonSecret));

  program
    .command("validate <descriptor>")
    .description("check a descriptor, at a URL or in a file; nothing is installed")
    .option("--product <name>", "check event names for this product")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/validate.ts")).validate));

  program
    .command("trigger <event>")
    .description("fire an event, with the sample of the catalogue unless --data says otherwise")
    .option(...SITE)
    .option("--set <path=value>", "change a value of the payload; path:=json sets raw JSON", collect, [])
    .option("--data <file>", "payload to send instead of the sample; - is standard input")
    .option("--project <key>", "project that the event is about")
    .option("--user <id>", "who acted")
    .option("--id <id>", "id of your own: the same id is accepted once")
    .option("--wait", "wait for the deliveries, print each attempt, and exit by their outcome")
    .option(...UNTIL_DONE_FLAG)
    .option(...TIMEOUT_FLAG)
    .option(...JSON_FLAG)
    .addHelpText("after", "\nExample:\n  callboard trigger jira:issue_created --set issue.key=DEMO-7 --wait")
    .action(withClient(async () => (await import("./commands/trigger.ts")).trigger));

  program
    .command("inspect")
    .description("start the Webhook Inspector: shows and prints every webhook that it is sent")
    .option("--install", "install it on every site")
    .option("--generate <events>", "fire events (all, or names with commas), tell what came back, and end")
    .option("--port <number>", "port to listen on, 0 = any free one", "2991")
    .option("--address <address>", "address to listen on; needs --access-token unless loopback", "127.0.0.1")
    .option("--base-url <url>", "where hosts reach it; made of address and port when left out")
    .option("--access-token <token>", "asked for by its pages (CALLBOARD_INSPECTOR_TOKEN)")
    .option("--allow-host <name...>", "further Host headers to answer")
    .option("--tls-cert <file>", "certificate (PEM); it then speaks https")
    .option("--tls-key <file>", "key of the certificate (PEM)")
    .option("--output <form>", "body, lines or jsonl", "body")
    .option("--filter <words>", "print only what fits, such as event:jira:*")
    .option("--answer <status>", "what senders are answered: a status, or drop", "204")
    .option("--delay <ms>", "how long they wait for it", "0")
    .option("--times <number>", "how many of them; the others get 204 (all when left out)")
    .option("--keep <number>", "how many it keeps", "1000")
    .option("--store <file>", "keep them over restarts")
    .action(withClient(async () => (await import("./commands/inspect.ts")).inspect));

  const events = program.command("events").description("the catalogue, and the events that were accepted");
  events
    .command("list", { isDefault: true })
    .description("list the events of the catalogue")
    .option("--product <name>", "of this product only")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/events.ts")).listEvents));
  events
    .command("show <event>")
    .description("show an event of the catalogue: what it means, how well it is known, a sample")
    .option("--product <name>", "of this product", "jira")
    .addOption(ENVELOPE())
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/events.ts")).showEvent));
  events
    .command("sample <event>")
    .description("print the sample body of an event")
    .option("--product <name>", "of this product", "jira")
    .addOption(ENVELOPE())
    .action(withClient(async () => (await import("./commands/events.ts")).sampleEvent));
  events
    .command("received")
    .description("list the events that were accepted, newest first")
    .option(...SITE)
    .option("--limit <number>", "how many, at most 500", wholeNumber(500), 20)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/events.ts")).receivedEvents));
  events
    .command("why <id>")
    .description("explain for each receiver of the site why it got an event or not")
    .option(...SITE)
    .addOption(new Option("--addon <key>", "explain this add-on only").conflicts("webhook"))
    .option("--webhook <id>", "explain this outgoing webhook only")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/events.ts")).explainEvent));

  const deliveries = program.command("deliveries").description("the sent log");
  const filtered = (command: Command) =>
    command
      .option("--site <key>", "on this site only")
      .option("--addon <key>", "to this add-on only")
      .option("--event <name>", "of this event only")
      .addOption(
        new Option("--state <state>", "in this state only").choices([
          "waiting",
          "leased",
          "delivered",
          "failed",
        ]),
      )
      .option("--since <time>", "from this time on: 2026-01-31T12:00:00Z, or 1h for an hour ago")
      .option(...JSON_FLAG);
  filtered(deliveries.command("list", { isDefault: true }))
    .description("list deliveries, newest first")
    .option("--limit <number>", "how many", wholeNumber(), 50)
    .action(withClient(async () => (await import("./commands/deliveries.ts")).listDeliveries));
  deliveries
    .command("show <id>")
    .description("show a delivery with every attempt")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/deliveries.ts")).showDelivery));
  filtered(deliveries.command("tail"))
    .description("print deliveries as they are made and settled, one line or JSON document each")
    .option("--count <number>", "end after so many lines", wholeNumber())
    .action(withClient(async () => (await import("./commands/tail.ts")).tail));

  filtered(deliveries.command("cancel"))
    .description("cancel all waiting deliveries that match the filter")
    .option("--dry-run", "only count")
    .option(...YES_FLAG)
    .action(withClient(async () => (await import("./commands/deliveries.ts")).cancelDeliveries));

  filtered(program.command("redeliver [id]"))
    .description(
      "deliver again: one delivery, or with --failed all that failed and fit the filter; tests are left out",
    )
    .option("--failed", "all failed deliveries that fit; without a filter it asks, or needs --yes")
    .option("--dry-run", "only count")
    .option("--wait", "wait for the delivery, print each attempt, and exit by its outcome")
    .option(...UNTIL_DONE_FLAG)
    .option(...TIMEOUT_FLAG)
    .option(...YES_FLAG)
    .action(withClient(async () => (await import("./commands/redeliver.ts")).redeliver));

  const replay = program
    .command("replay")
    .description("past events, sent to a receiver that did not get them");
  replay
    .command("send", { isDefault: true })
    .description("send them; left out, it is meant: callboard replay --to-addon com.example.bell --since 7d")
    .option(...SITE)
    .addOption(new Option("--to-addon <key>", "add-on that missed them").conflicts("toWebhook"))
    .option("--to-webhook <id>", "outgoing webhook that missed them")
    .option("--since <time>", "from this time on: 2026-01-31T12:00:00Z, or 7d for seven days ago")
    .option("--until <time>", "before this time; now when left out")
    .option("--event <name...>", "event types to send, such as 'jira:issue_*'; all when left out")
    .option("--all", "send events again that were delivered")
    .option("--dry-run", "only tell which events would be sent")
    .option("--wait", "wait until the replay is done and nothing of it waits, and print its progress")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/replay.ts")).replay));
  replay
    .command("list")
    .description("list replays, newest first")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/replay.ts")).listReplays));
  replay
    .command("show <id>")
    .description("show the progress of a replay, and why events were left out")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/replay.ts")).showReplay));
  replay
    .command("cancel <id>")
    .description("cancel a replay, and its deliveries that wait")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/replay.ts")).cancelReplay));

  const webhooks = program.command("webhooks").description("outgoing webhooks of a site");
  const withValues = (command: Command) =>
    command
      .option(...SITE)
      .option("--name <name>", "what people see")
      .option(
        "--format <name>",
        "of the bodies; the site's product when left out, standard or slack for operational events",
      )
      .option(
        "--event <name...>",
        "event types to send, such as 'jira:issue_*'; Backlog's also by number; all when left out",
      )
      .option("--project <key>", "events of this project only")
      .option("--filter <jql>", "events of these issues only; Jira")
      .option(
        "--body-filter <json>",
        "events whose body meets these conditions only; @FILE reads them from a file",
      )
      .option("--description <text>", "what it is for")
      .option("--generate-secret", "make a secret that signs what is sent; it is shown this once")
      .option(...JSON_FLAG);
  webhooks
    .command("list", { isDefault: true })
    .description("list them with the status of the last attempt")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/webhooks.ts")).listWebhooks));
  withValues(webhooks.command("add <url>"))
    .description("add one, in the format of the site's product")
    .action(withClient(async () => (await import("./commands/webhooks.ts")).addWebhook));
  withValues(webhooks.command("edit <id>"))
    .description(
      'change one; what is not told stays as it is, --project "", --filter "" and --body-filter "" take theirs away',
    )
    .option("--url <url>", "where to send to")
    .addOption(new Option("--all-events", "send every event from now on").conflicts("event"))
    .option("--active", "switch it on")
    .option("--no-active", "switch it off; what waits is held for up to 24 h")
    .action(withClient(async () => (await import("./commands/webhooks.ts")).editWebhook));
  webhooks
    .command("try-filter <json>")
    .description("tell which of the latest events a body filter matches; @FILE reads it from a file")
    .option(...SITE)
    .option("--event <name>", "events of this type only, with * for any text")
    .option("--limit <number>", "how many, up to 100", wholeNumber(100), 20)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/webhooks.ts")).tryBodyFilter));
  webhooks
    .command("delete <id>")
    .description("delete one; the sent log stays")
    .option(...SITE)
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/webhooks.ts")).deleteWebhook));
  webhooks
    .command("rotate-secret <id>")
    .description("make a new signing secret, shown this once; the old one signs beside it for 24 h")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/webhooks.ts")).rotateWebhookSecret));
  webhooks
    .command("execute <id> <event>")
    .description("send a test, never retried, and end by its result")
    .option(...SITE)
    .option("--data <file>", "payload to send instead of the sample; - is standard input")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/webhooks.ts")).executeWebhook));

  const token = program.command("token").description("API tokens");
  token
    .command("create <name>")
    .description("make a token; it is shown this once")
    .addOption(new Option("--scope <scope...>", "what it may do").choices(SCOPES).makeOptionMandatory())
    .option("--site <key>", "for this site only")
    .option("--expires <when>", "after a duration such as 90d, or at an ISO 8601 time")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/token.ts")).createToken));
  token
    .command("list", { isDefault: true })
    .description("list the tokens")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/token.ts")).listTokens));
  token
    .command("revoke <id>")
    .description("revoke a token")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/token.ts")).revokeToken));

  const audit = program.command("audit").description("the audit log: administrative changes");
  audit
    .command("list", { isDefault: true })
    .description("list the entries, newest first")
    .option("--limit <number>", "how many, at most 500", wholeNumber(500), 50)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/audit.ts")).listAudit));
  audit
    .command("verify")
    .description("check that no entry was altered, removed or inserted; exits non-zero if one was")
    .option("--checkpoint <text>", "the checkpoint of an earlier check: must still be part of the chain")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/audit.ts")).verifyAudit));

  program
    .command("open")
    .description("print a link that logs a browser in to the web app; it works once, for ten minutes")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/open.ts")).open));

  const keys = program.command("keys").description("keys of signed install");
  keys
    .command("list", { isDefault: true })
    .description("list the keys")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/keys.ts")).listKeys));
  keys
    .command("rotate")
    .addArgument(new Argument("[what]", "the only kind there is").choices(["signing"]).default("signing"))
    .description("make a new key; the public half of the old one is served for another 3.5 minutes")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/keys.ts")).rotateKeys));

  keys
    .command("withdraw <kid>")
    .description("stop serving the public half of a retired key at once")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/keys.ts")).withdrawKey));
  keys
    .command("rekey")
    .description("encrypt all secrets with the key in CALLBOARD_MASTER_KEY_NEXT, while the server runs")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("./commands/keys.ts")).rekey));
  keys
    .command("reset")
    .description("replace a master key that is lost: drops what it encrypted; needs every server stopped")
    .option("--lost-master-key", "there is no copy of the key; without this the command does nothing")
    .option("--data-dir <path>", "directory of database and master key (CALLBOARD_DATA_DIR)")
    .option(...DATABASE_URL_FLAG)
    .option("--dry-run", "only list what would be dropped")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(async (flags: ResetFlags) => {
      const { resetKeys } = await import("./commands/reset-keys.ts");
      ending = await resetKeys(io, flags);
    });

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return EXIT[report(error, io)];
  }
  return EXIT[ending];
}

/** A parser of options that are counts: whole numbers from 1 on. */
function wholeNumber(most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= most) return number;
    const upTo = most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number from 1${upTo === "" ? " on" : upTo}.`);
  };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Says on standard error what went wrong; results stay alone on standard output. */
function report(error: unknown, io: Io): Ending {
  // Commander has said it already: help, version, or what was not understood.
  if (error instanceof CommanderError) return error.exitCode === 0 ? "done" : "usage";
  if (error instanceof CommandFailure) {
    io.note(`error[${error.code}]: ${error.message}\n${error.hint === undefined ? "" : `  ${error.hint}\n`}`);
    return error.ending;
  }
  if (error instanceof CallboardError) {
    io.note(`error[${error.code}]: ${error.message}\n`);
    return error.code === "CONFIG_INVALID" ? "usage" : "failed";
  }
  const openFiles = explainOpenFiles(error);
  if (openFiles !== undefined) return report(openFiles, io);
  io.note(`error: ${messageOf(error)}\n`);
  return "failed";
}

function exitHelp(): string {
  const rows = (Object.keys(EXIT) as Ending[]).map((name) => `  ${EXIT[name]}  ${EXIT_MEANINGS[name]}`);
  return `\nExit codes:\n${rows.join("\n")}`;
}
