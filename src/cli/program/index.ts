/** All commands with their names, options and help. */
import { Command } from "commander";
import type { OutputConfiguration } from "commander";
import { VERSION } from "../../version.ts";
import { EXIT, EXIT_MEANINGS } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { addAccessCommands } from "./access.ts";
import { addAddonCommands } from "./addons.ts";
import { addCareCommands } from "./care.ts";
import { addCheckCommand } from "./check.ts";
import { addConfigCommands } from "./config.ts";
import { addDeliveryCommands } from "./deliveries.ts";
import { addDirectoryCommands } from "./directory.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addEndpointCommands } from "./endpoints.ts";
import { addEventCommands } from "./events.ts";
import { addGlobalOptions } from "./global-options.ts";
import type { GlobalFlags } from "./global-options.ts";
import { addInspectCommand } from "./inspect.ts";
import { addJwtCommands } from "./jwt.ts";
import { addListenCommands } from "./listen.ts";
import { addPortalCommands } from "./portal.ts";
import { addProductCommands } from "./products.ts";
import { addServerCommands } from "./server.ts";
import { addSiteCommands } from "./sites.ts";
import { addTestCommand } from "./test.ts";
import type { Actions } from "./tools.ts";
import { addWebhookCommands } from "./webhooks.ts";

type Add = (program: Command, actions: Actions) => void;

/** In the order of the help. */
const GROUPS: Readonly<Record<string, readonly Add[]>> = {
  "Server commands:": [addServerCommands, addDoctorCommand, addConfigCommands, addEndpointCommands],
  "Data commands:": [addCareCommands],
  "Site commands:": [addSiteCommands, addProductCommands, addWebhookCommands],
  "Add-on commands:": [addAddonCommands, addDirectoryCommands],
  "Event commands:": [addEventCommands, addDeliveryCommands],
  "Development commands:": [
    addCheckCommand,
    addTestCommand,
    addListenCommands,
    addInspectCommand,
    addJwtCommands,
  ],
  "Access commands:": [addAccessCommands, addPortalCommands],
};

export interface ProgramParts {
  readonly actions: Actions;
  /** Gets the global options of the command that runs, before it does. */
  readonly take: (flags: GlobalFlags) => void;
  readonly output: OutputConfiguration;
}

export function createProgram({ actions, take, output }: ProgramParts): Command {
  // Commands take these settings over when they are made. What stands behind a command's name is the command's.
  const program = new Command("callboard")
    .exitOverride()
    .configureOutput(output)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .description("Install add-ons from their descriptor and send them signed webhooks")
    .version(VERSION, "-V, --version", "Show the version")
    .helpOption("-h, --help", "Show this help")
    .helpCommand("help [command]", "Show the help of a command")
    .addHelpText("after", exitHelp());
  for (const [heading, adds] of Object.entries(GROUPS)) {
    program.commandsGroup(heading);
    for (const add of adds) add(program, actions);
  }
  program.commandsGroup("Help commands:");
  addGlobalOptions(program, take);
  return program;
}

function exitHelp(): string {
  const rows = (Object.keys(EXIT) as Ending[]).map((name) => `  ${EXIT[name]}  ${EXIT_MEANINGS[name]}`);
  return `\nExit codes:\n${rows.join("\n")}`;
}
