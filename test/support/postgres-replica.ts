/** A streaming replica of a test's PostgreSQL, from npm's binaries: a copy of the stopped server's files, which then follows it. */
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { onDatabase } from "./pg-client.ts";
import { copyFiles } from "./postgres-cluster.ts";
import { createServer } from "./postgres.ts";
import type { Postgres } from "./postgres.ts";

export interface PostgresReplica {
  /** The URL of the same database on the replica. */
  readonly toUrl: (primaryUrl: string) => string;
  /** It receives changes, and shows none of them until `resume`. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** It becomes a primary of its own. */
  readonly promote: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Stops it and removes its files. */
  readonly remove: () => Promise<void>;
}

export async function startReplica(primary: Postgres): Promise<PostgresReplica> {
  const parent = mkdtempSync(join(tmpdir(), "callboard-pg-replica-"));
  chmodSync(parent, 0o755);
  const directory = join(parent, "data");
  await primary.halt();
  await copyFiles(primary.directory, directory);
  await primary.resume();
  writeFileSync(join(directory, "standby.signal"), "");
  const { hostname, port: primaryPort, username, password } = new URL(primary.url);
  appendFileSync(
    join(directory, "postgresql.auto.conf"),
    `primary_conninfo = 'host=${hostname} port=${primaryPort} user=${username} password=${password}'\n`,
  );
  const port = await freePort();
  const url = `postgres://${username}:${password}@${hostname}:${port}`;
  let onLog: (text: string) => void = () => undefined;
  const server = await createServer({ directory, port, onLog: (text) => onLog(text) });

  async function start(): Promise<void> {
    // The package waits for the words of a primary.
    await new Promise<void>((resolve, reject) => {
      onLog = (text) => {
        if (text.includes("ready to accept read-only connections")) resolve();
      };
      server.start().then(resolve, () => reject(new Error("the replica has ended")));
    });
  }

  async function run(sql: string): Promise<void> {
    await onDatabase(`${url}/postgres`, sql);
  }

  await start();
  return {
    toUrl: (primaryUrl) => url + new URL(primaryUrl).pathname,
    pause: () => run("SELECT pg_wal_replay_pause()"),
    resume: () => run("SELECT pg_wal_replay_resume()"),
    promote: () => run("SELECT pg_promote()"),
    start,
    stop: () => server.stop(),
    remove: async () => {
      await server.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
