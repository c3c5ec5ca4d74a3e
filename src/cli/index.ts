/**
 * The command line: names, options and help in `program`, the work of each command in a file of its own in `commands`, loaded when
 * it is run, so that `callboard serve` does not wait for the others.
 */
import { Command, CommanderError } from "commander";
import { CallboardError, messageOf } from "../errors.ts";
import { VERSION } from "../version.ts";
import { explainOpenFiles } from "./open-files.ts";
import { CommandFailure, EXIT, EXIT_MEANINGS, toExitCode } from "./exit.ts";
import type { Ending, PassedOn } from "./exit.ts";
import { printable, spellCommands } from "./io.ts";
import type { Io } from "./io.ts";
import { addAccessCommands } from "./program/access.ts";
import { addAddonCommands } from "./program/addons.ts";
import { addDeliveryCommands } from "./program/deliveries.ts";
import { addDirectoryCommands } from "./program/directory.ts";
import { addEndpointCommands } from "./program/endpoints.ts";
import { addEventCommands } from "./program/events.ts";
import { addInstallCommands } from "./program/install.ts";
import { addProductCommands } from "./program/products.ts";
import { addServerCommands } from "./program/server.ts";
import { addSiteCommands } from "./program/sites.ts";
import { addWebhookCommands } from "./program/webhooks.ts";
import { addTestCommand } from "./program/test.ts";
import type { Actions } from "./program/tools.ts";

/** In the order of the help. */
const COMMANDS = [
  addServerCommands,
  addInstallCommands,
  addSiteCommands,
  addProductCommands,
  addEndpointCommands,
  addAddonCommands,
  addDirectoryCommands,
  addEventCommands,
  addDeliveryCommands,
  addWebhookCommands,
  addAccessCommands,
  addTestCommand,
];

/** Runs the command that `args` (without node and script) name; resolves to the exit code. Never rejects. */
export async function run(args: readonly string[], given: Io): Promise<number> {
  const io: Io = { ...given, note: (text) => given.note(printable(spellCommands(text, given.env))) };
  let ending: Ending | PassedOn = "done";

  const actions: Actions = {
    withClient:
      (load) =>
      async (...given) => {
        const { createClient } = await import("./client.ts");
        const client = await createClient(io);
        try {
          const work = await load();
          ending = await work({ io, client }, ...given);
        } finally {
          await client.close();
        }
      },
    alone:
      (load) =>
      async (...given) => {
        const work = await load();
        ending = await work(io, ...given);
      },
  };

  const program = new Command("callboard")
    .description("Installs add-ons from their descriptor and delivers signed webhooks to them")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.note })
    .showSuggestionAfterError()
    .addHelpText("after", exitHelp());

  for (const add of COMMANDS) add(program, actions);

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return EXIT[report(error, io)];
  }
  return toExitCode(ending);
}

/** Says on standard error what went wrong; results stay alone on standard output. */
function report(error: unknown, io: Io): Ending {
  // Commander has said it already: help, version, or what was not understood.
  if (error instanceof CommanderError) return error.exitCode === 0 ? "done" : "usage";
  if (error instanceof CommandFailure) {
    io.note(`error[${error.code}]: ${error.message}\n${error.hint === undefined ? "" : `  ${error.hint}\n`}`);
    return error.ending;
  }
  if (error instanceof CallboardError) {
    io.note(`error[${error.code}]: ${[error.message, ...problemLines(error)].join("\n")}\n`);
    return error.code === "CONFIG_INVALID" ? "usage" : "failed";
  }
  const openFiles = explainOpenFiles(error);
  if (openFiles !== undefined) return report(openFiles, io);
  io.note(`error: ${messageOf(error)}\n`);
  return "failed";
}

/** The problems that the message doesn't have already. */
const problemLines = ({ message, errors }: CallboardError): readonly string[] =>
  errors
    .filter(({ detail }) => !message.includes(detail))
    .map(({ pointer, detail }) => `  ${pointer === "" ? "/" : pointer}  ${detail}`);

function exitHelp(): string {
  const rows = (Object.keys(EXIT) as Ending[]).map((name) => `  ${EXIT[name]}  ${EXIT_MEANINGS[name]}`);
  return `\nExit codes:\n${rows.join("\n")}`;
}
