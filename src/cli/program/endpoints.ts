/** `callboard endpoints …` and `status`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { RETRY_SCHEDULES } from "../../host/model/retry-schedules.ts";
import { withExamples } from "./examples.ts";
import {
  DRY_RUN_FLAG,
  ORDER_BY,
  SITE,
  YES_FLAG,
  listCommand,
  withHeaders,
  withLogOptions,
  withPace,
  withTls,
} from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/endpoints.ts");

export function addEndpointCommands(program: Command, { withClient }: Actions): void {
  const endpoints = program
    .command("endpoints")
    .description("endpoints: where receivers are sent to, and how they stand");
  withExamples(
    withLogOptions(listCommand(endpoints))
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
      .action(withClient(async () => (await load()).listEndpoints)),
    "endpoints list --state paused",
  );
  withExamples(
    endpoints
      .command("show <number>")
      .description("show one with its figures, and why nothing is being sent to it")
      .option(...SITE)
      .action(withClient(async () => (await load()).showEndpoint)),
    "endpoints show 3 --site jira",
  );
  withExamples(
    withTls(withHeaders(withPace(endpoints.command("update <number>"))))
      .description(
        'change the settings of an add-on\'s endpoint; what is left out stays as it is, "" takes a value away (an outgoing webhook has its own: webhooks edit)',
      )
      .option(...SITE)
      .addOption(
        new Option("--retry-profile <name>", 'retry schedule; "" for that of the site').choices([
          ...Object.keys(RETRY_SCHEDULES),
          "",
        ]),
      )
      .option(...ORDER_BY)
      .action(withClient(async () => (await load()).updateEndpoint)),
    "endpoints update 3 --rate 5/second",
    "endpoints update 3 --tls-certificate client.pem --tls-key client.key",
  );
  withExamples(
    endpoints
      .command("try <number>")
      .description("send the delivery that has waited longest at once, whatever a pause or circuit says")
      .option(...SITE)
      .action(withClient(async () => (await load()).tryEndpoint)),
    "endpoints try 3",
  );
  withExamples(
    endpoints
      .command("resume <number>")
      .description("resume one that is paused, and its subscriptions that a 410 made inactive")
      .option(...SITE)
      .action(withClient(async () => (await load()).resumeEndpoint)),
    "endpoints resume 3",
  );
  withExamples(
    endpoints
      .command("cancel <number>")
      .description("cancel everything that waits for one")
      .option(...SITE)
      .option(...DRY_RUN_FLAG)
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).cancelWaiting)),
    "endpoints cancel 3 --dry-run",
  );

  withExamples(
    program
      .command("status")
      .description("show what runs, what waits, why nothing is being sent, and the levels of the limits")
      .option("--site <key>", "this site only")
      .action(withClient(async () => (await import("../commands/status.ts")).status)),
    "status",
  );
}
