/** Forward proxies as people run them: Debian's tinyproxy, with a password, and microsocks. */
import { connect } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/wait-for.ts";
import { newFolder } from "./places.ts";
import { startProgram } from "./program.ts";

export const PROXY_ADDRESS = "10.20.0.60";
const TINYPROXY_PORT = 3128;
const SOCKS_PORT = 1080;

export interface WorldProxy {
  /** As in CALLBOARD_EGRESS_PROXY. */
  readonly url: string;
  /** Log of its connections. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

export async function startTinyproxy(): Promise<WorldProxy> {
  const configFile = join(newFolder("tinyproxy"), "tinyproxy.conf");
  writeFileSync(
    configFile,
    `Port ${TINYPROXY_PORT}
Listen ${PROXY_ADDRESS}
Timeout 60
MaxClients 100
LogLevel Connect
BasicAuth callboard pass-word
ConnectPort 443
ConnectPort 80
`,
  );
  const program = startProgram("tinyproxy", ["-d", "-c", configFile]);
  await listens(TINYPROXY_PORT, program.requireRunning);
  return {
    url: `http://callboard:pass-word@${PROXY_ADDRESS}:${TINYPROXY_PORT}`,
    output: program.output,
    stop: program.stop,
  };
}

export async function startMicrosocks(): Promise<WorldProxy> {
  const login = ["-u", "callboard", "-P", "pass-word"];
  const program = startProgram("microsocks", ["-i", PROXY_ADDRESS, "-p", String(SOCKS_PORT), ...login]);
  await listens(SOCKS_PORT, program.requireRunning);
  return {
    url: `socks5://callboard:pass-word@${PROXY_ADDRESS}:${SOCKS_PORT}`,
    output: program.output,
    stop: program.stop,
  };
}

async function listens(port: number, requireRunning: () => void): Promise<void> {
  await waitFor(async () => {
    requireRunning();
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: PROXY_ADDRESS, port }, () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", reject);
    });
  });
}
