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
      .description("forward deliveries of a remote server to an application on this machine, until Ctrl-C")
      .requiredOption("--forward <url>", "base URL of the application, such as http://localhost:3000")
      .option(...SITE)
      .option(
        "--events <names>",
        "event types with commas between, such as 'jira:issue_*'; all when left out",
      )
      .option(
        "--addon <key>",
        "take over the deliveries of this add-on; without it a temporary webhook is made",
      )
      .option("--print-secret", "show the secret that verifies the deliveries of the temporary webhook")
      .option("--count <number>", "end after so many deliveries", wholeNumber())
      .option("--json", "print one JSON object a line")
      .addHelpText(
        "after",
        "\nThe application's responses are the attempts that the server records, and it retries as always.",
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
    .description("programs that get the deliveries of a receiver: callboard listen");
  withExamples(
    withListOptions(listCommand(listeners))
      .description("list them with their receivers")
      .option(...SITE)
      .action(withClient(async () => (await load()).listListeners)),
    "listeners list --site jira",
  );
  withExamples(
    listeners
      .command("end <id>")
      .description("end one: its temporary webhook is deleted, or the add-on gets its deliveries again")
      .option(...SITE)
      .action(withClient(async () => (await load()).endListener)),
    "listeners end lsn_1_0197f8a4b7e57d0a8d1f3c2b00000000",
  );
}
