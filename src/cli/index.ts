/**
 * The command line: names, options and help in `program`, the work of each command in a file of its own in `commands`, loaded when
 * it is run, so that `callboard serve` does not wait for the others.
 */
import { Command, CommanderError } from "commander";
import { defined } from "../defined.ts";
import { CallboardError, messageOf } from "../errors.ts";
import type { Problem } from "../errors.ts";
import { VERSION } from "../version.ts";
import { explainOpenFiles } from "./open-files.ts";
import { CommandFailure, EXIT, EXIT_MEANINGS, describeProblem, toExitCode } from "./exit.ts";
import type { Ending, PassedOn } from "./exit.ts";
import { printable, spellCommands } from "./io.ts";
import type { Io } from "./io.ts";
import { addAccessCommands } from "./program/access.ts";
import { addAddonCommands } from "./program/addons.ts";
import { addCheckCommand } from "./program/check.ts";
import { addDeliveryCommands } from "./program/deliveries.ts";
import { addDirectoryCommands } from "./program/directory.ts";
import { addEndpointCommands } from "./program/endpoints.ts";
import { addEventCommands } from "./program/events.ts";
import { NO_FLAGS, addGlobalOptions } from "./program/global-options.ts";
import type { GlobalFlags } from "./program/global-options.ts";
import { addInstallCommands } from "./program/install.ts";
import { addJwtCommands } from "./program/jwt.ts";
import { addListenCommands } from "./program/listen.ts";
import { addProductCommands } from "./program/products.ts";
import { addServerCommands } from "./program/server.ts";
import { addSettingsCommands } from "./program/settings.ts";
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
  addCheckCommand,
  addDirectoryCommands,
  addEventCommands,
  addDeliveryCommands,
  addWebhookCommands,
  addAccessCommands,
  addListenCommands,
  addTestCommand,
  addJwtCommands,
  addSettingsCommands,
];

/** Runs the command that `args` (without node and script) name; resolves to the exit code. Never rejects. */
export async function run(args: readonly string[], given: Io): Promise<number> {
  const io: Io = { ...given, note: (text) => given.note(printable(spellCommands(text, given.env))) };
  // Also where the arguments are not understood.
  const isJson = args.slice(0, findEnd(args)).includes("--json");
  let ending: Ending | PassedOn = "done";
  let flags: GlobalFlags = NO_FLAGS;

  const actions: Actions = {
    withClient:
      (load) =>
      async (...given) => {
        const own = applyFlags(io, flags);
        const { createClient } = await import("./client.ts");
        const client = await createClient(own);
        try {
          const work = await load();
          ending = await work({ io: own, client }, ...withoutUndefined(given));
        } finally {
          await client.close();
        }
      },
    alone:
      (load) =>
      async (...given) => {
        const work = await load();
        ending = await work(applyFlags(io, flags), ...withoutUndefined(given));
      },
  };

  const program = new Command("callboard")
    .description("Installs add-ons from their descriptor and delivers signed webhooks to them")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.note,
      outputError: (text) => {
        note(io, isJson, { code: "USAGE", ending: "usage", detail: text.replace(/^error: /, "").trimEnd() });
      },
    })
    .showSuggestionAfterError()
    .addHelpText("after", exitHelp());

  for (const add of COMMANDS) add(program, actions);
  addGlobalOptions(program, (given) => (flags = given));

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return EXIT[report(error, io, isJson)];
  }
  return toExitCode(ending);
}

/** What stands behind "--" is another program's. */
function findEnd(args: readonly string[]): number {
  const end = args.indexOf("--");
  return end < 0 ? args.length : end;
}

/** The options of a command without the global ones, which were taken out of them. */
const withoutUndefined = <A extends unknown[]>(given: A): A =>
  given.map((each) => (isOptions(each) ? defined(each) : each)) as A;

const isOptions = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function applyFlags(io: Io, { url, token, quiet, color }: GlobalFlags): Io {
  const { readLine, ...others } = io;
  return {
    ...others,
    ...(readLine === undefined || quiet ? {} : { readLine }),
    ...(quiet ? { note: () => undefined } : {}),
    color: io.color === true && color,
    env: {
      ...io.env,
      ...(url === undefined ? {} : { CALLBOARD_URL: url }),
      ...(token === undefined ? {} : { CALLBOARD_TOKEN: token }),
    },
  };
}

interface Said {
  readonly code: string;
  readonly ending: Ending;
  readonly detail: string;
  readonly errors?: readonly Problem[];
  readonly hint?: string | undefined;
}

/** Says on standard error what went wrong; results stay alone on standard output. For programs, as a problem document. */
function note(io: Io, isJson: boolean, said: Said): Ending {
  const { code, ending, detail, errors = [], hint } = said;
  if (isJson) {
    const problem = { title: EXIT_MEANINGS[ending], code, detail, errors, hint, exitCode: EXIT[ending] };
    io.note(`${JSON.stringify(problem)}\n`);
  } else {
    const lines = [detail, ...errors.map(describeProblem), ...(hint === undefined ? [] : [`  ${hint}`])];
    io.note(`error[${code}]: ${lines.join("\n")}\n`);
  }
  return ending;
}

function report(error: unknown, io: Io, isJson: boolean): Ending {
  // Commander has said it already: help, version, or what was not understood.
  if (error instanceof CommanderError) return error.exitCode === 0 ? "done" : "usage";
  if (error instanceof CommandFailure) {
    const { code, ending, message: detail, hint } = error;
    return note(io, isJson, { code, ending, detail, hint });
  }
  if (error instanceof CallboardError) {
    const { code, message: detail } = error;
    const ending = code === "CONFIG_INVALID" ? "usage" : "failed";
    return note(io, isJson, { code, ending, detail, errors: isJson ? error.errors : listUnsaid(error) });
  }
  const openFiles = explainOpenFiles(error);
  if (openFiles !== undefined) return report(openFiles, io, isJson);
  const { code = "UNEXPECTED" } = error as NodeJS.ErrnoException;
  return note(io, isJson, { code, ending: "failed", detail: messageOf(error) });
}

/** The problems that the message doesn't have already. */
const listUnsaid = ({ message, errors }: CallboardError): readonly Problem[] =>
  errors.filter(({ detail }) => !message.includes(detail));

function exitHelp(): string {
  const rows = (Object.keys(EXIT) as Ending[]).map((name) => `  ${EXIT[name]}  ${EXIT_MEANINGS[name]}`);
  return `\nExit codes:\n${rows.join("\n")}`;
}
