/** Runs a command of the command line in this process, against a host of a test. */
import { run } from "../../src/cli/index.ts";
import type { TestHost } from "./host.ts";

export interface CommandResult {
  readonly code: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly notes: string;
}

export interface RunningCommand {
  readonly out: () => string;
  readonly notes: () => string;
  /** Ends it as Ctrl-C does. Resolves to the exit code. */
  readonly stop: () => Promise<number>;
  /** Resolves to the exit code when it ends by itself. */
  readonly ended: Promise<number>;
}

/** Starts a command that runs until it is stopped. One at a time: Ctrl-C reaches every command of this process. */
export function startCommand(
  { url, token }: Pick<TestHost, "url" | "token">,
  args: readonly string[],
): RunningCommand {
  let out = "";
  let notes = "";
  const others = process.listeners("SIGINT");
  const ended = run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: url, CALLBOARD_TOKEN: token },
    readInput: () => Promise.resolve(""),
  });
  return {
    out: () => out,
    notes: () => notes,
    ended,
    stop: () => {
      for (const listener of process.listeners("SIGINT")) if (!others.includes(listener)) listener("SIGINT");
      return ended;
    },
  };
}

/** @param typed what a person types on the terminal; without it there is no terminal */
export async function runCommand(
  { url, token }: Pick<TestHost, "url" | "token">,
  args: readonly string[],
  typed?: string,
): Promise<CommandResult> {
  let out = "";
  let notes = "";
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: url, CALLBOARD_TOKEN: token },
    readInput: () => Promise.resolve(""),
    ...(typed === undefined ? {} : { readLine: () => Promise.resolve(typed) }),
  });
  return { code, out, notes };
}
