/** `callboard listen` and `listeners …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { SITE, listCommand, withListOptions, wholeNumber } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/listen.ts");

export function addListenCommands(program: Command, { withClient }: Actions): void {
  withExamples(
    program
      .command("listen")
      .description("Forward deliveries of a remote server to an application on this machine, until Ctrl-C")
      .requiredOption("--forward <url>", "Base URL of the application, such as http://localhost:3000")
      .option(...SITE)
      .option(
        "--events <names>",
        "Event types with commas between them, such as 'jira:issue_*' (default: all)",
      )
      .option(
        "--addon <key>",
        "Take over the deliveries of this add-on (default: create a temporary webhook)",
      )
      .option("--print-secret", "Print the signing secret of the temporary webhook")
      .option("--count <number>", "Exit after this number of deliveries", wholeNumber())
      .option("--json", "Print one JSON object for each delivery")
      .addHelpText(
        "after",
        "\nThe server records the responses of the application as attempts, and retries by its schedule.",
      )
      .action(withClient(async () => (await load()).listen)),
    "listen --forward http://localhost:3000/hook --events 'jira:issue_*'",
    "listen --forward http://localhost:3000 --addon com.example.addon",
  );
  addListeners(program, { withClient });
}

function addListeners(program: Command, { withClient }: Pick<Actions, "withClient">): void {
  const listeners = program
    .command("listeners")
    .description("Listeners: programs that get the deliveries of a receiver by callboard listen");
  withExamples(
    withListOptions(listCommand(listeners))
      .description("List the listeners with their receivers")
      .option(...SITE)
      .action(withClient(async () => (await load()).listListeners)),
    "listeners list --site jira",
  );
  withExamples(
    listeners
      .command("end <id>")
      .description("End a listener: deletes its temporary webhook, or returns the deliveries to the add-on")
      .option(...SITE)
      .action(withClient(async () => (await load()).endListener)),
    "listeners end lsn_1_0197f8a4b7e57d0a8d1f3c2b00000000",
  );
}
