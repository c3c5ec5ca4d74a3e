/** `callboard endpoints …` and `status`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { JSON_FLAG, SITE, YES_FLAG, wholeNumber } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addEndpointCommands(program: Command, { withClient }: Actions): void {
  const endpoints = program
    .command("endpoints")
    .description("endpoints: where receivers are sent to, and how they stand");
  endpoints
    .command("list", { isDefault: true })
    .description("list those in use, the ones that need attention first")
    .option("--site <key>", "this site only")
    .addOption(
      new Option("--state <state>", "in this state only").choices([
        "paused",
        "inactive",
        "circuit-open",
        "failing",
        "disabled",
        "healthy",
      ]),
    )
    .option("--search <text>", "with this in the name, key or origin")
    .option("--limit <number>", "how many", wholeNumber(), 50)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/endpoints.ts")).listEndpoints));
  endpoints
    .command("show <number>")
    .description("show one with its figures, and why nothing is being sent to it")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/endpoints.ts")).showEndpoint));
  endpoints
    .command("try <number>")
    .description("send the delivery that has waited longest at once, whatever a pause or circuit says")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/endpoints.ts")).tryEndpoint));
  endpoints
    .command("resume <number>")
    .description("resume one that is paused, and its subscriptions that a 410 made inactive")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/endpoints.ts")).resumeEndpoint));
  endpoints
    .command("cancel <number>")
    .description("cancel everything that waits for one")
    .option(...SITE)
    .option("--dry-run", "only count")
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/endpoints.ts")).cancelWaiting));

  program
    .command("status")
    .description("show what runs, what waits, why nothing is being sent, and the levels of the limits")
    .option("--site <key>", "this site only")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/status.ts")).status));
}
