/** `callboard serve`: starts a host, says where everything is, and stops it on SIGTERM. */
import { readConfig } from "../../config.ts";
import type { Config } from "../../config.ts";
import { createHost } from "../../host/index.ts";
import type { RunningHost } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Io } from "../io.ts";
import { startText } from "../start-text.ts";

/** "dataDir" → CALLBOARD_DATA_DIR */
const keyOf = (flag: string) =>
  `CALLBOARD_${flag.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

export async function serve(io: Io, flags: Readonly<Record<string, string>>): Promise<Ending> {
  const given = Object.fromEntries(Object.entries(flags).map(([flag, value]) => [keyOf(flag), value]));
  const config = readConfig({ ...io.env, ...given });
  const host = await start(config);
  const stopped = stopOnSignal(host);
  if (config.profile === "dev") {
    io.note("profile dev: deliveries may go to this machine's own network, and retries are short\n");
  }
  io.out(`${startText(config, host).join("\n")}\nREADY ${host.url}\n`);
  await stopped;
  return "done";
}

async function start(config: Config): Promise<RunningHost> {
  try {
    return await createHost({ config, logger: createLogger(config.logLevel) }).start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    throw new CommandFailure(
      "failed",
      code,
      `Cannot listen on ${config.host}:${config.port} (${code})`,
      code === "EADDRINUSE"
        ? "Another process listens there; stop it, or choose another port with --port"
        : "Choose another address or port with --host and --port",
    );
  }
}

/** The first signal stops in an orderly way, the second at once. */
function stopOnSignal(host: RunningHost): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(1);
      stopping = true;
      host.stop().then(resolve, reject);
    };
    process.on("SIGTERM", stop).on("SIGINT", stop);
  });
}
