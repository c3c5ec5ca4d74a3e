/** `callboard listen` and `listeners …`: names, options and help. */
import type { Command } from "commander";
import { JSON_FLAG, SITE, wholeNumber } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addListenCommands(program: Command, { withClient }: Actions): void {
  program
    .command("listen")
    .description("forward deliveries of a remote server to an application on this machine, until Ctrl-C")
    .requiredOption("--forward <url>", "base URL of the application, such as http://localhost:3000")
    .option(...SITE)
    .option("--events <names>", "event types with commas between, such as 'jira:issue_*'; all when left out")
    .option(
      "--addon <key>",
      "take over the deliveries of this add-on; without it a temporary webhook is made",
    )
    .option("--print-secret", "show the secret that verifies the deliveries of the temporary webhook")
    .option("--count <number>", "end after so many deliveries", wholeNumber())
    .option("--json", "print one JSON object a line")
    .addHelpText(
      "after",
      "\nThe application's responses are the attempts that the server records, and it retries as always.\n\nExamples:\n  callboard listen --forward http://localhost:3000/hook --events 'jira:issue_*'\n  callboard listen --forward http://localhost:3000 --addon com.example.addon",
    )
    .action(withClient(async () => (await import("../commands/listen.ts")).listen));

  const listeners = program
    .command("listeners")
    .description("programs that get the deliveries of a receiver: callboard listen");
  listeners
    .command("list", { isDefault: true })
    .description("list them with their receivers")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/listen.ts")).listListeners));
  listeners
    .command("end <id>")
    .description("end one: its temporary webhook is deleted, or the add-on gets its deliveries again")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/listen.ts")).endListener));
}
