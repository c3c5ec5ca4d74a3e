/**
 * The command line: names, options and help in `program`, the work of each command in a file of its own in `commands`, loaded when
 * it is run, so that `callboard serve` does not wait for the others.
 */
import { defined } from "../defined.ts";
import { toExitCode } from "./exit.ts";
import type { Ending, PassedOn } from "./exit.ts";
import { printable, spellCommands } from "./io.ts";
import type { Io } from "./io.ts";
import { NO_FLAGS } from "./program/global-options.ts";
import type { GlobalFlags } from "./program/global-options.ts";
import { createProgram } from "./program/index.ts";
import { withOptionNames } from "./program/refused-options.ts";
import type { Actions } from "./program/tools.ts";
import { reportError } from "./report.ts";

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
        } catch (error) {
          throw withOptionNames(error, given.at(-1));
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

  const width = io.width ?? HELP_WIDTH;
  const program = createProgram({
    actions,
    take: (given) => (flags = given),
    output: {
      writeOut: io.out,
      writeErr: io.note,
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      // Errors are reported where they are caught.
      outputError: () => undefined,
    },
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return toExitCode(reportError(io, isJson, error));
  }
  return toExitCode(ending);
}

const HELP_WIDTH = 80;

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
