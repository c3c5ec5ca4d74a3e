/** `callboard trigger`, `inspect` and `events …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { JSON_FLAG, SITE, TIMEOUT_FLAG, UNTIL_DONE_FLAG, collect, wholeNumber } from "./tools.ts";
import type { Actions } from "./tools.ts";

const ENVELOPE = () =>
  new Option("--envelope <name>", "of the sample, for Confluence").choices(["connect", "cloud"]);

export function addEventCommands(program: Command, { withClient }: Actions): void {
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
    .action(withClient(async () => (await import("../commands/trigger.ts")).trigger));

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
    .action(withClient(async () => (await import("../commands/inspect.ts")).inspect));

  const events = program.command("events").description("the catalogue, and the events that were accepted");
  events
    .command("list", { isDefault: true })
    .description("list the events of the catalogue")
    .option("--product <name>", "of this product only")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/events.ts")).listEvents));
  events
    .command("show <event>")
    .description("show an event of the catalogue: what it means, how well it is known, a sample")
    .option("--product <name>", "of this product", "jira")
    .addOption(ENVELOPE())
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/events.ts")).showEvent));
  events
    .command("sample <event>")
    .description("print the sample body of an event")
    .option("--product <name>", "of this product", "jira")
    .addOption(ENVELOPE())
    .action(withClient(async () => (await import("../commands/events.ts")).sampleEvent));
  events
    .command("received")
    .description("list the events that were accepted, newest first")
    .option(...SITE)
    .option("--limit <number>", "how many, at most 500", wholeNumber(500), 20)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/events.ts")).receivedEvents));
  events
    .command("why <id>")
    .description("explain for each receiver of the site why it got an event or not")
    .option(...SITE)
    .addOption(new Option("--addon <key>", "explain this add-on only").conflicts("webhook"))
    .option("--webhook <id>", "explain this outgoing webhook only")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/events.ts")).explainEvent));
}
