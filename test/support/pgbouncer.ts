/** A real PgBouncer in front of a PostgreSQL of the test's own. */
import { spawn } from "node:child_process";
import { existsSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { waitFor } from "./wait-for.ts";

const PROGRAM = "/usr/sbin/pgbouncer";
export const hasPgBouncer = existsSync(PROGRAM);

export interface PgBouncer {
  /** The same database through the pooler. */
  readonly toUrl: (directUrl: string) => string;
  /** Ends it as a crash does, with every connection; `resume` starts it again. */
  readonly kill: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface PgBouncerOptions {
  readonly server: string;
  readonly mode: "session" | "transaction";
  /** Further lines of its configuration. */
  readonly settings?: readonly string[];
}

export async function startPgBouncer({ server, mode, settings = [] }: PgBouncerOptions): Promise<PgBouncer> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-pgbouncer-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const { username, password, host } = new URL(server);
  const [name = "", at = "5432"] = host.split(":");
  writeFileSync(join(folder, "users.txt"), `"${username}" "${password}"\n`, { mode: 0o644 });
  writeFileSync(
    join(folder, "pgbouncer.ini"),
    [
      "[databases]",
      `* = host=${name} port=${at}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = plain",
      `auth_file = ${join(folder, "users.txt")}`,
      `pool_mode = ${mode}`,
      "max_client_conn = 200",
      // Few server connections, so that clients share them.
      "default_pool_size = 5",
      ...settings,
    ].join("\n"),
    { mode: 0o644 },
  );
  // It refuses to run as root.
  const [command, ...args] =
    process.getuid?.() === 0
      ? [
          "setpriv",
          "--reuid=nobody",
          "--regid=nogroup",
          "--clear-groups",
          PROGRAM,
          join(folder, "pgbouncer.ini"),
        ]
      : [PROGRAM, join(folder, "pgbouncer.ini")];
  let running = await run({ command, args, port });
  return {
    toUrl: (directUrl) => {
      const url = new URL(directUrl);
      url.host = `127.0.0.1:${port}`;
      return url.href;
    },
    kill: () => running.end("SIGKILL"),
    resume: async () => {
      running = await run({ command, args, port });
    },
    stop: async () => {
      await running.end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
}

interface Running {
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

/** Resolves when it listens. */
async function run({ command, args, port }: Program): Promise<Running> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.on("data", (text: Buffer) => (printed += text.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await waitFor(
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.destroy();
          resolve();
        });
        socket.on("error", () => reject(new Error(`PgBouncer does not listen:\n${printed}`)));
      }),
    30_000,
  );
  return {
    end: async (signal) => {
      child.kill(signal);
      setTimeout(() => child.kill("SIGKILL"), 2_000).unref();
      await ended;
    },
  };
}
