/** Examples of commands: in their help, and in the reference. */
import type { Command } from "commander";

const examples = new WeakMap<Command, readonly string[]>();

/** Gives a command its examples: command lines without the name of the program. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  const written = lines.map((line) => `callboard ${line}`);
  examples.set(command, written);
  const heading = written.length === 1 ? "Example:" : "Examples:";
  return command.addHelpText("after", `\n${heading}\n${written.map((line) => `  ${line}`).join("\n")}`);
}

/** Returns the command lines; none for a command that only has commands of its own. */
export const listExamples = (command: Command): readonly string[] => examples.get(command) ?? [];
