/** The oldest and the newest PostgreSQL that is supported, each directly and through PgBouncer in both of its modes. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { loadServer } from "../support/embedded-postgres.ts";
import { waitFor } from "../support/wait-for.ts";
import { WORLD_DIR } from "./places.ts";
import { startProgram } from "./program.ts";
import type { Program } from "./program.ts";

export const VERSIONS = [13, 18] as const;
export type Version = (typeof VERSIONS)[number];

/** How Callboard comes to its database. Each way has a database of its own, so that each begins empty. */
export interface Way {
  readonly name: string;
  readonly database: string;
  /** Undefined: without PgBouncer. */
  readonly poolMode?: "session" | "transaction";
  /** Whether Callboard is also given a connection past PgBouncer, for LISTEN. */
  readonly listensDirectly?: boolean;
}

export const WAYS: readonly Way[] = [
  { name: "directly", database: "callboard_direct" },
  { name: "through PgBouncer in session mode", database: "callboard_session", poolMode: "session" },
  { name: "through PgBouncer in transaction mode", database: "callboard_polled", poolMode: "transaction" },
  {
    name: "through PgBouncer in transaction mode, LISTEN directly",
    database: "callboard_listened",
    poolMode: "transaction",
    listensDirectly: true,
  },
];

/** In /etc/hosts. */
const HOST = "database.acme.example";
const USER = "callboard";
const PASSWORD = "a-password";
const PGBOUNCER_PORT = 6432;
const toPort = (version: Version) => 5400 + version;

const formatUrl = (port: number, database: string) =>
  `postgres://${USER}:${PASSWORD}@${HOST}:${port}/${database}`;
const formatPooledName = (version: Version, { database }: Way) => `${database}_${version}`;

/** The settings of Callboard that say where its database is. */
export function databaseSettings(version: Version, way: Way): Readonly<Record<string, string>> {
  const direct = formatUrl(toPort(version), way.database);
  return {
    CALLBOARD_DATABASE_URL:
      way.poolMode === undefined ? direct : formatUrl(PGBOUNCER_PORT, formatPooledName(version, way)),
    ...(way.listensDirectly === true ? { CALLBOARD_LISTEN_URL: direct } : {}),
  };
}

export async function startDatabases(): Promise<() => Promise<void>> {
  const stops = await Promise.all(VERSIONS.map((version) => startPostgres(version)));
  const stopPgBouncer = await startPgBouncer();
  return async () => {
    await stopPgBouncer();
    await Promise.all(stops.map((stop) => stop()));
  };
}

async function startPostgres(version: Version): Promise<() => Promise<void>> {
  const Server = await loadServer(version);
  const server = new Server({
    databaseDir: join(WORLD_DIR, `postgres-${version}`),
    port: toPort(version),
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: true,
    // Nothing here cuts the power.
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "shared_buffers=32MB"],
    // The package of 13 asks for a locale that few machines have.
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--lc-messages=C"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  for (const { database } of WAYS) await server.createDatabase(database);
  return () => server.stop();
}

/** Its defaults but for what must be said. */
async function startPgBouncer(): Promise<Program["stop"]> {
  const folder = join(WORLD_DIR, "pgbouncer");
  mkdirSync(folder);
  const pooled = WAYS.filter((way) => way.poolMode !== undefined);
  const databases = VERSIONS.flatMap((version) =>
    pooled.map((way) => {
      const target = `host=127.0.0.1 port=${toPort(version)} dbname=${way.database}`;
      return `${formatPooledName(version, way)} = ${target} pool_mode=${way.poolMode}`;
    }),
  );
  writeFileSync(join(folder, "users.txt"), `"${USER}" "${PASSWORD}"\n`);
  writeFileSync(
    join(folder, "pgbouncer.ini"),
    `[databases]
${databases.join("\n")}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${PGBOUNCER_PORT}
unix_socket_dir =
auth_type = md5
auth_file = ${join(folder, "users.txt")}
`,
  );
  execFileSync("chown", ["-R", "postgres", folder]);
  // It refuses to run as root.
  const program = startProgram("runuser", [
    "-u",
    "postgres",
    "--",
    "pgbouncer",
    join(folder, "pgbouncer.ini"),
  ]);
  await waitFor(async () => {
    program.requireRunning();
    await new Promise<void>((resolve, reject) => {
      const socket = connect(PGBOUNCER_PORT, "127.0.0.1", () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", reject);
    });
  });
  return program.stop;
}
