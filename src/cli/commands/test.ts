/** `callboard test -- npm test`: runs a command beside a test host, with the environment that finds it, and passes its exit code on. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { formatDuration } from "../../duration.ts";
import { CallboardError } from "../../errors.ts";
import type { RetryScheduleName } from "../../host/model/retry-schedules.ts";
import { createTestHost } from "../../testing/index.ts";
import type { TestHost, TestHostOptions } from "../../testing/index.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { PassedOn } from "../exit.ts";
import { print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { onEnd } from "../signals.ts";
import { loadProductFile } from "../product-file.ts";
import { hostsEntry } from "../../host/model/hosts-entry.ts";

export interface TestCommandOptions {
  /** Key of a built-in product, or path of a product file. */
  readonly product: string;
  readonly site?: string;
  /** Name of a schedule, or its delays in ms. */
  readonly retrySchedule: RetryScheduleName | readonly number[];
  readonly json?: boolean;
}

/** What shells add to the number of the signal that ended a program. */
const SIGNAL_BASE = 128;
/** Time that a command has to end after it was told to. */
const GRACE_MS = 5_000;

/** A group of its own, so that what the command starts ends with it; on a terminal it must stay in the foreground. */
const HAS_GROUP = !process.stdin.isTTY && process.platform !== "win32";

export async function runTests(
  io: Io,
  command: readonly string[],
  options: TestCommandOptions,
): Promise<PassedOn> {
  const host = await openHost(io, options);
  try {
    const ended = await runBeside(host, command, io);
    print(io, options, { url: host.url, command, ...ended }, []);
    return { exitCode: ended.exitCode };
  } finally {
    await host.close();
  }
}

async function openHost(io: Io, { product, site, retrySchedule }: TestCommandOptions): Promise<TestHost> {
  const isFile = /[./\\]/.test(product);
  const options = {
    product: isFile ? await loadProductFile(product, io) : product,
    retrySchedule: typeof retrySchedule === "string" ? retrySchedule : retrySchedule.map(formatDuration),
    ...(site === undefined ? {} : { site }),
  } as TestHostOptions;
  try {
    return await createTestHost(options);
  } catch (error) {
    if (!(error instanceof CallboardError) || error.code !== "BODY_SCHEMA") throw error;
    throw usageFailure(
      `--product ${printable(product)} can't be the product of the test site: ${error.errors.map(({ detail }) => detail).join("; ")}`,
      "Give jira, confluence, projectrak, backlog, tracker, or the path of a product file",
    );
  }
}

/** What programs find the host by: Callboard's own, and atlassian-connect-express. */
export function describeEnvironment(
  { url, token, site }: Pick<TestHost, "url" | "token" | "site">,
  given: Io["env"],
): Readonly<Record<string, string>> {
  return {
    CALLBOARD_URL: url,
    CALLBOARD_TOKEN: token,
    // An app names it in the hosts of its config.json: "hosts": ["$AC_HOST"].
    AC_HOST: hostsEntry(url, token, `/${site}`),
    AC_OPTS: given["AC_OPTS"] ?? "force-reg",
    CONNECT_KEYS_CDN_URL: `${url}/keys`,
    SCHEMA_HOST: `${url}/schema/%s-global-schema.json`,
  };
}

interface Ended {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
}

function runBeside(host: TestHost, [program = "", ...args]: readonly string[], io: Io): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: "inherit",
      env: { ...io.env, ...describeEnvironment(host, io.env) },
      detached: HAS_GROUP,
      shell: process.platform === "win32",
    });
    child.once("error", (error) => reject(explain(error, program)));
    child.once("exit", (code, signal) => {
      const number = signal === null ? 0 : SIGNAL_BASE + constants.signals[signal];
      resolve({ exitCode: code ?? number, signal });
    });
    onEnd(io.env, {
      stop: () => {
        sendTo(child, "SIGTERM");
        setTimeout(() => sendTo(child, "SIGKILL"), GRACE_MS).unref();
      },
      insist: () => sendTo(child, "SIGKILL"),
    });
  });
}

function sendTo(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (HAS_GROUP) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended just now.
  }
}

function explain(error: NodeJS.ErrnoException, program: string): CommandFailure {
  const name = JSON.stringify(printable(program));
  return error.code === "ENOENT"
    ? new CommandFailure(
        "notFound",
        "COMMAND_NOT_FOUND",
        `Command not found: ${name}`,
        "Check its spelling and PATH",
      )
    : new CommandFailure(
        "failed",
        error.code ?? "COMMAND",
        `The command ${name} can't be run: ${error.message}`,
      );
}
