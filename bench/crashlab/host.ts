/** The processes under test: `callboard serve` as anybody would run it, and what happens to them. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { projectRoot } from "./root.ts";

export interface HostOptions {
  readonly name: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One host through all of its lives; its address stays the same. */
export interface LabHost {
  readonly url: string;
  /** What all lives wrote to standard error. */
  readonly errors: () => string;
  /** Resolves when it takes requests. @throws Error with what it said, when it ended instead */
  readonly start: () => Promise<void>;
  /** SIGKILL. Resolves when it is dead. */
  readonly kill: () => Promise<void>;
  /** SIGKILL at this very moment; the death is awaited with kill(). */
  readonly strike: () => void;
  /** SIGTERM. Resolves to the exit code. */
  readonly stop: () => Promise<number | null>;
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly isRunning: () => boolean;
  /** How often it ended without being told to. */
  readonly deaths: () => number;
  /** The largest resident memory and the most open files seen so far. */
  readonly peaks: () => { readonly residentMiB: number; readonly files: number };
}

const SAMPLE_MS = 200;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function createLabHost({ name, directory, environment }: HostOptions): Promise<LabHost> {
  const port = await freePort();
  const errorFile = join(directory, `${name}.stderr`);
  let child: ChildProcess | undefined;
  let dead: Promise<unknown> = Promise.resolve();
  let residentMiB = 0;
  let files = 0;
  let isMeantToEnd = false;
  let deaths = 0;

  function sample(pid: number): void {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      residentMiB = Math.max(residentMiB, Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
      files = Math.max(files, readdirSync(`/proc/${pid}/fd`).length);
    } catch {
      // It has just ended, or this system has no /proc.
    }
  }

  async function start(): Promise<void> {
    const errors = openSync(errorFile, "a");
    const started = spawn(process.execPath, [join(projectRoot(), "bin/callboard.cjs"), "serve"], {
      cwd: directory,
      env: {
        PATH: process.env["PATH"],
        CALLBOARD_HOST: "127.0.0.1",
        CALLBOARD_PORT: String(port),
        CALLBOARD_DATA_DIR: directory,
        ...environment,
      },
      stdio: ["ignore", "pipe", errors],
    });
    closeSync(errors);
    child = started;
    isMeantToEnd = false;
    const sampling = setInterval(() => sample(started.pid ?? 0), SAMPLE_MS);
    dead = once(started, "exit").then(() => {
      clearInterval(sampling);
      if (!isMeantToEnd) deaths += 1;
    });
    let output = "";
    await new Promise<void>((resolve, reject) => {
      started.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (/^READY /m.test(output)) resolve();
      });
      started.once("exit", (code, signal) => {
        const said = readFileSync(errorFile, "utf8").slice(-2_000);
        reject(new Error(`${name} ended with ${code ?? signal ?? "nothing"}: ${said}`));
      });
    });
  }

  function end(signal: NodeJS.Signals): void {
    isMeantToEnd = true;
    child?.kill(signal);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    errors: () => readFileSync(errorFile, "utf8"),
    start,
    strike: () => end("SIGKILL"),
    kill: async () => {
      end("SIGKILL");
      await dead;
    },
    stop: async () => {
      end("SIGTERM");
      await dead;
      return child?.exitCode ?? null;
    },
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    deaths: () => deaths,
    peaks: () => ({ residentMiB, files }),
  };
}
