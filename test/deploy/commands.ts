/** Commands of a document: the lines of its blocks for a shell, in which each line is one command. */
import { readFromRoot } from "./programs.ts";

/** Lists the commands that a pattern fits, in their order. */
export function listCommands(path: string, pattern: RegExp = /./): readonly string[] {
  const blocks = [...readFromRoot(path).matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = ""]) => block);
  return blocks.flatMap((block) => block.trimEnd().split("\n")).filter((line) => pattern.test(line));
}

/** The words of a command, without the quotes. It has no variables. */
export const splitCommand = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
