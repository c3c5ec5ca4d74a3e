/** `callboard serve`: starts a host, says where everything is, and stops it in order when it is told to end. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configWarnings, readConfig, unknownKeys } from "../../config.ts";
import type { Config } from "../../config.ts";
import { CallboardError, messageOf } from "../../errors.ts";
import { describeFileError } from "../../file-errors.ts";
import { createHost } from "../../host/index.ts";
import type { RunningHost } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { warnOfPassword } from "../arguments.ts";
import { URL_FILE } from "../connection.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { spellCommands } from "../io.ts";
import type { Io } from "../io.ts";
import { onEnd } from "../signals.ts";
import { requireOpenFiles } from "../open-files.ts";
import { startText } from "../start-text.ts";

/** "dataDir" → CALLBOARD_DATA_DIR */
const keyOf = (flag: string) =>
  `CALLBOARD_${flag.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

export async function serve(io: Io, flags: Readonly<Record<string, string>>): Promise<Ending> {
  const given = Object.fromEntries(Object.entries(flags).map(([flag, value]) => [keyOf(flag), value]));
  for (const { key, closest } of unknownKeys(io.env)) {
    io.note(`warning: ${key} is not a setting and is ignored; the closest one is ${closest}\n`);
  }
  const config = readConfig({ ...io.env, ...given });
  warnOfPassword(io, flags["databaseUrl"]);
  for (const warning of configWarnings(config)) io.note(`warning: ${warning}\n`);
  requireOpenFiles();
  const starting = start(config);
  const stopped = stopOnSignal(starting, io.env);
  const host = await starting;
  if (config.role !== "worker") await writeUrlFile(config.dataDir, host.localUrl, io);
  if (config.baseUrl === undefined && /^(?:0\.0\.0\.0|\[?::\]?)$/.test(config.host)) {
    io.note(
      `warning: CALLBOARD_BASE_URL is not set. Add-ons are sent ${host.url}, which other machines can't reach\n`,
    );
  }
  if (io.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    io.note(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect on requests to add-ons and webhooks: their certificates are always verified\n",
    );
  }
  if (config.profile === "dev") {
    io.note(
      "Profile dev: deliveries can reach the network of this machine over http, and retries are short\n",
    );
  }
  io.out(`${spellCommands(startText(config, host).join("\n"), io.env)}\nREADY ${host.url}\n`);
  await stopped;
  return "done";
}

async function start(config: Config): Promise<RunningHost> {
  try {
    return await createHost({ config, logger: createLogger(config.logLevel) }).start();
  } catch (error) {
    throw whyNotStarted(error, config) ?? error;
  }
}

/** Commands in the same folder find the server by this file. It is left behind: a later failure can then name the URL. */
async function writeUrlFile(dataDir: string, url: string, io: Io): Promise<void> {
  const path = join(dataDir, URL_FILE);
  try {
    await writeFile(path, `${url}\n`, { mode: 0o600 });
  } catch (error) {
    io.note(`warning: ${path} can't be written (${messageOf(error)}). Commands need CALLBOARD_URL=${url}\n`);
  }
}

/** What is wrong outside of Callboard, with what to do about it; undefined for everything else. */
function whyNotStarted(error: unknown, { host, port }: Config): CommandFailure | undefined {
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  const failed = (what: string, hint: string) => new CommandFailure("failed", code, what, hint);
  if (syscall === "listen" || syscall === "getaddrinfo") {
    return failed(
      `Cannot listen on ${host}:${port} (${code})`,
      code === "EADDRINUSE"
        ? "Another process listens there; stop it, or choose another port with --port"
        : "Choose another address or port with --host and --port",
    );
  }
  const path = (error as NodeJS.ErrnoException).path;
  if (syscall !== undefined && path !== undefined) {
    const meaning = describeFileError(error, "the file system does not allow it there");
    return failed(
      `Cannot ${syscall === "mkdir" ? "create the directory" : "use"} ${path}: ${meaning} (${code})`,
      "Choose another directory with --data-dir (CALLBOARD_DATA_DIR), or another file with --database-url",
    );
  }
  if (error instanceof CallboardError && code === "STORE_INVALID") {
    return failed(error.message, "Choose another data directory with --data-dir, or restore a backup");
  }
  if (error instanceof CallboardError && code === "STORAGE") {
    return failed(
      error.message,
      "Correct that, then start again. The database is the one in CALLBOARD_DATABASE_URL",
    );
  }
  return undefined;
}

/**
 * The first signal stops in an orderly way, also while the host still starts; a later one at once. Resolves when it has
 * stopped, never when it did not start.
 */
function stopOnSignal(starting: Promise<RunningHost>, env: Io["env"]): Promise<void> {
  return new Promise((resolve, reject) => {
    onEnd(env, {
      stop: () =>
        void starting.then(
          (host) => host.stop().then(resolve, reject),
          () => undefined,
        ),
      insist: () => process.exit(1),
    });
  });
}
