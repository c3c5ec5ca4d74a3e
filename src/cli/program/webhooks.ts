/** `callboard webhooks …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { RETRY_SCHEDULES } from "../../host/model/retry-schedules.ts";
import { withExamples } from "./examples.ts";
import {
  ORDER_BY,
  SITE,
  YES_FLAG,
  listCommand,
  wholeNumber,
  withHeaders,
  withListOptions,
  withPace,
  withTls,
} from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/webhooks.ts");
const loadTests = () => import("../commands/webhook-tests.ts");

export function addWebhookCommands(program: Command, actions: Actions): void {
  const webhooks = program.command("webhooks").description("outgoing webhooks of a site");
  addLists(webhooks, actions);
  addChanges(webhooks, actions);
  addTests(webhooks, actions);
}

function addLists(webhooks: Command, { withClient }: Actions): void {
  withExamples(
    withListOptions(listCommand(webhooks))
      .description("list them with the status of the last attempt")
      .option(...SITE)
      .action(withClient(async () => (await load()).listWebhooks)),
    "webhooks list --site jira",
  );
  withExamples(
    webhooks
      .command("show <id>")
      .description("show one; its secret is never shown")
      .option(...SITE)
      .action(withClient(async () => (await load()).showWebhook)),
    "webhooks show whk_1_1",
  );
}

function addChanges(webhooks: Command, { withClient }: Actions): void {
  withExamples(
    withValues(webhooks.command("create <url>").alias("add"))
      .description("create one, in the format of the site's product")
      .addOption(
        new Option(
          "--verify <check>",
          "ask the URL first: it must answer a ping with a 2xx, or send the value of a challenge back",
        ).choices(["ping", "challenge"]),
      )
      .option("--generate-secret", "make a secret that signs what is sent; it is shown this once")
      .action(withClient(async () => (await load()).createWebhook)),
    "webhooks create https://hooks.example.com/jira --event jira:issue_created",
  );
  withExamples(
    withValues(webhooks.command("edit <id>"))
      .description(
        'change one; what is left out stays as it is, --project "", --filter "", --body-filter "" and --template "" take theirs away',
      )
      .option("--url <url>", "where to send to")
      .addOption(new Option("--all-events", "send every event from now on").conflicts("event"))
      .option("--generate-secret", "make a secret that signs what is sent; it is shown this once")
      .option("--active", "switch it on")
      .option("--no-active", "switch it off; what waits is held for up to 24 h")
      .action(withClient(async () => (await load()).editWebhook)),
    "webhooks edit whk_1_1 --no-active",
  );
  withExamples(
    webhooks
      .command("delete <id>")
      .description("delete one; the delivery log stays")
      .option(...SITE)
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).deleteWebhook)),
    "webhooks delete whk_1_1",
  );
  withExamples(
    webhooks
      .command("rotate-secret <id>")
      .description("make a new signing secret, shown this once; the old one signs beside it for 24 h")
      .option(...SITE)
      .action(withClient(async () => (await load()).rotateWebhookSecret)),
    "webhooks rotate-secret whk_1_1",
  );
  withExamples(
    webhooks
      .command("resume <id>")
      .description("resume one that is paused, or that a 410 made inactive")
      .option(...SITE)
      .action(withClient(async () => (await load()).resumeWebhook)),
    "webhooks resume whk_1_1",
  );
}

function addTests(webhooks: Command, { withClient }: Actions): void {
  withExamples(
    webhooks
      .command("test <id> <event>")
      .alias("execute")
      .description("send a test, never retried, and end by its result")
      .option(...SITE)
      .option("--data <file>", "payload to send instead of the sample; - is standard input")
      .action(withClient(async () => (await loadTests()).testWebhook)),
    "webhooks test whk_1_1 jira:issue_created",
  );
  withExamples(
    withValues(webhooks.command("test-url <url> <event>"))
      .description("send a test to a URL, as a webhook with these values would; nothing is created")
      .option("--data <file>", "payload to send instead of the sample; - is standard input")
      .action(withClient(async () => (await loadTests()).testUrl)),
    "webhooks test-url https://hooks.example.com/jira jira:issue_created",
  );
  withExamples(
    withValues(webhooks.command("preview <id-or-url> <event>"))
      .description("show what a webhook would send, for a sample and the latest events; nothing is sent")
      .option("--data <file>", "payload to show instead of the sample; - is standard input")
      .option("--limit <number>", "how many of the latest events, up to 10", wholeNumber(10), 3)
      .action(withClient(async () => (await loadTests()).previewWebhook)),
    "webhooks preview https://hooks.example.com/chat jira:issue_created --format slack",
  );
  withExamples(
    webhooks
      .command("try-filter <json>")
      .description("tell which of the latest events a body filter matches; @FILE reads it from a file")
      .option(...SITE)
      .option("--event <name>", "events of this type only, with * for any text")
      .option("--limit <number>", "how many, up to 100", wholeNumber(100), 20)
      .action(withClient(async () => (await loadTests()).tryBodyFilter)),
    `webhooks try-filter '{"issue.key":"DEMO-7"}'`,
  );
}

const withValues = (command: Command): Command =>
  withTls(withAuthentication(withHeaders(withContents(withPace(command)))))
    .addOption(
      new Option("--retry-profile <name>", 'retry schedule; "" for that of the site').choices([
        ...Object.keys(RETRY_SCHEDULES),
        "",
      ]),
    )
    .option(...ORDER_BY)
    .option(
      "--batch <max,time>",
      'send up to so many events in one request, gathered for so long, such as 50,2s; "" for one event in each',
    );

const withAuthentication = (command: Command): Command =>
  command.option(
    "--authentication <json>",
    'basic, bearer or oauth2 with its members, never shown again; @FILE reads it from a file, "" removes it',
  );

const withContents = (command: Command): Command =>
  command
    .option(...SITE)
    .option("--name <name>", "what people see")
    .option("--owner <name>", 'tenant that it belongs to; "" for none')
    .option(
      "--format <name>",
      "of the bodies; the site's product when left out. Chat and alert tools: slack, teams, discord, google-chat, pagerduty. Others: cloudevents, cloudevents-binary, template; standard for operational events",
    )
    .option(
      "--template <json>",
      "JSON with the tags of Mustache, for format template; @FILE reads it from a file",
    )
    .option(
      "--routing-key-file <file>",
      "file with the integration key of PagerDuty, for format pagerduty; - is standard input",
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
    .option("--exclude-body", "send no body")
    .option("--no-exclude-body", "send the body")
    .option("--description <text>", "what it is for")
    .addOption(
      new Option(
        "--signature <scheme>",
        "standard: Standard Webhooks with a secret; ed25519: with a key pair, which is made; hub-256: X-Hub-Signature-256; hub: X-Hub-Signature, in Jira's format only",
      ).choices(["standard", "ed25519", "hub-256", "hub"]),
    );
