/** `callboard test`: names, options and help. */
import type { Command } from "commander";
import { DEFAULT_PRODUCT } from "../../catalogue/default-product.ts";
import { withExamples } from "./examples.ts";
import { JSON_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addTestCommand(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("test")
      .description(
        "run a command beside a test host in memory, and pass its exit code on: callboard test -- npm test",
      )
      .argument("<command...>", "the command and its arguments, after --")
      .option(
        "--product <key|file>",
        "product of the site: a built-in one, or a product file",
        DEFAULT_PRODUCT,
      )
      .option("--site <key>", "key of the site; that of the product when left out")
      .option("--retry-schedule <name|delays>", "jira, standard, dev, or delays such as 200ms,1s", "dev")
      .option(...JSON_FLAG)
      .action(alone(async () => (await import("../commands/test.ts")).runTests)),
    "test -- npm test",
  );
}
