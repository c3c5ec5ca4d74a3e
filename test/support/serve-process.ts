/** `callboard serve` as a process of its own, as people start it. */
import { spawn } from "node:child_process";
import { waitFor } from "./wait-for.ts";

export interface ServeProcess {
  /** The address in the READY line. */
  readonly url: string;
  /** Of the first process, where others are below it. */
  readonly pid: number;
  readonly output: () => string;
  /** What went to standard output alone. */
  readonly results: () => string;
  /** Sends to the whole group, as a terminal does. */
  readonly send: (signal: NodeJS.Signals) => void;
  /** Sends to the process that was started, and to none below it, as a supervisor does. */
  readonly sendToFirst: (signal: NodeJS.Signals) => void;
  /** Resolves to the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface ServeOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints when it is ready, with its address as the first group. */
  readonly ready?: RegExp;
}

/** Resolves when it is READY. */
export async function startServeProcess({
  command,
  args,
  cwd,
  env,
  ready: pattern = /^READY (\S+)$/m,
}: ServeOptions): Promise<ServeProcess> {
  const { PATH = "", HOME = "" } = process.env;
  // A group of its own: npx puts a shell in between, which keeps signals to itself.
  const child = spawn(command, args, { cwd, env: { PATH, HOME, ...env }, detached: true });
  let printed = "";
  let results = "";
  child.stdout.on("data", (bytes: Buffer) => (results += bytes.toString()));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("close", (code, signal) => resolve(code ?? signal)),
  );
  const send = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal);
  };
  const sendToFirst = (signal: NodeJS.Signals) => void child.kill(signal);
  const url = await waitFor(() => {
    const ready = pattern.exec(printed)?.[1];
    if (ready === undefined) throw new Error(`not ready:\n${printed}`);
    return ready;
  }, 30_000).catch((error: unknown) => {
    send("SIGTERM");
    throw error;
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => printed,
    results: () => results,
    send,
    sendToFirst,
    ended,
  };
}
