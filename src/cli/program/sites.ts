/** `callboard sites …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { eventAges, orEmpty, retention } from "./option-values.ts";
import { YES_FLAG, listCommand, retryProfileOption, withListOptions } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/sites.ts");

export function addSiteCommands(program: Command, { withClient }: Actions): void {
  const sites = program.command("sites").description("Sites: one for each product instance");
  withExamples(
    withListOptions(listCommand(sites))
      .description("List the sites")
      .action(withClient(async () => (await load()).listSites)),
    "sites list",
  );
  withExamples(
    sites
      .command("show <key>")
      .description("Show a site")
      .action(withClient(async () => (await load()).showSite)),
    "sites show jira",
  );
  withExamples(
    withValues(sites.command("create <key>").alias("add"))
      .description("Create a site; its key can't be changed later")
      .requiredOption("--product <key>", "Product of the site, such as confluence")
      .action(withClient(async () => (await load()).createSite)),
    "sites create wiki --product confluence --name Docs",
  );
  withExamples(
    withValues(sites.command("edit <key>"))
      .description("Change a site; omitted options keep their value")
      .action(withClient(async () => (await load()).editSite)),
    "sites edit wiki --name Documentation",
    "sites edit wiki --retention 90d --event-retention page_viewed=1d",
    'sites edit wiki --base-url ""',
  );
  withExamples(
    sites
      .command("delete <key>")
      .description("Delete a site with everything on it; its add-ons are uninstalled")
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).deleteSite)),
    "sites delete wiki",
  );
}

const withValues = (command: Command): Command =>
  command
    .option("--name <name>", "Display name")
    .option("--base-url <url>", 'URL of the product itself; "" for a URL of this server')
    .addOption(retryProfileOption("product"))
    .addOption(
      new Option(
        "--install-signing <kind>",
        "Signing of installed callbacks: signed (RS256), or legacy for older add-ons",
      ).choices(["signed", "legacy"]),
    )
    .addOption(
      new Option("--envelope <name>", "Envelope of event bodies on Confluence sites").choices([
        "connect",
        "cloud",
      ]),
    )
    .option("--user-parameters", "Add user_id and user_key to the URLs of add-ons")
    .option("--no-user-parameters", "Leave user_id and user_key out")
    .option(
      "--retention <duration>",
      'Age at which events and deliveries of the site are deleted, such as 30d; "" for that of the server',
      orEmpty(retention),
    )
    .option(
      "--body-retention <duration>",
      'Age at which bodies of the site are deleted, such as 7d; "" for that of the server',
      orEmpty(retention),
    )
    .option(
      "--event-retention <rule...>",
      'Age for single event types, such as jira:issue_created=90d; "" for none',
      eventAges,
    );
