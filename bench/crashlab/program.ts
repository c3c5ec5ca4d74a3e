/**
 * The program of the lab that publishes with its own changes: in its transaction by a host within it, and by rows of an outbox in
 * another database. Some transactions are rolled back. It runs in a process of its own, to be killed at any moment.
 *
 * A change is a row of `lab_change`, so that the databases themselves say which ones were committed.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { EmbeddedHost, createHost as CreateHost } from "../../src/embed/index.ts";
import { payload } from "../body.ts";
import { EVENT, MASTER_KEY } from "../seed.ts";
import { projectRoot } from "./root.ts";

/** What it is started with, as JSON. */
export interface ProgramOrder {
  readonly databaseUrl: string;
  readonly outboxUrl: string;
  readonly dataDir: string;
  /** Mark of its first change. */
  readonly firstMark: number;
}

/** What it reports after each commit. */
export interface ProgramReport {
  readonly committed: number;
}

const WORKERS = 4;
const RETRY_MS = 50;
const ROLLED_BACK_SHARE = 0.2;

type Publish = (client: pg.Client, mark: number) => Promise<unknown>;

async function startWorker(url: string, nextMark: () => number, publish: Publish): Promise<never> {
  let client: pg.Client | undefined;
  for (;;) {
    const mark = nextMark();
    try {
      client ??= await connect(url);
      await makeChange(client, mark, publish);
    } catch {
      // The database was killed: what the transaction came to, only the database knows.
      void client?.end().catch(() => undefined);
      client = undefined;
      await pause(RETRY_MS);
    }
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    query_timeout: 10_000,
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function makeChange(client: pg.Client, mark: number, publish: Publish): Promise<void> {
  await client.query("BEGIN");
  await client.query("INSERT INTO lab_change (mark) VALUES ($1)", [mark]);
  await publish(client, mark);
  if (Math.random() < ROLLED_BACK_SHARE) {
    await client.query("ROLLBACK");
    return;
  }
  await client.query("COMMIT");
  process.send?.({ committed: mark } satisfies ProgramReport);
}

const within =
  (host: EmbeddedHost): Publish =>
  (client, mark) =>
    // Every second one without an ID, which is not looked up and can't be told from a repeated one.
    host.publish("jira", EVENT, Buffer.from(payload(mark)), {
      client,
      ...(mark % 2 === 0 ? { id: `change-${mark}` } : {}),
    });

const byOutbox: Publish = (client, mark) =>
  client.query("INSERT INTO callboard_outbox (site, event, payload) VALUES ('jira', $1, $2)", [
    EVENT,
    payload(mark),
  ]);

const { databaseUrl, outboxUrl, dataDir, firstMark } = JSON.parse(process.argv[2] ?? "") as ProgramOrder;
// The package as programs have it: what is compiled here has no views beside it.
const { createHost } = (await import(join(projectRoot(), "dist/embed/index.js"))) as {
  readonly createHost: typeof CreateHost;
};
let mark = firstMark;
const nextMark = () => (mark += 1);
const host = await createHost({
  databaseUrl,
  dataDir,
  masterKey: MASTER_KEY,
  role: "api",
  logLevel: "silent",
});
process.on("disconnect", () => process.exit());
await Promise.all(
  Array.from({ length: WORKERS }, (_, index) =>
    index % 2 === 0
      ? startWorker(databaseUrl, nextMark, within(host))
      : startWorker(outboxUrl, nextMark, byOutbox),
  ),
);
