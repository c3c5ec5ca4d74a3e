/** `callboard sites …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { RETRY_SCHEDULES } from "../../host/model/retry-schedules.ts";
import { withExamples } from "./examples.ts";
import { YES_FLAG, listCommand, withListOptions } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/sites.ts");

export function addSiteCommands(program: Command, { withClient }: Actions): void {
  const sites = program.command("sites").description("sites: one product instance each");
  withExamples(
    withListOptions(listCommand(sites))
      .description("list them")
      .action(withClient(async () => (await load()).listSites)),
    "sites list",
  );
  withExamples(
    sites
      .command("show <key>")
      .description("show one")
      .action(withClient(async () => (await load()).showSite)),
    "sites show jira",
  );
  withExamples(
    withValues(sites.command("create <key>").alias("add"))
      .description("create one; its key is fixed for ever")
      .requiredOption("--product <key>", "the product that it is a site of, such as confluence")
      .action(withClient(async () => (await load()).createSite)),
    "sites create wiki --product confluence --name Docs",
  );
  withExamples(
    withValues(sites.command("edit <key>"))
      .description("change one; what is not given stays as it is")
      .action(withClient(async () => (await load()).editSite)),
    "sites edit wiki --name Documentation",
    "sites edit wiki --retention 90d --event-retention page_viewed=1d",
    'sites edit wiki --base-url ""',
  );
  withExamples(
    sites
      .command("delete <key>")
      .description("delete one with everything on it; its add-ons are uninstalled")
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).deleteSite)),
    "sites delete wiki",
  );
}

const withValues = (command: Command): Command =>
  command
    .option("--name <name>", "what people see")
    .option("--base-url <url>", 'where the product itself answers, if it does; "" for a URL of this server')
    .addOption(
      new Option("--retry-profile <name>", 'retry schedule; "" for that of the product').choices([
        ...Object.keys(RETRY_SCHEDULES),
        "",
      ]),
    )
    .addOption(
      new Option(
        "--install-signing <kind>",
        "of installed callbacks: signed (RS256), or legacy for add-ons from before it",
      ).choices(["signed", "legacy"]),
    )
    .addOption(
      new Option("--envelope <name>", "of event bodies, on Confluence sites").choices(["connect", "cloud"]),
    )
    .option("--user-parameters", "add user_id and user_key to the URLs of add-ons")
    .option("--no-user-parameters", "leave them out")
    .option(
      "--retention <duration>",
      'age at which its events and deliveries are deleted; "" for the host\'s',
    )
    .option("--body-retention <duration>", 'age at which its bodies are deleted; "" for the host\'s')
    .option(
      "--event-retention <rule...>",
      'the same for event types, such as jira:issue_created=90d; "" for none',
    );
