/** `callboard webhooks …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { JSON_FLAG, SITE, YES_FLAG, wholeNumber } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addWebhookCommands(program: Command, { withClient }: Actions): void {
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
      .addOption(
        new Option(
          "--signature <scheme>",
          "standard: Standard Webhooks with a secret; ed25519: with a key pair, which is made; hub-256: X-Hub-Signature-256; hub: X-Hub-Signature, in Jira's format only",
        ).choices(["standard", "ed25519", "hub-256", "hub"]),
      )
      .option("--generate-secret", "make a secret that signs what is sent; it is shown this once")
      .option(...JSON_FLAG);
  webhooks
    .command("list", { isDefault: true })
    .description("list them with the status of the last attempt")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/webhooks.ts")).listWebhooks));
  withValues(webhooks.command("add <url>"))
    .description("add one, in the format of the site's product")
    .action(withClient(async () => (await import("../commands/webhooks.ts")).addWebhook));
  withValues(webhooks.command("edit <id>"))
    .description(
      'change one; what is not told stays as it is, --project "", --filter "" and --body-filter "" take theirs away',
    )
    .option("--url <url>", "where to send to")
    .addOption(new Option("--all-events", "send every event from now on").conflicts("event"))
    .option("--active", "switch it on")
    .option("--no-active", "switch it off; what waits is held for up to 24 h")
    .action(withClient(async () => (await import("../commands/webhooks.ts")).editWebhook));
  webhooks
    .command("try-filter <json>")
    .description("tell which of the latest events a body filter matches; @FILE reads it from a file")
    .option(...SITE)
    .option("--event <name>", "events of this type only, with * for any text")
    .option("--limit <number>", "how many, up to 100", wholeNumber(100), 20)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/webhooks.ts")).tryBodyFilter));
  webhooks
    .command("delete <id>")
    .description("delete one; the sent log stays")
    .option(...SITE)
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/webhooks.ts")).deleteWebhook));
  webhooks
    .command("rotate-secret <id>")
    .description("make a new signing secret, shown this once; the old one signs beside it for 24 h")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/webhooks.ts")).rotateWebhookSecret));
  webhooks
    .command("execute <id> <event>")
    .description("send a test, never retried, and end by its result")
    .option(...SITE)
    .option("--data <file>", "payload to send instead of the sample; - is standard input")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/webhooks.ts")).executeWebhook));
}
