/** `callboard deliveries …`, `redeliver`, `replays …` and `replay`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { FAILURE_REASONS } from "../../host/model/delivery.ts";
import { REPLAY_STATES } from "../../host/model/replay.ts";
import { withExamples } from "./examples.ts";
import {
  DRY_RUN_FLAG,
  ONLY_SITE,
  SITE,
  UNTIL_DONE_FLAG,
  YES_FLAG,
  listCommand,
  timeoutOption,
  wholeNumber,
  withLogOptions,
  withPeriod,
} from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/deliveries.ts");
const loadReplay = () => import("../commands/replay.ts");

export function addDeliveryCommands(program: Command, actions: Actions): void {
  const { withClient } = actions;
  const deliveries = program
    .command("deliveries")
    .description("The delivery log: every delivery with its attempts and responses");
  withExamples(
    withLogOptions(withFilter(listCommand(deliveries)))
      .description("List deliveries, newest first")
      .addOption(reason())
      .action(withClient(async () => (await load()).listDeliveries)),
    "deliveries list --state failed --since 1h",
    "deliveries list -q evt_1_0197f8a4b7e57d0a8d1f3c2b00000000",
  );
  withExamples(
    deliveries
      .command("show <id>")
      .description("Show a delivery with every attempt")
      .option(
        "--headers",
        "Show the headers of every attempt (default: those of the first, and later changes)",
      )
      .action(withClient(async () => (await load()).showDelivery)),
    "deliveries show dlv_1_0197f8a4b7e57d0a8d1f3c2b00000001",
  );
  withExamples(
    withFilter(deliveries.command("tail"))
      .description(
        "Print deliveries as they are created and end, one line or JSON document each, until Ctrl-C",
      )
      .option("--count <number>", "Exit after this number of deliveries", wholeNumber())
      .action(withClient(async () => (await import("../commands/tail.ts")).tail)),
    "deliveries tail --site jira",
  );
  withExamples(
    withFilter(deliveries.command("cancel [id]"))
      .description("Cancel a waiting delivery, or all that match the filter")
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
    .description("Replays: past events, sent to a receiver that did not get them");
  addReplay(replays.command("create"), actions);
  addReplayCommands(replays, actions);
  const replay = program.command("replay");
  addReplay(replay, actions);
  // The group had this name before.
  addReplayCommands(replay, actions, { hidden: true });
}

const withFilter = (command: Command): Command =>
  withPeriod(command)
    .option(...ONLY_SITE)
    .option("--addon <key>", "Only this add-on")
    .option("--webhook <id>", "Only this outgoing webhook")
    .option("--endpoint <number>", "Only this endpoint of the site; requires --site")
    .option("--event <name>", "Only this event type")
    .addOption(
      new Option("--state <state>", "Only in this state").choices([
        "waiting",
        "leased",
        "delivered",
        "failed",
      ]),
    )
    .option(
      "-q, --search <text>",
      "Only with this ID, event type or start of a URL; in a period of up to an hour, also text of bodies",
    )
    .option("--test", "Only test deliveries")
    .option("--no-test", "No test deliveries");

const reason = () =>
  new Option("--reason <reason>", "Only with this failure reason").choices(FAILURE_REASONS);

function addRedeliver(parent: Command, { withClient }: Actions): void {
  withExamples(
    withFilter(parent.command("redeliver [id]"))
      .description(
        "Redeliver one delivery, or with --failed all failed deliveries that match the filter, without tests",
      )
      .addOption(reason())
      .option(
        "--failed",
        "All failed deliveries that match the filter; without a filter and a terminal, --yes is required",
      )
      .option(...DRY_RUN_FLAG)
      .option("--wait", "Wait for the delivery and print each attempt; exits with 1 unless it is delivered")
      .option(...UNTIL_DONE_FLAG)
      .addOption(timeoutOption())
      .option(...YES_FLAG)
      .action(withClient(async () => (await import("../commands/redeliver.ts")).redeliver)),
    "redeliver dlv_1_0197f8a4b7e57d0a8d1f3c2b00000001 --wait",
    "redeliver --failed --addon com.example.bell --since 1d",
  );
}

function addReplay(command: Command, { withClient }: Actions): void {
  withExamples(
    withPeriod(command)
      .description("Send past events to a receiver that did not get them")
      .option(...SITE)
      .addOption(new Option("--to-addon <key>", "Add-on to send the events to").conflicts("toWebhook"))
      .option("--to-webhook <id>", "Outgoing webhook to send the events to")
      .option("--event <name...>", "Event types to send, such as 'jira:issue_*' (default: all)")
      .option("--all", "Include events that the receiver got")
      .option(...DRY_RUN_FLAG)
      .option("--wait", "Wait for the last delivery of the replay, and print its progress")
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
      .description("List the replays of a site, newest first")
      .option(...SITE)
      .addOption(new Option("--state <state>", "Only in this state").choices(REPLAY_STATES))
      .option("--search <text>", "Only replays to a receiver with this text in its name, key, ID or URL")
      .action(withClient(async () => (await loadReplay()).listReplays)),
    "replays list",
  );
  withExamples(
    group
      .command("show <id>", { hidden })
      .description("Show the progress of a replay, and why events were left out")
      .option(...SITE)
      .action(withClient(async () => (await loadReplay()).showReplay)),
    "replays show rpl_1_1",
  );
  withExamples(
    group
      .command("cancel <id>", { hidden })
      .description("Cancel a replay and its waiting deliveries")
      .option(...SITE)
      .action(withClient(async () => (await loadReplay()).cancelReplay)),
    "replays cancel rpl_1_1",
  );
}
