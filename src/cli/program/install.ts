/** `callboard install`, `uninstall`, `enable` and `disable`: names, options and help. */
import type { Command } from "commander";
import { JSON_FLAG, SITE, YES_FLAG } from "./tools.ts";
import type { Actions } from "./tools.ts";

export function addInstallCommands(program: Command, { withClient }: Actions): void {
  program
    .command("install [descriptor]")
    .description("install an add-on from the URL or the file of its descriptor, or upgrade it")
    .option(...SITE)
    .option("--from-directory <key>", "install this add-on of the directory")
    .option("--accept-scopes <names>", "scopes that it may have, with commas between them")
    .option("--yes", "allow all scopes that it asks for, without asking")
    .option("--confirm-origin", "the add-on may move to another origin")
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/install.ts")).install));
  program
    .command("uninstall <key>")
    .description("uninstall an add-on")
    .option(...SITE)
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/uninstall.ts")).uninstall));
  program
    .command("enable <key>")
    .description("enable an add-on; what waited for it goes out")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/enable.ts")).enable));
  program
    .command("disable <key>")
    .description("disable an add-on; what it is sent waits for up to 24 h")
    .option(...SITE)
    .option(...JSON_FLAG)
    .action(withClient(async () => (await import("../commands/disable.ts")).disable));
}
