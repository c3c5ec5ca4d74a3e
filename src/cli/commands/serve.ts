/** `callboard serve`: starts a host, says where everything is, and stops it in order when it is told to end. */
import { join } from "node:path";
import { configWarnings, readConfig, unknownKeys } from "../../config.ts";
import type { Config } from "../../config.ts";
import { getMessage } from "../../errors.ts";
import { createHost } from "../../host/index.ts";
import type { RunningHost } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { replaceFile } from "../../whole-file.ts";
import { warnOfPassword } from "../arguments.ts";
import { returnIdleMemory } from "../idle-memory.ts";
import { URL_FILE } from "../connection.ts";
import type { Ending } from "../exit.ts";
import { spellCommands } from "../io.ts";
import type { Io } from "../io.ts";
import { onEnd } from "../signals.ts";
import { requireOpenFiles } from "../open-files.ts";
import { findStartFailure } from "../start-failure.ts";
import { startText } from "../start-text.ts";

/** "dataDir" → CALLBOARD_DATA_DIR */
const toKey = (flag: string) =>
  `CALLBOARD_${flag.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

export async function serve(io: Io, flags: Readonly<Record<string, string>>): Promise<Ending> {
  const given = Object.fromEntries(Object.entries(flags).map(([flag, value]) => [toKey(flag), value]));
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
  const keepMemory = returnIdleMemory();
  await stopped;
  await keepMemory();
  return "done";
}

async function start(config: Config): Promise<RunningHost> {
  try {
    return await createHost({ config, logger: createLogger(config.logLevel) }).start();
  } catch (error) {
    throw findStartFailure(error, config) ?? error;
  }
}

/** Commands in the same folder find the server by this file. It is left behind: a later failure can then name the URL. */
async function writeUrlFile(dataDir: string, url: string, io: Io): Promise<void> {
  const path = join(dataDir, URL_FILE);
  try {
    await replaceFile(path, `${url}\n`);
  } catch (error) {
    io.note(`warning: ${path} can't be written (${getMessage(error)}). Commands need CALLBOARD_URL=${url}\n`);
  }
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
