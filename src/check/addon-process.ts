/** Starts the add-on's own command, in a process group that ends with the check. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Egress } from "../egress/index.ts";
import { CheckProblem } from "./outcome.ts";

export interface AddonProcess {
  /** The end of what it printed. */
  readonly output: () => string;
  /** Ends the whole group: SIGTERM, then SIGKILL for what is left. */
  readonly stop: () => Promise<void>;
}

export interface AddonCommand {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** URL of the descriptor, which answers when the add-on has started. */
  readonly url: string;
  readonly signal: AbortSignal;
}

const START_LIMIT_MS = 60_000;
const ASK_EVERY_MS = 100;
const STOP_GRACE_MS = 3_000;
const KEPT_OUTPUT = 4_000;

/**
 * Resolves when the descriptor's URL responds.
 * @throws {CheckProblem} ADDON_NOT_STARTED if the command doesn't exist, ends, or doesn't respond within 60 s; URL_IN_USE if
 * something responds before; INTERRUPTED
 */
export async function startAddon(
  egress: Pick<Egress, "request">,
  { command, env, url, signal }: AddonCommand,
): Promise<AddonProcess> {
  if (await responds(egress, url)) {
    throw new CheckProblem(
      "failed",
      "URL_IN_USE",
      `${url} responds already, before the command is started`,
      "Stop what runs there, or leave out the command to check it",
    );
  }
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output = collectOutput(child);
  const ended = watchEnd(child);
  const stop = createStop(child, ended);
  try {
    await whenResponding(egress, { url, ended, signal });
  } catch (error) {
    await stop();
    if (!(error instanceof CheckProblem) || output().trim() === "") throw error;
    throw new CheckProblem(
      error.kind,
      error.code,
      error.message,
      `Its output ends with:\n${output().trim()}`,
    );
  }
  return { output, stop };
}

/** The end of a process, in a few words. */
type Ended = Promise<string>;

function watchEnd(child: ChildProcess): Ended {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ENOENT" ? "there is no such command" : error.message);
    });
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code ?? 0}`}`));
  });
}

async function whenResponding(
  egress: Pick<Egress, "request">,
  { url, ended, signal }: { readonly ended: Ended } & Pick<AddonCommand, "url" | "signal">,
): Promise<void> {
  let end: string | undefined;
  void ended.then((how) => (end = how));
  const deadline = performance.now() + START_LIMIT_MS;
  const notStarted = (why: string) =>
    new CheckProblem("failed", "ADDON_NOT_STARTED", `The add-on's command did not start it: ${why}`);
  for (;;) {
    if (await responds(egress, url)) return;
    if (signal.aborted) throw new CheckProblem("failed", "INTERRUPTED", "The check was interrupted");
    if (end !== undefined) throw notStarted(end);
    if (performance.now() > deadline) {
      throw notStarted(`${url} did not respond within ${START_LIMIT_MS / 1000} s`);
    }
    await delay(ASK_EVERY_MS);
  }
}

async function responds(egress: Pick<Egress, "request">, url: string): Promise<boolean> {
  const { answer } = await egress.request({ method: "GET", url, maxBytes: 1024, timeoutMs: 2_000 });
  return answer !== undefined;
}

function collectOutput({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => (text = (text + chunk).slice(-KEPT_OUTPUT)));
  }
  return () => text;
}

/** The group is ended even when its first process has ended already: npm and shells leave theirs behind. */
function createStop({ pid }: ChildProcess, ended: Ended): () => Promise<void> {
  if (pid === undefined) return () => Promise.resolve();
  const send = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  };
  const killAtExit = () => void send("SIGKILL");
  process.once("exit", killAtExit);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    send("SIGTERM");
    const deadline = performance.now() + STOP_GRACE_MS;
    while (send(0) && performance.now() < deadline) await delay(20);
    send("SIGKILL");
    await ended;
    process.off("exit", killAtExit);
  };
  return () => (stopping ??= stop());
}
