/** `callboard trigger`, `events …` and `catalogue …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { time, timeOrDelay } from "./option-values.ts";
import {
  PAYLOAD_FLAG,
  SITE,
  UNTIL_DONE_FLAG,
  collect,
  listCommand,
  timeoutOption,
  withListOptions,
  withLogOptions,
  withPeriod,
} from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/events.ts");
const loadCatalogue = () => import("../commands/catalogue.ts");
const loadTrigger = () => import("../commands/trigger.ts");

export function addEventCommands(program: Command, actions: Actions): void {
  addTrigger(program, actions);
  addAccepted(program, actions);
  addCatalogue(program, actions);
}

function addTrigger(program: Command, { withClient }: Actions): void {
  withExamples(
    program
      .command("trigger <event>")
      .description("Publish an event with the sample of the catalogue, or with --data")
      .option(...SITE)
      .option("--set <path=value>", "Change a value of the payload; path:=json sets JSON", collect, [])
      .option(...PAYLOAD_FLAG)
      .option("--project <key>", "Project of the event")
      .option("--user <id>", "User who caused the event")
      .option("--id <id>", "Your own ID of the event; an event with the same ID is accepted only once")
      .addOption(
        new Option("--flow <lane>", "Lane of the deliveries; use secondary for bulk work").choices([
          "primary",
          "secondary",
        ]),
      )
      .option("--expires-at <time>", "Time at which waiting deliveries expire: 2026-01-31T12:00:00Z", time)
      .option("--no-retry", "Attempt each delivery only once")
      .option(
        "--deliver-after <time>",
        "Earliest time of the first attempt: 2026-01-31T12:00:00Z, or 15m for a delay",
        timeOrDelay,
      )
      .option(
        "--wait",
        "Wait for the deliveries and print each attempt; exits with 1 unless all are delivered",
      )
      .option(...UNTIL_DONE_FLAG)
      .addOption(timeoutOption())
      .action(withClient(async () => (await loadTrigger()).trigger)),
    "trigger jira:issue_created --set issue.key=DEMO-7 --wait",
    "trigger jira:issue_created --data body.json",
    "trigger jira:issue_created --deliver-after 15m --no-retry",
  );
}

function addAccepted(program: Command, { withClient }: Actions): void {
  const events = program.command("events").description("Accepted events");
  withExamples(
    withPeriod(withLogOptions(listCommand(events).alias("received")))
      .description("List the accepted events of a site, newest first")
      .option(...SITE)
      .option("--event <name>", "Only this event type")
      .action(withClient(async () => (await load()).listEvents)),
    "events list --event jira:issue_created --since 1h",
  );
  withExamples(
    events
      .command("show <id>")
      .description("Show an event with its body, its deliveries and the skipped subscriptions")
      .option(...SITE)
      .action(withClient(async () => (await load()).showEvent)),
    "events show evt_1_0197f8a4b7e57d0a8d1f3c2b00000000",
  );
  withExamples(
    events
      .command("why <id>")
      .description("Explain for each receiver of the site why it did or didn't get an event")
      .option(...SITE)
      .addOption(new Option("--addon <key>", "Only this add-on").conflicts("webhook"))
      .option("--webhook <id>", "Only this outgoing webhook")
      .action(withClient(async () => (await load()).explainEvent)),
    "events why evt_1_0197f8a4b7e57d0a8d1f3c2b00000000 --addon com.example.bell",
  );
  withExamples(
    events
      .command("publish <file>")
      .description(
        "Publish events from a file: JSON lines, or a JSON list, of {event, payload, …}; - is standard input",
      )
      .option(...SITE)
      .action(withClient(async () => (await load()).publishEvents)),
    "events publish events.jsonl --site jira",
  );
  // It was here before there was a group for the catalogue.
  addSample(events.command("sample <event>", { hidden: true }), { withClient });
}

function addCatalogue(program: Command, actions: Actions): void {
  const { withClient } = actions;
  const catalogue = program
    .command("catalogue")
    .description("The catalogue: the event types of all products");
  withExamples(
    withListOptions(listCommand(catalogue))
      .description("List the event types")
      .option("--product <key>", "Only this product")
      .option("--find <text>", "Only with this text in the name or description")
      .action(withClient(async () => (await loadCatalogue()).listEventTypes)),
    "catalogue list --product jira",
  );
  withExamples(
    withProduct(catalogue.command("show <event>"))
      .description("Show an event type with its meaning, its source and a sample")
      .addOption(envelope())
      .action(withClient(async () => (await loadCatalogue()).showEventType)),
    "catalogue show jira:issue_created",
    "catalogue show page_created --product confluence --envelope cloud",
  );
  addSample(catalogue.command("sample <event>"), actions);
  withExamples(
    catalogue
      .command("edit <event> <file>")
      .description(
        "Change or create an event type of one of your own products, by a JSON merge patch (RFC 7396); - is standard input",
      )
      .requiredOption("--product <key>", "Key of your own product")
      .option("--force", "Change the product even if that breaks subscribers")
      .action(withClient(async () => (await loadCatalogue()).editEventType)),
    "catalogue edit crane.stopped patch.json --product harbor",
  );
}

function addSample(command: Command, { withClient }: Pick<Actions, "withClient">): void {
  withExamples(
    withProduct(command)
      .description("Print the sample body of an event type")
      .addOption(envelope())
      .action(withClient(async () => (await loadCatalogue()).sampleEventType)),
    "catalogue sample jira:issue_created",
  );
}

const withProduct = (command: Command): Command =>
  command.option("--product <key>", "Product of the event type", "jira");

const envelope = () =>
  new Option("--envelope <name>", "Envelope of the sample (Confluence)").choices(["connect", "cloud"]);
