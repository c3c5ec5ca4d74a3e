/** A word that is no command of a group is not an argument of its default command: `sites lst` is a slip. */
import type { Command } from "commander";
import { closest, distance } from "fastest-levenshtein";
import { usageFailure } from "../exit.ts";

/** Letters that may differ in a suggestion, of three that are typed. */
const MAX_DIFFERENCE = 1 / 3;

/** @throws CommandFailure USAGE if the command has more arguments than it takes, with the name that may be meant */
export function requireKnownCommand(command: Command): void {
  const { args, registeredArguments, parent } = command;
  const takesAll = registeredArguments.at(-1)?.variadic === true;
  const word = args[registeredArguments.length];
  if (word === undefined || takesAll || parent === null) return;
  const names = parent.commands.flatMap((each) => [each.name(), ...each.aliases()]);
  const near = findNear(word, names);
  throw usageFailure(
    `unknown command '${word}' of '${parent.name()}'`,
    near === undefined
      ? `List its commands: callboard ${parent.name()} --help`
      : `Did you mean: callboard ${parent.name()} ${near}?`,
  );
}

function findNear(word: string, names: readonly string[]): string | undefined {
  const near = closest(word, names);
  return distance(word, near) <= Math.max(2, word.length * MAX_DIFFERENCE) ? near : undefined;
}
