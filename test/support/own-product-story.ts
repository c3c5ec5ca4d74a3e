/** The story of docs/own-product-story.md: its files and commands, and a run of them as real processes. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.ts";
import { waitFor } from "./wait-for.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLE = join(ROOT, "examples/own-product");
export const STORY = readFileSync(join(ROOT, "docs/own-product-story.md"), "utf8");

/** The commands from an empty folder to the first event, as the document has them. */
export const STORY_COMMANDS: readonly string[] = (
  /## Five commands[^]*?```sh\n([^]*?)```/.exec(STORY)?.[1]?.trimEnd() ?? ""
).split("\n");

/** The files of the example by their paths. */
export const STORY_FILES: ReadonlyMap<string, string> = new Map(
  readdirSync(EXAMPLE, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(EXAMPLE, path)).isFile())
    .map((path) => [path, readFileSync(join(EXAMPLE, path), "utf8")]),
);

export interface StoryProcess {
  readonly command: string;
  readonly output: () => string;
  /** Resolves to the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface Story {
  readonly processes: readonly StoryProcess[];
  /** Resolves when each command has done what the next one needs. */
  readonly run: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Prepares the story in an empty folder. `install` does what the first command does. The ports of files and commands are
 * replaced by free ones, since other programs can have those.
 */
export async function createStory(folder: string, install: () => Promise<void>): Promise<Story> {
  const ports = new Map([
    ["2990", await freePort()],
    ["3100", await freePort()],
    ["3200", await freePort()],
  ]);
  const withPorts = (text: string) => text.replaceAll(/2990|3100|3200/g, (port) => String(ports.get(port)));
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, CALLBOARD_PORT: String(ports.get("2990")) };
  const processes: (StoryProcess & { readonly kill: () => void })[] = [];

  for (const [path, text] of STORY_FILES) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), withPorts(text));
  }

  function start(command: string): StoryProcess {
    // A group of its own: npx puts a shell in between.
    const child = spawn("sh", ["-c", withPorts(command)], { cwd: folder, env, detached: true });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.once("close", (code, signal) => resolve(code ?? signal)),
    );
    const kill = () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, "SIGTERM");
    };
    const started = { command, output: () => printed, ended, kill };
    processes.push(started);
    return started;
  }

  /** Starts a command that keeps running, and waits until it is ready. */
  async function startUntil(command: string, isReady: (output: string) => boolean | Promise<boolean>) {
    const { output } = start(command);
    await waitFor(async () => {
      if (!(await isReady(output()))) throw new Error(`${command} isn't ready:\n${output()}`);
    }, 30_000);
  }

  async function run(): Promise<void> {
    const [, serve = "", addon = "", installAddon = "", product = ""] = STORY_COMMANDS;
    await install();
    await startUntil(serve, (output) => output.includes("READY"));
    const descriptor = withPorts("http://127.0.0.1:3100/atlassian-connect.json");
    await startUntil(addon, () =>
      fetch(descriptor).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const installing = start(installAddon);
    const code = await installing.ended;
    if (code !== 0) throw new Error(`${installAddon} ended with ${code}:\n${installing.output()}`);
    await startUntil(product, () => processes[1]?.output().includes("verified") ?? false);
  }

  async function stop(): Promise<void> {
    for (const { kill, ended } of processes.toReversed()) {
      kill();
      await ended;
    }
  }
  return { processes, run, stop };
}
