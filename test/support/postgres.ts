/** A real PostgreSQL of the test's own, from npm, on a free port. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CITUS_URL, startOnCitus } from "./citus.ts";
import { loadServer } from "./embedded-postgres.ts";
import type { PostgresServer, PostgresVersion } from "./embedded-postgres.ts";
import { freePort } from "./free-port.ts";
import { makeCluster } from "./postgres-cluster.ts";

export interface Postgres {
  /** What the URL of a database of this server begins with. */
  readonly url: string;
  /** The folder with its files. */
  readonly directory: string;
  /** A new, empty database. */
  readonly newUrl: (name?: string) => Promise<string>;
  /** `immediate` leaves it to recover from its log, as after a crash. */
  readonly restart: (how?: "fast" | "immediate") => Promise<void>;
  /** Ends the server and keeps what it has; `resume` starts it again. */
  readonly halt: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Tells the server to drop everything, and waits until it has gone. */
async function quit(pidFile: string): Promise<void> {
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  process.kill(pid, "SIGQUIT");
  while (existsSync(`/proc/${pid}/exe`)) await new Promise((resolve) => setTimeout(resolve, 20));
}

export interface PostgresOptions {
  /** Commits survive a loss of power, as they must where speed is measured; nothing in a test cuts the power. */
  readonly durable?: boolean;
  /** The oldest that Callboard supports, or the newest, which is taken when left out. */
  readonly version?: PostgresVersion;
  /** It has a system identifier of its own: others have that of the files that they are copies of. */
  readonly hasOwnIdentifier?: boolean;
  /** A folder whose files are used, and stay there: of an earlier server, or new. */
  readonly keptIn?: string;
}

interface ServerOptions extends PostgresOptions {
  readonly directory: string;
  readonly port: number;
  readonly onLog?: (text: string) => void;
}

/** A server on these files, which is not started yet. */
export async function createServer({
  directory,
  port,
  durable = false,
  version = 18,
  onLog = () => undefined,
}: ServerOptions): Promise<PostgresServer> {
  const Server = await loadServer(version);
  return new Server({
    databaseDir: directory,
    port,
    user: "callboard",
    password: "callboard",
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // The package of 13 asks for a locale that few machines have.
    ...(version === 13 ? { initdbFlags: ["--encoding=UTF8", "--locale=C", "--lc-messages=C"] } : {}),
    postgresFlags: [
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "max_connections=200",
      "-c",
      "shared_buffers=64MB",
      // Each new database writes 8 MB to it, and removing files takes time.
      ...(durable ? [] : ["-c", "max_wal_size=64MB"]),
      // Without it a new database takes a tenth of the time.
      ...(durable ? [] : ["-c", "fsync=off"]),
    ],
    onLog,
    onError: () => undefined,
  });
}

/** With `CITUS_URL` a cluster of Citus takes the server's place. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  return CITUS_URL === undefined ? startOwnPostgres(options) : startOnCitus(CITUS_URL);
}

export async function startOwnPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  // The server refuses to run as root and is started as another user then, who must be able to enter the directory.
  const { version = 18, hasOwnIdentifier = false, keptIn } = options;
  const parent = keptIn ?? mkdtempSync(join(tmpdir(), "callboard-pg-"));
  mkdirSync(parent, { recursive: true });
  chmodSync(parent, 0o755);
  const port = await freePort();
  const directory = join(parent, "data");
  const pidFile = join(directory, "postmaster.pid");
  const server = await createServer({ ...options, directory, port });
  if (!existsSync(directory)) {
    if (hasOwnIdentifier) await server.initialise();
    else await makeCluster(directory, version, () => server.initialise());
  }
  await server.start();
  const url = `postgres://callboard:callboard@127.0.0.1:${port}`;
  let made = 0;
  return {
    url,
    directory,
    newUrl: async (name = `test_${(made += 1)}`) => {
      await server.createDatabase(name);
      return `${url}/${name}`;
    },
    restart: async (how = "fast") => {
      if (how === "immediate") await quit(pidFile);
      else await server.stop();
      await server.start();
    },
    halt: () => server.stop(),
    resume: () => server.start(),
    stop: async () => {
      if (keptIn !== undefined) return server.stop();
      // What it still has to write is thrown away: a hundred databases take it half a minute.
      await Promise.all([server.stop(), quit(pidFile)]);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
