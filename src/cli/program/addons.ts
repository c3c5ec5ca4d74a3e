/** `callboard addons …` and `validate`: names, options and help. */
import type { Command } from "commander";
import { JSON_FLAG, SITE } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addAddonCommands(program: Command, { withClient }: Actions): void {
  const addons = program.command("addons").description("installed add-ons");
  addons
    .command("list", { isDefault: true })
    .description("list them")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/addons.ts")).listAddons));
  addons
    .command("show <key>")
    .description("show one with its webhooks and lifecycle history")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/addons.ts")).showAddon));

  addons
    .command("rotate-secret <key>")
    .description(
      "give one a new shared secret by an installed callback; the old one is accepted for 5 minutes",
    )
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/addons.ts")).rotateAddonSecret));

  program
    .command("validate <descriptor>")
    .description("check a descriptor, at a URL or in a file; nothing is installed")
    .option("--product <name>", "check event names for this product")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/validate.ts")).validate));
}
