/** `callboard login-link` and `callboard portal …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { duration } from "./option-values.ts";
import { ONLY_SITE } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/portal.ts");

export function addPortalCommands(program: Command, { withClient }: Actions): void {
  withExamples(
    program
      .command("login-link")
      .description("Print a link that logs a vendor or a tenant in once, to its own pages")
      .addOption(new Option("--addon <key>", "Key of the vendor's add-on").conflicts("owner"))
      .option("--owner <name>", "Name of the tenant, as the owner of outgoing webhooks")
      .option(...ONLY_SITE)
      .addOption(
        new Option("--expires <duration>", "Lifetime of the link, from 1m up to 7d")
          .argParser(duration({ example: "1h", minMs: 60_000, maxMs: 604_800_000 }))
          .default(600_000, "10m"),
      )
      .action(withClient(async () => (await load()).createPortalLink)),
    "login-link --addon com.example.addon --site jira",
    'login-link --owner "Harbor Ltd" --site jira --expires 7d',
  );
  const portal = program.command("portal").description("Appearance of the pages of vendors and tenants");
  withExamples(
    portal
      .command("show", { isDefault: true })
      .allowExcessArguments()
      .description("Show the title, the logo, and the origins that may embed the pages")
      .action(withClient(async () => (await load()).showPortal)),
    "portal show",
  );
  withExamples(
    portal
      .command("edit")
      .description("Change the appearance; omitted options keep their value")
      .option("--title <text>", 'Title in place of "Callboard"; "" removes it')
      .option("--logo <file>", 'PNG, JPEG or WebP image of up to 64 KiB; "" removes it')
      .option("--origin <origin...>", 'Origins whose pages may embed a portal; "" for none')
      .action(withClient(async () => (await load()).editPortal)),
    'portal edit --title "Harbor webhooks"',
    "portal edit --origin https://app.example.com",
  );
}
