/**
 * A cluster of Citus that somebody runs beside the tests: `CITUS_URL` names a database of its coordinator, in which every server is
 * known (`citus_set_coordinator_host`, `citus_add_node`). Tests get databases of their own there, distributed over all of them.
 */
import { silentLogger } from "../../src/logger.ts";
import { distributeDatabase } from "../../src/host/care/distribute.ts";
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

async function makeTemplate(url: string, servers: readonly Server[]): Promise<void> {
  await onEach(url, servers, [
    ...Object.entries(PLANNER).map(([name, value]) => `ALTER ROLE CURRENT_USER SET ${name} = '${value}'`),
    `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`,
    `CREATE DATABASE ${TEMPLATE} TEMPLATE template0`,
  ]);
  const [coordinator] = servers;
  if (coordinator === undefined) throw new Error(`${url} names a database in which no server is known`);
  for (const server of servers) await onDatabase(onServer(url, server, TEMPLATE), "CREATE EXTENSION citus");
  await withClient(onServer(url, coordinator, TEMPLATE), async (client) => {
    for (const { host, port, isCoordinator } of servers) {
      const add = isCoordinator ? "citus_set_coordinator_host" : "citus_add_node";
      await client.query(`SELECT ${add}($1, $2)`, [host, port]);
    }
  });
  await distributeDatabase({
    databaseUrl: onServer(url, coordinator, TEMPLATE),
    logger: silentLogger,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  await onEach(url, servers, [`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`]);
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
    newUrl: async (name = `test_${crypto.randomUUID().replaceAll("-", "")}`) => {
      await onEach(url, servers, [DISCONNECT, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`]);
      return `${begin}/${name}`;
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
