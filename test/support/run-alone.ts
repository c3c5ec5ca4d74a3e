/** Runs a command that needs no server, in this process. */
import { run } from "../../src/cli/index.ts";
import type { CommandResult } from "./command-line.ts";

export async function runAlone(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<CommandResult> {
  let [out, notes] = ["", ""];
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { ...env },
    readInput: () => Promise.resolve(""),
  });
  return { code, out, notes };
}
