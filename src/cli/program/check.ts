/** `callboard check`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { duration } from "./option-values.ts";
import { JSON_FLAG, collect } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addCheckCommand(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("check [url] [command...]")
      .description(
        "Test an add-on: the contract of its descriptor, and attacks that it must refuse; exits with 1 if a check fails",
      )
      .option("--only <names...>", "IDs or groups of the checks to run; * stands for any text (default: all)")
      .option("--list", "List the checks, and run none")
      .option(
        "--product <file>",
        "Product file of one of your own products; can be given several times",
        collect,
        [],
      )
      .addOption(
        new Option("--timeout <duration>", "Maximum time of each response, up to 60s")
          .argParser(duration({ example: "5s", minMs: 1, maxMs: 60_000 }))
          .default(5_000, "5s"),
      )
      .option("--port <number>", "Port of the temporary host (default: 2990; with a command, a free one)")
      .option("--junit <file>", "File for a report as JUnit XML")
      .option("--i-own-this-url", "Confirm that the add-on on another machine is yours")
      .option(...JSON_FLAG)
      .action(alone(async () => (await import("../commands/check.ts")).check)),
    "check http://localhost:3000/atlassian-connect.json -- npm start",
  );
}
