/** `callboard sites …`: names, options and help. */
import type { Command } from "commander";
import { JSON_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addSiteCommands(program: Command, { withClient }: Actions): void {
  const sites = program.command("sites").description("sites: one product instance each");
  sites
    .command("list", { isDefault: true })
    .description("list them")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/sites.ts")).listSites));
  sites
    .command("add <key>")
    .description("add one; its key is fixed for ever")
    .requiredOption("--product <key>", "the product that it is a site of, such as confluence")
    .option("--name <name>", "what people see")
    .option("--base-url <url>", "where the product itself answers, if it does")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/sites.ts")).addSite));
}
