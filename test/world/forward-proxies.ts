/** Forward proxies as people run them: Debian's tinyproxy, with a password, alone and behind stunnel, and microsocks. */
import { connect } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/wait-for.ts";
import { certificateFor } from "./certificates.ts";
import type { Certificate } from "./certificates.ts";
import { HOSTS } from "./names.ts";
import { newFolder } from "./places.ts";
import { startProgram } from "./program.ts";

export const PROXY_ADDRESS = "10.20.0.60";
const TINYPROXY_PORT = 3128;
const SOCKS_PORT = 1080;
const TLS_PROXY = "proxy.acme.example";
const TLS_PORT = 3129;

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
  await listens(PROXY_ADDRESS, TINYPROXY_PORT, program.requireRunning);
  return {
    url: `http://callboard:pass-word@${PROXY_ADDRESS}:${TINYPROXY_PORT}`,
    output: program.output,
    stop: program.stop,
  };
}

export async function startMicrosocks(): Promise<WorldProxy> {
  const login = ["-u", "callboard", "-P", "pass-word"];
  const program = startProgram("microsocks", ["-i", PROXY_ADDRESS, "-p", String(SOCKS_PORT), ...login]);
  await listens(PROXY_ADDRESS, SOCKS_PORT, program.requireRunning);
  return {
    url: `socks5://callboard:pass-word@${PROXY_ADDRESS}:${SOCKS_PORT}`,
    output: program.output,
    stop: program.stop,
  };
}

/** An HTTPS proxy: stunnel has the certificate, and passes on to tinyproxy. */
export async function startTlsProxy(
  { certFile, keyFile }: Certificate = certificateFor(TLS_PROXY),
): Promise<WorldProxy> {
  const proxy = await startTinyproxy();
  const configFile = join(newFolder("stunnel"), "stunnel.conf");
  writeFileSync(
    configFile,
    `foreground = yes
pid =
syslog = no
[proxy]
accept = ${HOSTS[TLS_PROXY]}:${TLS_PORT}
connect = ${PROXY_ADDRESS}:${TINYPROXY_PORT}
cert = ${certFile}
key = ${keyFile}
`,
  );
  const program = startProgram("stunnel", [configFile]);
  await listens(HOSTS[TLS_PROXY], TLS_PORT, program.requireRunning);
  return {
    url: `https://callboard:pass-word@${TLS_PROXY}:${TLS_PORT}`,
    output: proxy.output,
    stop: async () => {
      await program.stop();
      await proxy.stop();
    },
  };
}

async function listens(host: string, port: number, requireRunning: () => void): Promise<void> {
  await waitFor(async () => {
    requireRunning();
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host, port }, () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", reject);
    });
  });
}
