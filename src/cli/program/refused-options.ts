/** Says which options of a command the server refused: it names members of the API. */
import { Command } from "commander";
import { CommandFailure } from "../exit.ts";
import { findOptions } from "../option-names.ts";

/** Returns the failure with a hint that names the options; anything else as it was thrown. `command` is the one that ran. */
export function withOptionNames(thrown: unknown, command: unknown): unknown {
  if (!(thrown instanceof CommandFailure) || !(command instanceof Command)) return thrown;
  const { ending, code, message, hint, problem } = thrown;
  if (hint !== undefined || problem === undefined) return thrown;
  const options = findOptions(
    problem.errors.map(({ pointer }) => pointer),
    listNames(command),
  );
  if (options.length === 0) return thrown;
  return new CommandFailure(ending, code, message, { hint: `Correct ${options.join(", ")}`, problem });
}

/** The command's own options and arguments, without the global options. */
function listNames({ options, registeredArguments }: Command): ReadonlySet<string> {
  const own = options.filter(({ helpGroupHeading }) => helpGroupHeading === undefined);
  return new Set([
    ...own.flatMap(({ long }) => long ?? []),
    ...registeredArguments.map((argument) => `<${argument.name()}>`),
  ]);
}
