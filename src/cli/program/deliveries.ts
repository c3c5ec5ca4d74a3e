/** `callboard deliveries …`, `redeliver`, `replays …` and `replay`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { FAILURE_REASONS } from "../../host/model/delivery.ts";
import { withExamples } from "./examples.ts";
import {
  DRY_RUN_FLAG,
  SITE,
  TIMEOUT_FLAG,
  UNTIL_DONE_FLAG,
  YES_FLAG,
  listCommand,
  wholeNumber,
  withLogOptions,
} from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/deliveries.ts");
const loadReplay = () => import("../commands/replay.ts");

export function addDeliveryCommands(program: Command, actions: Actions): void {
  const { withClient } = actions;
  const deliveries = program
    .command("deliveries")
    .description("the delivery log: what was sent to whom, and what came back");
  withExamples(
    withLogOptions(withFilter(listCommand(deliveries)))
      .description("list deliveries, newest first")
      .addOption(reason())
      .action(withClient(async () => (await load()).listDeliveries)),
    "deliveries list --state failed --since 1h",
    "deliveries list -q evt_1_0197f8a4b7e57d0a8d1f3c2b00000000",
  );
  withExamples(
    deliveries
      .command("show <id>")
      .description("show a delivery with every attempt")
      .option("--headers", "with the headers of every attempt; else those of the first, and what changed")
      .action(withClient(async () => (await load()).showDelivery)),
    "deliveries show dlv_1_0197f8a4b7e57d0a8d1f3c2b00000001",
  );
  withExamples(
    withFilter(deliveries.command("tail"))
      .description("print deliveries as they are made and settled, one line or JSON document each")
      .option("--count <number>", "end after so many lines", wholeNumber())
      .action(withClient(async () => (await import("../commands/tail.ts")).tail)),
    "deliveries tail --site jira",
  );
  withExamples(
    withFilter(deliveries.command("cancel [id]"))
      .description("cancel a waiting delivery, or all that match the filter")
      .option(...DRY_RUN_FLAG)
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).cancelDeliveries)),
    "deliveries cancel dlv_1_0197f8a4b7e57d0a8d1f3c2b00000001",
    "deliveries cancel --addon com.example.bell --dry-run",
  );
  addRedeliver(deliveries, actions);
  addRedeliver(program, actions);

  const replays = program
    .command("replays")
    .description("replays: past events, sent to a receiver that did not get them");
  addReplay(replays.command("create"), actions);
  addReplayCommands(replays, actions);
  const replay = program.command("replay");
  addReplay(replay, actions);
  // The group had this name before.
  addReplayCommands(replay, actions, { hidden: true });
}

const withFilter = (command: Command): Command =>
  command
    .option("--site <key>", "on this site only")
    .option("--addon <key>", "to this add-on only")
    .option("--webhook <id>", "to this outgoing webhook only")
    .option("--endpoint <number>", "to this endpoint of the site only; with --site")
    .option("--event <name>", "of this event type only")
    .addOption(
      new Option("--state <state>", "in this state only").choices([
        "waiting",
        "leased",
        "delivered",
        "failed",
      ]),
    )
    .option("--since <time>", "from this time on: 2026-01-31T12:00:00Z, or 1h for an hour ago")
    .option("--until <time>", "before this time")
    .option(
      "-q, --search <text>",
      "an ID, an event type or the beginning of a URL; within an hour, text of bodies",
    )
    .option("--test", "test deliveries only")
    .option("--no-test", "no test deliveries");

const reason = () =>
  new Option("--reason <reason>", "that failed for this reason only").choices(FAILURE_REASONS);

function addRedeliver(parent: Command, { withClient }: Actions): void {
  withExamples(
    withFilter(parent.command("redeliver [id]"))
      .description(
        "deliver again: one delivery, or with --failed all that failed and fit the filter; tests are left out",
      )
      .addOption(reason())
      .option("--failed", "all failed deliveries that fit; without a filter it asks, or needs --yes")
      .option(...DRY_RUN_FLAG)
      .option("--wait", "wait for the delivery, print each attempt, and exit by its outcome")
      .option(...UNTIL_DONE_FLAG)
      .option(...TIMEOUT_FLAG)
      .option(...YES_FLAG)
      .action(withClient(async () => (await import("../commands/redeliver.ts")).redeliver)),
    "redeliver dlv_1_0197f8a4b7e57d0a8d1f3c2b00000001 --wait",
    "redeliver --failed --addon com.example.bell --since 1d",
  );
}

function addReplay(command: Command, { withClient }: Actions): void {
  withExamples(
    command
      .description("send past events to a receiver that did not get them")
      .option(...SITE)
      .addOption(new Option("--to-addon <key>", "add-on that missed them").conflicts("toWebhook"))
      .option("--to-webhook <id>", "outgoing webhook that missed them")
      .option("--since <time>", "from this time on: 2026-01-31T12:00:00Z, or 7d for seven days ago")
      .option("--until <time>", "before this time; now when left out")
      .option("--event <name...>", "event types to send, such as 'jira:issue_*'; all when left out")
      .option("--all", "send events again that were delivered")
      .option("--dry-run", "only tell which events would be sent")
      .option("--wait", "wait until the replay is done and nothing of it waits, and print its progress")
      .action(withClient(async () => (await loadReplay()).createReplay)),
    "replay --to-addon com.example.bell --since 7d --wait",
  );
}

function addReplayCommands(
  group: Command,
  { withClient }: Actions,
  { hidden = false }: { readonly hidden?: boolean } = {},
): void {
  withExamples(
    withLogOptions(group.command("list", { isDefault: !hidden, hidden }).allowExcessArguments(!hidden))
      .description("list replays, newest first")
      .option(...SITE)
      .addOption(
        new Option("--state <state>", "in this state only").choices(["running", "done", "cancelled"]),
      )
      .option("--search <text>", "to a receiver with this in its name, key, ID or URL")
      .action(withClient(async () => (await loadReplay()).listReplays)),
    "replays list",
  );
  withExamples(
    group
      .command("show <id>", { hidden })
      .description("show the progress of a replay, and why events were left out")
      .option(...SITE)
      .action(withClient(async () => (await loadReplay()).showReplay)),
    "replays show rpl_1_1",
  );
  withExamples(
    group
      .command("cancel <id>", { hidden })
      .description("cancel a replay, and its deliveries that wait")
      .option(...SITE)
      .action(withClient(async () => (await loadReplay()).cancelReplay)),
    "replays cancel rpl_1_1",
  );
}
