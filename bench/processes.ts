/** Starts the processes that a measurement needs, each on its own, and ends them again. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuMicros } from "./cpu.ts";
import type { SinkCommand, SinkPorts, SinkReport } from "./sink.ts";

/** The folder of the build that this is part of. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Sink {
  readonly ports: readonly number[];
  readonly ask: (command: SinkCommand) => Promise<SinkReport>;
  readonly stop: () => Promise<void>;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

/**
 * @param delayMs time after which healthy ports respond
 * @param firstPort of the first healthy one; any that is free when left out
 */
export async function startSink(healthy = 1, hanging = 0, delayMs = 0, firstPort = 0): Promise<Sink> {
  const options = [healthy, hanging, delayMs, firstPort].map(String);
  const child = fork(fileURLToPath(new URL("sink.js", import.meta.url)), options);
  const [{ ports }] = (await once(child, "message")) as [SinkPorts];
  return {
    ports,
    ask: async (command) => {
      const answer = once(child, "message");
      child.send(command);
      const [report] = (await answer) as [SinkReport];
      return report;
    },
    stop: () => stop(child, "SIGKILL"),
  };
}

/** A program of the benchmark's own that listens and does nothing else. */
export async function startProgram(
  program: string,
): Promise<{ readonly ports: readonly number[]; readonly stop: () => Promise<void> }> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)));
  const [{ ports }] = (await once(child, "message")) as [SinkPorts];
  return { ports, stop: () => stop(child, "SIGKILL") };
}

export interface HostProcess {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** For messages to what was loaded before the server. */
  readonly child: ChildProcess;
  /** From the start of the process to READY. */
  readonly readyMs: number;
  /** CPU time that it took until then. */
  readonly readyCpuMs: number;
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/**
 * `callboard serve` as anybody would run it.
 * @param build the folder of the build to run; ours unless it is given
 */
export async function startHost(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
  build: string = ROOT,
): Promise<HostProcess> {
  const startedAt = performance.now();
  const child = fork(join(build, "bin/callboard.cjs"), ["serve"], {
    cwd: directory,
    env: {
      ...process.env,
      CALLBOARD_PORT: "0",
      CALLBOARD_DATA_DIR: directory,
      CALLBOARD_PROFILE: "prod",
      CALLBOARD_ALLOW_NETWORKS: "127.0.0.0/8",
      CALLBOARD_LOG_LEVEL: "error",
      CALLBOARD_RETENTION: "3650d",
      // Events may be accepted far ahead of their deliveries, none of which may fail for that.
      CALLBOARD_ENDPOINT_BACKLOG: "1000000",
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /^READY (\S+)$/m.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.once("exit", (code) => reject(new Error(`the host ended with ${code}: ${output}`)));
  });
  return {
    url,
    token: environment["CALLBOARD_ADMIN_TOKEN"] ?? readFileSync(join(directory, "token"), "utf8").trim(),
    pid: child.pid ?? 0,
    child,
    readyMs: performance.now() - startedAt,
    readyCpuMs: cpuMicros(child.pid ?? 0) / 1_000,
    stop: (signal = "SIGTERM") => stop(child, signal),
  };
}

export interface Directory {
  readonly path: string;
  readonly remove: () => void;
}

export function newDirectory(): Directory {
  const path = mkdtempSync(join(tmpdir(), "callboard-bench-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A folder that stays. */
export function keptDirectory(path: string): Directory {
  mkdirSync(path, { recursive: true });
  return { path, remove: () => undefined };
}

/** Resident memory in megabytes, of 10^6 bytes. */
export function residentMB(pid: number): number {
  const kB = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kB ?? 0) * 1024) / 1_000_000;
}

export interface BareResult {
  readonly perSecond: number;
  /** CPU time of the whole process per request. */
  readonly cpuMicros: number;
}

/** One run of a comparison program in a process of its own, which prints one JSON line. */
export async function runBare(
  program: string,
  ...options: readonly (string | number)[]
): Promise<BareResult> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), options.map(String), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [result] = (await once(child, "message")) as [BareResult];
  await stop(child, "SIGKILL");
  return result;
}
