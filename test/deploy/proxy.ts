/** The proxies of deploy/ as programs: the files as they are, with the ports, names and certificate of a test. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";
import { ROOT, readFromRoot, requireProgram, runProgram } from "./programs.ts";
import type { ProgramName } from "./programs.ts";

const TLS = join(ROOT, "test/fixtures/tls");
const AUTHORITY = readFileSync(join(TLS, "ca.pem"));
/** In the certificate. */
export const NAME = "hooks.example.test";
/** Of loopback, and not the one that proxies connect from. */
const CLIENT = "127.0.0.9";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Proxy {
  /** Sends a request over TLS, from an address that is not the proxy's. */
  readonly ask: (path: string, ask?: Ask) => Promise<Reply>;
  readonly plainPort: number;
  /** What it wrote about requests. */
  readonly accessLog: () => string;
  readonly stop: () => Promise<void>;
}

interface Started {
  readonly program: ProgramName;
  readonly args: readonly string[];
  readonly folder: string;
  readonly port: number;
  readonly plainPort: number;
}

async function start({ program, args, folder, port, plainPort }: Started): Promise<Proxy> {
  const child = spawn(requireProgram(program), args, {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  await waitFor(() => {
    if (child.exitCode !== null) throw new Error(`${program} ended:\n${printed}`);
    return connects(port);
  });
  return {
    ask: (path, ask = {}) => send(port, path, ask),
    plainPort,
    accessLog: () => readFileSync(join(folder, "access.log"), "utf8"),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const connects = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });

function send(port: number, path: string, { method = "GET", headers = {}, body }: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method,
        servername: NAME,
        ca: AUTHORITY,
        localAddress: CLIENT,
        agent: false,
        headers: {
          host: NAME,
          ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.once("error", reject);
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Replaces parts of a file of deploy/, each of which must be there. */
function adapt(path: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${path} has no "${from}"`);
    return text.replaceAll(from, to);
  }, readFromRoot(path));
}

/** Else its workers are another user, who has no way into the folder of the test. */
const AS_ROOT = process.getuid?.() === 0 ? "user root;" : "";

/** nginx with deploy/nginx in its http context, in front of these ports. */
export async function startNginx(upstreams: readonly number[]): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-nginx-"));
  const port = await freePort();
  const plainPort = await freePort();
  mkdirSync(join(folder, "conf.d"));
  writeFileSync(
    join(folder, "conf.d/callboard.conf"),
    adapt("deploy/nginx/callboard.conf", {
      "listen 443 ssl;": `listen 127.0.0.1:${port} ssl;`,
      "listen [::]:443 ssl;": "",
      "listen 80;": `listen 127.0.0.1:${plainPort};`,
      "listen [::]:80;": "",
      "/etc/nginx/certs/fullchain.pem": join(TLS, "server.pem"),
      "/etc/nginx/certs/privkey.pem": join(TLS, "server.key"),
      "/var/log/nginx/access.log": join(folder, "access.log"),
    }),
  );
  writeFileSync(
    join(folder, "conf.d/upstream.conf"),
    adapt("deploy/nginx/upstream.conf", {
      "  server 127.0.0.1:2990 fail_timeout=2s;": upstreams
        .map((upstream) => `  server 127.0.0.1:${upstream} fail_timeout=2s;`)
        .join("\n"),
    }),
  );
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `  ${kind}_temp_path ${folder}/${kind};`)
    .join("\n");
  const main = join(folder, "nginx.conf");
  writeFileSync(
    main,
    `daemon off; ${AS_ROOT} pid ${folder}/nginx.pid; error_log stderr; events {}\nhttp {\n${temporary}\n  include conf.d/*.conf;\n}\n`,
  );
  const args = ["-e", "stderr", "-p", folder, "-c", main];
  const { status, errors } = runProgram("nginx", [...args, "-t"]);
  if (status !== 0 || /\[(?:warn|emerg)\]/.test(errors)) throw new Error(errors);
  return start({ program: "nginx", args, folder, port, plainPort });
}

/** Caddy with deploy/caddy, in front of one port. Certificates come from files, and nobody administers it. */
export async function startCaddy([upstream = 0]: readonly number[]): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-caddy-"));
  const port = await freePort();
  const plainPort = await freePort();
  const text = adapt("deploy/caddy/Caddyfile", {
    "callboard.example.com {": `https://${NAME}:${port} {\n\ttls ${join(TLS, "server.pem")} ${join(TLS, "server.key")}`,
    "127.0.0.1:2990": `127.0.0.1:${upstream}`,
  });
  const file = join(folder, "Caddyfile");
  writeFileSync(
    file,
    `{\n\tadmin off\n\thttp_port ${plainPort}\n\thttps_port ${port}\n\tdefault_bind 127.0.0.1\n}\n${text}`,
  );
  const args = ["run", "--adapter", "caddyfile", "--config", file];
  return start({ program: "caddy", args, folder, port, plainPort });
}
