/** `callboard trigger`, `events …` and `catalogue …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import {
  SITE,
  TIMEOUT_FLAG,
  UNTIL_DONE_FLAG,
  collect,
  listCommand,
  withListOptions,
  withLogOptions,
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
      .description("fire an event, with the sample of the catalogue unless --data says otherwise")
      .option(...SITE)
      .option("--set <path=value>", "change a value of the payload; path:=json sets raw JSON", collect, [])
      .option("--data <file>", "payload to send instead of the sample; - is standard input")
      .option("--project <key>", "project that the event is about")
      .option("--user <id>", "who acted")
      .option("--id <id>", "id of your own: the same id is accepted once")
      .addOption(
        new Option("--flow <lane>", "lane of its deliveries: bulk work goes second").choices([
          "primary",
          "secondary",
        ]),
      )
      .option("--expires-at <time>", "end what waits then: 2026-01-31T12:00:00Z")
      .option("--no-retry", "attempt each delivery once")
      .option("--deliver-after <time>", "first attempt then: 2026-01-31T12:00:00Z, or 15m for a delay")
      .option("--wait", "wait for the deliveries, print each attempt, and exit by their outcome")
      .option(...UNTIL_DONE_FLAG)
      .option(...TIMEOUT_FLAG)
      .action(withClient(async () => (await loadTrigger()).trigger)),
    "trigger jira:issue_created --set issue.key=DEMO-7 --wait",
    "trigger jira:issue_created --data body.json",
  );
}

function addAccepted(program: Command, { withClient }: Actions): void {
  const events = program.command("events").description("events that were accepted");
  withExamples(
    withLogOptions(listCommand(events).alias("received"))
      .description("list the accepted events of a site, newest first")
      .option(...SITE)
      .option("--event <name>", "of this event type only")
      .option("--since <time>", "from this time on: 2026-01-31T12:00:00Z, or 1h for an hour ago")
      .option("--until <time>", "before this time")
      .action(withClient(async () => (await load()).listEvents)),
    "events list --event jira:issue_created --since 1h",
  );
  withExamples(
    events
      .command("show <id>")
      .description("show an event: its body, its deliveries, and the subscriptions that were skipped")
      .option(...SITE)
      .action(withClient(async () => (await load()).showEvent)),
    "events show evt_1_0197f8a4b7e57d0a8d1f3c2b00000000",
  );
  withExamples(
    events
      .command("why <id>")
      .description("explain for each receiver of the site why it got an event or not")
      .option(...SITE)
      .addOption(new Option("--addon <key>", "explain this add-on only").conflicts("webhook"))
      .option("--webhook <id>", "explain this outgoing webhook only")
      .action(withClient(async () => (await load()).explainEvent)),
    "events why evt_1_0197f8a4b7e57d0a8d1f3c2b00000000 --addon com.example.bell",
  );
  withExamples(
    events
      .command("publish <file>")
      .description(
        "publish many events from a file: JSON lines or a JSON list of {event, payload, …}; - is standard input",
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
  const catalogue = program.command("catalogue").description("the catalogue: event types of the products");
  withExamples(
    withListOptions(listCommand(catalogue))
      .description("list the event types")
      .option("--product <key>", "of this product only")
      .option("--find <text>", "part of a name or description")
      .action(withClient(async () => (await loadCatalogue()).listEventTypes)),
    "catalogue list --product jira",
  );
  withExamples(
    withProduct(catalogue.command("show <event>"))
      .description("show an event type: what it means, how well it is known, a sample")
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
        "merge a patch (RFC 7396, JSON) into an event type of an own product, or create the type; - is standard input",
      )
      .requiredOption("--product <key>", "the own product")
      .option("--force", "change it also where that breaks subscribers")
      .action(withClient(async () => (await loadCatalogue()).editEventType)),
    "catalogue edit crane.stopped patch.json --product harbor",
  );
}

function addSample(command: Command, { withClient }: Pick<Actions, "withClient">): void {
  withExamples(
    withProduct(command)
      .description("print the sample body of an event type")
      .addOption(envelope())
      .action(withClient(async () => (await loadCatalogue()).sampleEventType)),
    "catalogue sample jira:issue_created",
  );
}

const withProduct = (command: Command): Command =>
  command.option("--product <key>", "of this product", "jira");

const envelope = () =>
  new Option("--envelope <name>", "of the sample, for Confluence").choices(["connect", "cloud"]);
