/** `callboard test`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { DEFAULT_PRODUCT } from "../../catalogue/default-product.ts";
import { withExamples } from "./examples.ts";
import { RETRY_SCHEDULES } from "../../host/model/retry-schedules.ts";
import type { RetryScheduleName } from "../../host/model/retry-schedules.ts";
import { delaysOr } from "./option-values.ts";
import { JSON_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addTestCommand(program: Command, { alone }: Actions): void {
  withExamples(
    program
      .command("test")
      .description("Run a command beside a test host in memory; exits with the exit code of the command")
      .argument("<command...>", "The command and its arguments, after --")
      .option(
        "--product <key|file>",
        "Product of the site: a built-in one, or a product file",
        DEFAULT_PRODUCT,
      )
      .option("--site <key>", "Key of the site (default: that of the product)")
      .addOption(
        new Option("--retry-schedule <name|delays>", "jira, standard, dev, or delays such as 200ms,1s")
          .argParser(delaysOr(...(Object.keys(RETRY_SCHEDULES) as RetryScheduleName[])))
          .default("dev"),
      )
      .option(...JSON_FLAG)
      .action(alone(async () => (await import("../commands/test.ts")).runTests)),
    "test -- npm test",
  );
}
