/** `callboard deliveries …`, `redeliver` and `replay …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { JSON_FLAG, SITE, TIMEOUT_FLAG, UNTIL_DONE_FLAG, YES_FLAG, wholeNumber } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addDeliveryCommands(program: Command, { withClient }: Actions): void {
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
    .action(withClient(async () => (await import("../commands/deliveries.ts")).listDeliveries));
  deliveries
    .command("show <id>")
    .description("show a delivery with every attempt")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/deliveries.ts")).showDelivery));
  filtered(deliveries.command("tail"))
    .description("print deliveries as they are made and settled, one line or JSON document each")
    .option("--count <number>", "end after so many lines", wholeNumber())
    .action(withClient(async () => (await import("../commands/tail.ts")).tail));

  filtered(deliveries.command("cancel"))
    .description("cancel all waiting deliveries that match the filter")
    .option("--dry-run", "only count")
    .option(...YES_FLAG)
    .action(withClient(async () => (await import("../commands/deliveries.ts")).cancelDeliveries));

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
    .action(withClient(async () => (await import("../commands/redeliver.ts")).redeliver));

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
    .action(withClient(async () => (await import("../commands/replay.ts")).replay));
  replay
    .command("list")
    .description("list replays, newest first")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/replay.ts")).listReplays));
  replay
    .command("show <id>")
    .description("show the progress of a replay, and why events were left out")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/replay.ts")).showReplay));
  replay
    .command("cancel <id>")
    .description("cancel a replay, and its deliveries that wait")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/replay.ts")).cancelReplay));
}
