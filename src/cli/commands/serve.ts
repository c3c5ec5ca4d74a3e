/** `callboard serve`: starts a host, says where everything is, and stops it on SIGTERM. */
import { readConfig } from "../../config.ts";
import type { Config } from "../../config.ts";
import { createHost } from "../../host/index.ts";
import type { RunningHost } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { VERSION } from "../../version.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Io } from "../io.ts";

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
      "unreachable",
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

function startText(
  config: Config,
  { url, firstRun: { madeToken, tokenFile } }: RunningHost,
): readonly string[] {
  return [
    `Callboard ${VERSION}  profile ${config.profile}  role ${config.role}`,
    "",
    `  Admin     ${url}/admin`,
    `  API       ${url}/api/v1   described by ${url}/api/openapi.json`,
    `  Health    ${url}/healthz  /readyz  /metrics`,
    `  Database  ${shownDatabase(config.databaseUrl)}`,
    `  Data      ${config.dataDir}`,
    madeToken === undefined
      ? `  Token     in ${tokenFile}`
      : `  Token     ${madeToken}   (shown this once; kept in ${tokenFile})`,
    "",
    "An atlassian-connect-express add-on registers itself here with these in its credentials.json and environment:",
    `  "hosts": [${JSON.stringify(hostsEntry(url, madeToken ?? `<the token in ${tokenFile}>`))}]`,
    `  CONNECT_KEYS_CDN_URL=${url}/keys`,
    "",
  ];
}

/** As the tools of the old local SDK write it: product path, user name and password, the token being the password. */
function hostsEntry(url: string, password: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//admin:${password}@${host.replace(/^127\.0\.0\.1(?=:|$)/, "localhost")}/jira`;
}

/** Without the password. */
function shownDatabase(databaseUrl: string): string {
  if (databaseUrl.startsWith("sqlite:")) return databaseUrl;
  const url = new URL(databaseUrl);
  if (url.password !== "") url.password = "***";
  return url.href;
}
