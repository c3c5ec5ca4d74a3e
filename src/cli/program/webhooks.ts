/** `callboard webhooks …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { batch, orEmpty } from "./option-values.ts";
import {
  ORDER_BY,
  PAYLOAD_FLAG,
  SITE,
  YES_FLAG,
  listCommand,
  retryProfileOption,
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
  const webhooks = program.command("webhooks").description("Outgoing webhooks of a site");
  addLists(webhooks, actions);
  addChanges(webhooks, actions);
  addTests(webhooks, actions);
}

function addLists(webhooks: Command, { withClient }: Actions): void {
  withExamples(
    withListOptions(listCommand(webhooks))
      .description("List the outgoing webhooks with the status of their last attempt")
      .option(...SITE)
      .action(withClient(async () => (await load()).listWebhooks)),
    "webhooks list --site jira",
  );
  withExamples(
    webhooks
      .command("show <id>")
      .description("Show an outgoing webhook, without its secrets")
      .option(...SITE)
      .action(withClient(async () => (await load()).showWebhook)),
    "webhooks show whk_1_1",
  );
}

function addChanges(webhooks: Command, { withClient }: Actions): void {
  withExamples(
    withValues(webhooks.command("create <url>").alias("add"))
      .description("Create an outgoing webhook")
      .addOption(
        new Option(
          "--verify <check>",
          "Check the URL first: it must respond 2xx to a ping, or return the value of a challenge",
        ).choices(["ping", "challenge"]),
      )
      .option("--generate-secret", "Generate a signing secret, shown only once")
      .action(withClient(async () => (await load()).createWebhook)),
    "webhooks create https://hooks.example.com/jira --event jira:issue_created",
    "webhooks create https://hooks.slack.com/services/T0/B0/X0 --format slack --event 'jira:issue_*'",
    "webhooks create https://hooks.example.com/jira --rate 5/second --batch 50,2s",
    "webhooks create https://hooks.example.com/jira --order-by /issue/id --signature ed25519",
    "webhooks create https://hooks.example.com/jira --headers @headers.json --authentication @authentication.json",
  );
  withExamples(
    withValues(webhooks.command("edit <id>"))
      .description(
        'Change an outgoing webhook; omitted options keep their value, and --project "", --filter "", --body-filter "" and --template "" remove theirs',
      )
      .option("--url <url>", "URL that deliveries are sent to")
      .addOption(new Option("--all-events", "Send every event type from now on").conflicts("event"))
      .option("--generate-secret", "Generate a signing secret, shown only once")
      .option("--active", "Activate the webhook")
      .option("--no-active", "Deactivate the webhook; waiting deliveries are held for up to 24 hours")
      .action(withClient(async () => (await load()).editWebhook)),
    "webhooks edit whk_1_1 --no-active",
    "webhooks edit whk_1_1 --tls-certificate client.pem --tls-key client.key",
    "webhooks edit whk_1_1 --request-timeout 10s --retry-delays 5s,1m,1h",
  );
  withExamples(
    webhooks
      .command("delete <id>")
      .description("Delete an outgoing webhook; its past deliveries are kept")
      .option(...SITE)
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).deleteWebhook)),
    "webhooks delete whk_1_1",
  );
  withExamples(
    webhooks
      .command("rotate-secret <id>")
      .description("Generate a new signing secret, shown only once; the old one also signs for 24 hours")
      .option(...SITE)
      .action(withClient(async () => (await load()).rotateWebhookSecret)),
    "webhooks rotate-secret whk_1_1",
  );
  withExamples(
    webhooks
      .command("resume <id>")
      .description(
        "Resume an outgoing webhook that is paused, or made inactive by 410 or webhook-delivery: disable",
      )
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
      .description("Send a test delivery, which is never retried; exits with 1 if it fails")
      .option(...SITE)
      .option(...PAYLOAD_FLAG)
      .action(withClient(async () => (await loadTests()).testWebhook)),
    "webhooks test whk_1_1 jira:issue_created",
  );
  withExamples(
    withValues(webhooks.command("test-url <url> <event>"))
      .description("Send a test delivery to a URL, as a webhook with these options would; creates nothing")
      .option(...PAYLOAD_FLAG)
      .action(withClient(async () => (await loadTests()).testUrl)),
    "webhooks test-url https://hooks.example.com/jira jira:issue_created",
  );
  withExamples(
    withValues(webhooks.command("preview <id-or-url> <event>"))
      .description("Show what a webhook would send for the sample and the latest events; sends nothing")
      .option(...PAYLOAD_FLAG)
      .option("--limit <number>", "Number of latest events, up to 10", wholeNumber(10), 3)
      .action(withClient(async () => (await loadTests()).previewWebhook)),
    "webhooks preview https://hooks.example.com/chat jira:issue_created --format slack",
  );
  withExamples(
    webhooks
      .command("try-filter <json>")
      .description(
        "Show which of the latest events a body filter matches; @FILE reads the filter from a file",
      )
      .option(...SITE)
      .option("--event <name>", "Only event types with this name; * stands for any text")
      .option("--limit <number>", "Number of latest events, up to 100", wholeNumber(100), 20)
      .action(withClient(async () => (await loadTests()).tryBodyFilter)),
    `webhooks try-filter '{"issue.key":"DEMO-7"}'`,
  );
}

const withValues = (command: Command): Command =>
  withTls(withAuthentication(withHeaders(withContents(withPace(command)))))
    .addOption(retryProfileOption("site"))
    .option(...ORDER_BY)
    .option(
      "--batch <max,time>",
      'Maximum number of events in one request, and the time for which they gather, such as 50,2s; "" for one event in each',
      orEmpty(batch),
    );

const withAuthentication = (command: Command): Command =>
  command.option(
    "--authentication <json>",
    'Authentication at the receiver: basic, bearer or oauth2 with its members, never shown again; @FILE reads it from a file, "" removes it',
  );

const withContents = (command: Command): Command =>
  command
    .option(...SITE)
    .option("--name <name>", "Display name")
    .option("--owner <name>", 'Tenant that owns the webhook; "" for none')
    .option(
      "--format <name>",
      "Format of the bodies (default: that of the site's product): slack, teams, discord, google-chat, pagerduty, cloudevents, cloudevents-binary, template; for operational events also standard",
    )
    .option(
      "--template <json>",
      "JSON with Mustache tags, for the format template; @FILE reads it from a file",
    )
    .option(
      "--routing-key-file <file>",
      "File with the integration key of PagerDuty, for the format pagerduty; - is standard input",
    )
    .option(
      "--event <name...>",
      "Event types to send, such as 'jira:issue_*', or Backlog's by number (default: all)",
    )
    .option("--project <key>", "Only events of this project")
    .option("--filter <jql>", "Only events of these issues (Jira)")
    .option(
      "--body-filter <json>",
      "Only events whose body meets these conditions; @FILE reads them from a file",
    )
    .option("--exclude-body", "Send no body")
    .option("--no-exclude-body", "Send the body")
    .option("--description <text>", "Description for administrators")
    .addOption(
      new Option(
        "--signature <scheme>",
        "Signature: standard (Standard Webhooks with a secret), ed25519 (the same with a generated key pair), hub-256 (X-Hub-Signature-256), or hub (X-Hub-Signature, in Jira's format only)",
      ).choices(["standard", "ed25519", "hub-256", "hub"]),
    );
