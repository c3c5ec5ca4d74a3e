/** A command of the command line as a process of its own, which can be ended by a signal at any moment. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");

export interface ChildCommand {
  readonly child: ChildProcess;
  /** Standard output so far. */
  readonly out: () => string;
  /** Standard error so far. */
  readonly notes: () => string;
  /** Resolves to the exit code, or to the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export function startChild(env: Readonly<Record<string, string>>, args: readonly string[]): ChildCommand {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [CALLBOARD, ...args], {
    env: { PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, notes] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (notes += text));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("close", (code, signal) => resolve(code ?? signal)),
  );
  return { child, out: () => out, notes: () => notes, ended };
}
