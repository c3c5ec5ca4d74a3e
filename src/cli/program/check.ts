/** `callboard check`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { JSON_FLAG, collect } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addCheckCommand(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("check [url] [command...]")
      .description("test an add-on: the contract of its descriptor, and attacks that it must refuse")
      .option("--only <names...>", "these checks: IDs, groups, or with * for any text")
      .option("--list", "list the checks, and make none")
      .option("--product <file>", "product file of an own product; can be given several times", collect, [])
      .option("--timeout <duration>", "how long one response may take", "5s")
      .option("--port <number>", "port of the temporary host; 2990, or any free one with a command")
      .option("--junit <file>", "also write a report as JUnit XML")
      .option("--i-own-this-url", "the add-on is on another machine, and it is yours")
      .option(...JSON_FLAG)
      .action(alone(async () => (await import("../commands/check.ts")).check)),
    "check http://localhost:3000/atlassian-connect.json -- npm start",
  );
}
