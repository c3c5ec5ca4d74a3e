/**
 * What a connection to PostgreSQL begins with: its TLS, the settings of its session, and whether a connection belongs to this process
 * alone. Behind a pooler in transaction mode each transaction may run on another server connection: nothing of a session holds there,
 * neither names of statements nor settings nor LISTEN.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Client, ClientConfig } from "pg";
import { formatOptions, quoteIdentifier } from "../../../database-url.ts";
import type { DatabaseTls, PostgresTarget } from "../../../database-url.ts";
import { CallboardError } from "../../../errors.ts";
import { SHARD_TABLE } from "./citus-dialect.ts";
import { startFailure } from "./postgres-failure.ts";
import { IDLE_IN_TRANSACTION_MS, STATEMENT_TIMEOUT_MS, socketsFor } from "./postgres-socket.ts";

/**
 * Statements are written for nested loops along indexes, the only joins that SQLite knows. A table that grows by thousands
 * of rows a second is ahead of its statistics, and what these would choose for it, scans, sorts and joins of all of it, is wrong
 * a moment later, and stays prepared.
 */
export const PLANNER: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "enable_seqscan",
    "enable_bitmapscan",
    "enable_hashjoin",
    "enable_mergejoin",
    "enable_material",
    "jit",
  ].map((name) => [name, "off"]),
);

/** Settings of every session, the URL's own among them. */
function sessionSettings(target: PostgresTarget): Readonly<Record<string, string>> {
  return {
    ...PLANNER,
    statement_timeout: `${STATEMENT_TIMEOUT_MS}ms`,
    // The server lets go of what a process locked that it cannot reach any more.
    idle_in_transaction_session_timeout: `${IDLE_IN_TRANSACTION_MS}ms`,
    ...target.settings,
  };
}

/** A session setting that says whether the start-up parameters of this connection reached the server. */
const MARK = "callboard.session";

export interface PostgresSession {
  /** Configuration of every further connection. */
  readonly config: ClientConfig;
  /** True when server connections are shared with other clients between transactions. */
  readonly isPooled: boolean;
  /** True if Callboard's tables are distributed over several servers. */
  readonly isDistributed: boolean;
  /** Begins a transaction; behind a pooler with the settings, since its connections may be older than those of the role. */
  readonly begin: string;
  /** Settings that the role should have and could not be given, as statements for an administrator. */
  readonly missing: readonly string[];
}

/**
 * Connects once, looks at what is there, and says how to connect from then on. Behind a pooler, the role of the host's own database
 * keeps the settings; that of another program's database, and of a replica, is left as it is.
 * @throws {CallboardError} CONFIG_INVALID for a database that can't be used; STORAGE if it can't be reached now. Each says what to do
 */
export async function examinePostgres(
  target: PostgresTarget,
  whose: "own" | "another" | "replica" = "own",
): Promise<PostgresSession> {
  const { default: pg } = await import("pg");
  const base = await clientConfig(target);
  const open = async (config: ClientConfig): Promise<Client> => {
    const client = new pg.Client(config);
    // A connection that breaks later says so to the statement under way; without a listener it would end the process.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const mark = randomUUID();
  const marked = (ssl: ClientConfig["ssl"]): ClientConfig => ({
    ...base,
    ssl,
    options: formatOptions({ ...sessionSettings(target), [MARK]: mark }),
  });
  let config = marked(base.ssl);
  let client: Client;
  try {
    client = await open(config).catch(async (error: unknown) => {
      if (target.tls.kind === "preferred" && hasNoTls(error)) return open((config = marked(false)));
      throw error;
    });
  } catch (error) {
    if (!refusesParameters(error)) throw startFailure(error, target);
    config = { ...base, ssl: config.ssl };
    client = await open(config).catch((cause: unknown) => {
      throw startFailure(cause, target);
    });
  }
  try {
    const found = await look(client, mark);
    requireServer(found, target);
    if (whose !== "replica") requireUsable(found, target);
    if (found.isMarked) {
      return {
        config: { ...config, options: formatOptions(sessionSettings(target)) },
        isPooled: false,
        isDistributed: found.isDistributed,
        begin: "BEGIN",
        missing: [],
      };
    }
    const { options: _options, ...shared } = config;
    const settings = Object.entries(sessionSettings(target)).map(
      ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`,
    );
    return {
      config: shared,
      isPooled: true,
      isDistributed: found.isDistributed,
      begin: `BEGIN; SELECT ${settings.join(", ")}`,
      missing: whose === "own" ? await settleRole(client, target) : [],
    };
  } catch (error) {
    throw error instanceof CallboardError ? error : startFailure(error, target);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function clientConfig(target: PostgresTarget): Promise<ClientConfig> {
  const { user, password, host, port, database, tls, applicationName, connectTimeoutMs } = target;
  const stream = tls.kind === "off" ? socketsFor() : undefined;
  return {
    user,
    // Without one pg would look into a file of its own.
    password: password ?? "",
    host,
    port,
    database,
    ssl: await tlsOptions(tls, target),
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    ...(stream === undefined ? {} : { stream: stream }),
  };
}

async function tlsOptions(tls: DatabaseTls, target: PostgresTarget): Promise<ClientConfig["ssl"]> {
  if (tls.kind === "off") return false;
  // A database URL is the one place where verification can be turned off, and it says so.
  if (tls.kind === "preferred" || tls.verifies === "nothing") return { rejectUnauthorized: false };
  const { rootCertFile } = tls;
  const ca =
    rootCertFile === undefined
      ? undefined
      : await readFile(rootCertFile, "utf8").catch((error: unknown) => {
          throw new CallboardError(
            "CONFIG_INVALID",
            `CALLBOARD_DATABASE_URL names the certificate file ${rootCertFile} as sslrootcert, which can't be read (${(error as NodeJS.ErrnoException).code ?? "error"})`,
            { cause: error },
          );
        });
  return {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(tls.verifies === "chain" ? { checkServerIdentity: () => undefined } : { servername: target.host }),
  };
}

function hasNoTls(error: unknown): boolean {
  return error instanceof Error && error.message.includes("does not support SSL");
}

/** PgBouncer, with its defaults, refuses start-up parameters that it doesn't know. */
function refusesParameters(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter/i.test(error.message);
}

interface Found {
  readonly isMarked: boolean;
  readonly encoding: string;
  readonly version: number;
  readonly isReplica: boolean;
  readonly isReadOnly: boolean;
  readonly isDistributed: boolean;
  readonly schema: string | null;
}

async function look(client: Client, mark: string): Promise<Found> {
  const { rows } = await client.query<{
    mark: string | null;
    encoding: string;
    version: string;
    replica: boolean;
    read_only: string;
    distributed: boolean;
    schema: string | null;
  }>(
    `SELECT current_setting('${MARK}', true) AS mark, current_setting('server_encoding') AS encoding,
       current_setting('server_version_num') AS version, pg_is_in_recovery() AS replica,
       current_setting('default_transaction_read_only') AS read_only, current_schema() AS schema,
       EXISTS (SELECT 1 FROM pg_class WHERE relname = '${SHARD_TABLE}' AND pg_table_is_visible(oid)) AS distributed`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the database returned no row");
  return {
    isMarked: row.mark === mark,
    encoding: row.encoding,
    version: Number(row.version),
    isReplica: row.replica,
    isReadOnly: row.read_only === "on",
    isDistributed: row.distributed,
    schema: row.schema,
  };
}

const OLDEST_VERSION = 130_000;

function refuse(sentence: string): never {
  throw new CallboardError("CONFIG_INVALID", sentence);
}

function requireServer(found: Found, { shown }: PostgresTarget): void {
  if (found.version < OLDEST_VERSION) {
    refuse(
      `The server at ${shown} is PostgreSQL ${Math.floor(found.version / 10_000)}; Callboard needs 13 or later`,
    );
  }
  // SQL_ASCII stores bytes as they come, which is UTF-8 here.
  if (found.encoding !== "UTF8" && found.encoding !== "SQL_ASCII") {
    refuse(
      `The database at ${shown} has the encoding ${found.encoding}, which can't store every event. Create one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
    );
  }
}

/** A database that is written to. */
function requireUsable(found: Found, { shown, user, settings }: PostgresTarget): void {
  if (found.isReplica)
    refuse(`The server at ${shown} is a read-only replica. Name the primary in CALLBOARD_DATABASE_URL`);
  if (found.isReadOnly) {
    refuse(
      `The database at ${shown} is read-only for ${user} (default_transaction_read_only is on). Set it off for the role or the database`,
    );
  }
  if (found.schema === null) {
    const path = settings["search_path"];
    refuse(
      path === undefined
        ? `No schema of the search_path exists in the database at ${shown}. Create one, for example with: CREATE SCHEMA public`
        : `No schema of search_path ${path} exists in the database at ${shown}. Create it with CREATE SCHEMA, or name another one`,
    );
  }
}

/** Settings that must hold for Callboard to find its own tables, not only to be fast. */
const NEEDED = new Set(["search_path"]);

/** Keeps the settings with the role, in this database only. Resolves to the statements that this role may not execute itself. */
async function settleRole(client: Client, target: PostgresTarget): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [name, value] of Object.entries(sessionSettings(target))) {
    if (await holds(client, name, value)) continue;
    const statement = `ALTER ROLE CURRENT_USER IN DATABASE ${quoteIdentifier(target.database)} SET ${name} = ${settingValue(name, value)}`;
    const isKept = await client.query(statement).then(
      () => true,
      () => false,
    );
    const isNeeded = NEEDED.has(name) && !(await holds(client, name, value));
    if (isNeeded) {
      throw new CallboardError(
        "CONFIG_INVALID",
        isKept
          ? `${name} was just set for the role, and the pooler's connections are from before. Let the pooler open new ones (RECONNECT in PgBouncer's console), then start again`
          : `The pooler does not pass ${name} on, and the role may not keep it. Execute as an administrator: ${forAdministrator(statement, target)}`,
      );
    }
    if (!isKept) missing.push(forAdministrator(statement, target));
  }
  return missing;
}

async function holds(client: Client, name: string, value: string): Promise<boolean> {
  // Both sides go through the server's own reading of the value: 10000ms is 10s.
  const { rows } = await client.query<{ before: string | null; wanted: string }>(
    `SELECT current_setting($1, true) AS before, set_config($1, $2, true) AS wanted`,
    [name, value],
  );
  return rows[0] !== undefined && rows[0].before === rows[0].wanted;
}

/** A search path is a list of names, anything else one literal. */
function settingValue(name: string, value: string): string {
  return name === "search_path" ? value : `'${value.replaceAll("'", "''")}'`;
}

function forAdministrator(statement: string, { user }: PostgresTarget): string {
  return statement.replace("CURRENT_USER", quoteIdentifier(user));
}
