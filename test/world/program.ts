/** A program of the world. It ends with the world when nothing ends it before. */
import { spawn } from "node:child_process";

export interface Program {
  readonly output: () => string;
  /** @throws with what it printed when it has ended */
  readonly requireRunning: () => void;
  /** Resolves when it has printed this; rejects with what it printed when it ends before, or takes too long. */
  readonly printed: (text: RegExp, withinMs: number) => Promise<void>;
  /** Sends SIGTERM, or another signal, to it and to what it started, as a terminal does, and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** That of this process when left out. */
  readonly env?: NodeJS.ProcessEnv;
}

export function startProgram(
  command: string,
  args: readonly string[],
  { cwd, env = process.env }: ProgramOptions = {},
): Program {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  let end: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      end = error.message;
      resolve();
    });
    child.once("close", (code, signal) => {
      end ??= `ended with ${code ?? signal ?? ""}`;
      resolve();
    });
  });
  const requireRunning = () => {
    if (end !== undefined) throw new Error(`${command} ${end}:\n${printed}`);
  };
  return {
    output: () => printed,
    requireRunning,
    printed: async (text, withinMs) => {
      const deadline = performance.now() + withinMs;
      while (!text.test(printed)) {
        requireRunning();
        if (performance.now() > deadline)
          throw new Error(`${command} did not print ${text.source}:\n${printed}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    stop: async (signal = "SIGTERM") => {
      if (end === undefined && child.pid !== undefined) process.kill(-child.pid, signal);
      await ended;
    },
  };
}
