/**
 * A cluster of Citus that somebody runs beside the tests: `CITUS_URL` names a database of its coordinator, in which every server is
 * known (`citus_set_coordinator_host`, `citus_add_node`). Tests get databases of their own there, distributed over all of them.
 */
import { silentLogger } from "../../src/logger.ts";
import { distributeDatabase } from "../../src/host/care/distribute.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { PLANNER } from "../../src/host/store/db/postgres-session.ts";
import { onDatabase, withClient } from "./pg-client.ts";
import type { Postgres } from "./postgres.ts";

export const CITUS_URL = process.env["CITUS_URL"];
/** Distributed and otherwise empty; each test gets a copy of it. */
const TEMPLATE = "callboard_template";

interface Server {
  readonly host: string;
  readonly port: number;
  readonly isCoordinator: boolean;
}

const onServer = (url: string, { host, port }: Server, database: string): string => {
  const target = new URL(url);
  target.hostname = host;
  target.port = String(port);
  target.pathname = database;
  return target.href;
};

async function listServers(url: string): Promise<readonly Server[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ host: string; port: number; groupid: number }>(
      "SELECT nodename AS host, nodeport AS port, groupid FROM pg_dist_node ORDER BY groupid",
    ),
  );
  return rows.map(({ host, port, groupid }) => ({ host, port, isCoordinator: groupid === 0 }));
}

async function onEach(url: string, servers: readonly Server[], statements: readonly string[]): Promise<void> {
  await Promise.all(
    servers.map((server) =>
      withClient(onServer(url, server, "postgres"), async (client) => {
        for (const statement of statements) await client.query(statement);
      }),
    ),
  );
}

/** Background workers of Citus are connected to the template, and would keep it from being copied. */
const DISCONNECT = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${TEMPLATE}'`;

/** Makes a cluster of a database that every server has. */
async function introduceServers(url: string, servers: readonly Server[], database: string): Promise<void> {
  for (const server of servers) await onDatabase(onServer(url, server, database), "CREATE EXTENSION citus");
  await withClient(onServer(url, findCoordinator(url, servers), database), async (client) => {
    for (const { host, port, isCoordinator } of servers) {
      const add = isCoordinator ? "citus_set_coordinator_host" : "citus_add_node";
      await client.query(`SELECT ${add}($1, $2)`, [host, port]);
    }
  });
}

function findCoordinator(url: string, [coordinator]: readonly Server[]): Server {
  if (coordinator === undefined) throw new Error(`${url} names a database in which no server is known`);
  return coordinator;
}

async function makeTemplate(url: string, servers: readonly Server[]): Promise<void> {
  await onEach(url, servers, [
    ...Object.entries(PLANNER).map(([name, value]) => `ALTER ROLE CURRENT_USER SET ${name} = '${value}'`),
    `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`,
    `CREATE DATABASE ${TEMPLATE} TEMPLATE template0`,
  ]);
  await introduceServers(url, servers, TEMPLATE);
  await distributeDatabase({
    databaseUrl: onServer(url, findCoordinator(url, servers), TEMPLATE),
    logger: silentLogger,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  await onEach(url, servers, [`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`]);
}

/** Databases that this process has made and not dropped. */
const own = new Set<string>();

function newName(): string {
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  own.add(name);
  return name;
}

/** Drops what the tests of a file got: Citus keeps a process for each database. */
export async function dropOwnCopies(url: string): Promise<void> {
  const names = [...own];
  own.clear();
  await dropDatabases(url, await listServers(url), names);
}

/** The copies that tests got. */
const COPIES = "SELECT datname AS name FROM pg_database WHERE datname ~ '^test_[0-9a-f]{32}$'";

/** A cluster is for one run at a time. */
export async function dropCopies(url: string): Promise<void> {
  const servers = await listServers(url);
  const { rows } = await withClient(url, (client) => client.query<{ name: string }>(COPIES));
  await dropDatabases(
    url,
    servers,
    rows.map(({ name }) => name),
  );
}

const dropDatabases = (url: string, servers: readonly Server[], names: readonly string[]): Promise<void> =>
  onEach(
    url,
    servers,
    names.map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  );

export interface Citus {
  /** What the URL of a database begins with. */
  readonly url: string;
  readonly newUrl: (name?: string) => Promise<string>;
}

/** Copies of a template that is there already. */
export async function useCitus(url: string): Promise<Citus> {
  const servers = await listServers(url);
  const base = new URL(url);
  base.pathname = "";
  const begin = base.href.replace(/\/$/, "");
  return {
    url: begin,
    newUrl: async (name = newName()) => {
      await onEach(url, servers, [DISCONNECT, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`]);
      return `${begin}/${name}`;
    },
  };
}

export interface Single {
  readonly url: string;
  /** Gives it the extension on every server, each of which knows the others then. */
  readonly makeCluster: () => Promise<void>;
  /** Transactions of this database that a server has prepared and not ended. */
  readonly countPrepared: () => Promise<number>;
}

/** A database that is migrated and otherwise empty, which every server has and only the coordinator uses. */
export async function newSingle(url: string): Promise<Single> {
  const servers = await listServers(url);
  const name = newName();
  await onEach(url, servers, [`CREATE DATABASE ${name} TEMPLATE template0`]);
  const own = onServer(url, findCoordinator(url, servers), name);
  const database = await openDatabase(own);
  await migrate(database);
  await database.close();
  return {
    url: own,
    makeCluster: () => introduceServers(url, servers, name),
    countPrepared: async () => {
      const counts = await Promise.all(
        servers.map(async (server) => {
          const sql =
            "SELECT COUNT(*)::int AS count FROM pg_prepared_xacts WHERE database = current_database()";
          const [row] = await onDatabase(onServer(url, server, name), sql);
          return Number(row?.["count"]);
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** Makes the template anew, and drops what a run has left that was ended. */
export async function prepareCitus(url: string): Promise<Citus> {
  await dropCopies(url);
  await makeTemplate(url, await listServers(url));
  return useCitus(url);
}

/** As a server of a test's own; what only such a server can do is refused. */
export async function startOnCitus(url: string): Promise<Postgres> {
  const { url: begin, newUrl } = await useCitus(url);
  const refuse = () => Promise.reject(new Error("the cluster of CITUS_URL is not the test's own"));
  const made: string[] = [];
  return {
    url: begin,
    directory: "",
    newUrl: async () => {
      const own = await newUrl();
      made.push(new URL(own).pathname.slice(1));
      return own;
    },
    restart: refuse,
    halt: refuse,
    resume: refuse,
    stop: async () => dropDatabases(url, await listServers(url), made),
  };
}
