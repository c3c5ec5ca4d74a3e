/** `callboard endpoints …` and `status`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import {
  DRY_RUN_FLAG,
  ONLY_SITE,
  ORDER_BY,
  SITE,
  YES_FLAG,
  listCommand,
  retryProfileOption,
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
    .description("Endpoints: the URL origins of each receiver, with their state");
  withExamples(
    withLogOptions(listCommand(endpoints))
      .description("List the endpoints in use; those that need attention come first")
      .option(...ONLY_SITE)
      .addOption(
        new Option("--state <state>", "Only in this state").choices([
          "paused",
          "inactive",
          "circuit-open",
          "failing",
          "disabled",
          "healthy",
        ]),
      )
      .option("--search <text>", "Only with this text in the name, key or origin")
      .action(withClient(async () => (await load()).listEndpoints)),
    "endpoints list --state paused",
  );
  withExamples(
    endpoints
      .command("show <number>")
      .description("Show an endpoint with its figures, and why nothing is being sent to it")
      .option(...SITE)
      .action(withClient(async () => (await load()).showEndpoint)),
    "endpoints show 3 --site jira",
  );
  withExamples(
    withTls(withHeaders(withPace(endpoints.command("update <number>"))))
      .description(
        "Change the settings of an add-on's endpoint; omitted options keep their value (for an outgoing webhook: webhooks edit)",
      )
      .option(...SITE)
      .addOption(retryProfileOption("site"))
      .option(...ORDER_BY)
      .action(withClient(async () => (await load()).updateEndpoint)),
    "endpoints update 3 --rate 5/second",
    "endpoints update 3 --tls-certificate client.pem --tls-key client.key",
  );
  withExamples(
    endpoints
      .command("try <number>")
      .description(
        "Send the delivery that has waited longest now, even if the endpoint is paused or its circuit is open",
      )
      .option(...SITE)
      .action(withClient(async () => (await load()).tryEndpoint)),
    "endpoints try 3",
  );
  withExamples(
    endpoints
      .command("resume <number>")
      .description(
        "Resume a paused endpoint, and subscriptions made inactive by 410 or webhook-delivery: disable",
      )
      .option(...SITE)
      .action(withClient(async () => (await load()).resumeEndpoint)),
    "endpoints resume 3",
  );
  withExamples(
    endpoints
      .command("cancel <number>")
      .description("Cancel all waiting deliveries of an endpoint")
      .option(...SITE)
      .option(...DRY_RUN_FLAG)
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).cancelWaiting)),
    "endpoints cancel 3 --dry-run",
  );

  withExamples(
    program
      .command("status")
      .description(
        "Show the processes, the waiting deliveries, why nothing is being sent, and the levels of the limits",
      )
      .option(...ONLY_SITE)
      .action(withClient(async () => (await import("../commands/status.ts")).status)),
    "status",
  );
}
