/** Callboard as people run it: the built command in a folder of its own, with the settings that a person would make. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AUTHORITY_FILE } from "./certificates.ts";
import { PROJECT, newFolder } from "./places.ts";
import { startProgram } from "./program.ts";
import type { World } from "./worlds.ts";

const COMMAND = join(PROJECT, "bin/callboard.cjs");

export interface Reply {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- looked at freely in assertions
  readonly body: any;
}

export interface Callboard {
  /** The address by which others know it, without a slash at the end. */
  readonly url: string;
  readonly folder: string;
  readonly token: string;
  readonly output: () => string;
  /** The API, by the public address. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Reply>;
  readonly stop: () => Promise<void>;
}

/** A database that begins empty takes its time on a busy machine. */
const START_MS = 30_000;

/** What everybody has: a shell's environment, and trust in the world's authority. */
export const PERSON = {
  PATH: process.env["PATH"] ?? "",
  HOME: newFolder("home"),
  NODE_EXTRA_CA_CERTS: AUTHORITY_FILE,
};

export async function startCallboard(world: World): Promise<Callboard> {
  const folder = newFolder("callboard");
  const server = startProgram(process.execPath, [COMMAND, "serve"], {
    cwd: folder,
    env: { ...PERSON, ...world.env },
  });
  try {
    await server.printed(/^READY /m, START_MS);
  } catch (error) {
    await server.stop("SIGKILL");
    throw error;
  }
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();
  const call: Callboard["call"] = async (method, path, body) => {
    const response = await fetch(world.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  return {
    url: world.url,
    folder,
    token,
    output: server.output,
    call,
    stop: server.stop,
  };
}

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** A command line on another machine: its folder has nothing of the server's. */
export function runCallboard(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder = newFolder("elsewhere"),
): Promise<CommandResult> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env: { ...PERSON, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, errors })));
}
