/** `callboard login-link` and `callboard portal …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/portal.ts");

export function addPortalCommands(program: Command, { withClient }: Actions): void {
  withExamples(
    program
      .command("login-link")
      .description("print a link that logs a vendor or a tenant in once, to what is its own")
      .addOption(new Option("--addon <key>", "the deliveries of this add-on").conflicts("owner"))
      .option("--owner <name>", "the outgoing webhooks of this owner")
      .option("--site <key>", "on this site only")
      .option("--expires <duration>", "lifetime of the link, up to 7d", "10m")
      .action(withClient(async () => (await load()).createPortalLink)),
    "login-link --addon com.example.addon --site jira",
    'login-link --owner "Harbor Ltd" --site jira --expires 7d',
  );
  const portal = program.command("portal").description("how the pages of vendors and tenants look");
  withExamples(
    portal
      .command("show", { isDefault: true })
      .allowExcessArguments()
      .description("show title, logo, and the origins that may embed them")
      .action(withClient(async () => (await load()).showPortal)),
    "portal show",
  );
  withExamples(
    portal
      .command("edit")
      .description("change what is given; the rest stays as it is")
      .option("--title <text>", 'title in place of Callboard\'s; "" removes it')
      .option("--logo <file>", 'PNG, JPEG or WebP image of at most 64 KiB; "" removes it')
      .option("--origin <origin...>", 'every origin whose pages may embed a portal; "" for none')
      .action(withClient(async () => (await load()).editPortal)),
    'portal edit --title "Harbor webhooks"',
    "portal edit --origin https://app.example.com",
  );
}
