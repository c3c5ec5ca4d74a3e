/**
 * The program of the lab that publishes with its own changes: in its transaction by a host within it, and by rows of an outbox in
 * another database. Some transactions are rolled back. It runs in a process of its own, to be killed at any moment, from its source.
 *
 * A change is a row of `lab_change`, so that the databases themselves say which ones were committed. Its order is a `ProgramOrder`
 * of scenarios/caller.ts, as JSON. It sends a message after each commit.
 */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { createHost } from "../../dist/embed/index.js";

const WORKERS = 4;
const RETRY_MS = 50;
const ROLLED_BACK_SHARE = 0.2;

const { databaseUrl, outboxUrl, dataDir, firstMark, masterKey, event, body } = JSON.parse(process.argv[2]);
const payload = (mark) => body.replace('"mark":0', `"mark":${mark}`);
let lastMark = firstMark;

async function connect(url) {
  const client = new pg.Client({
    connectionString: url,
    query_timeout: 10_000,
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function makeChange(client, mark, publish) {
  await client.query("BEGIN");
  await client.query("INSERT INTO lab_change (mark) VALUES ($1)", [mark]);
  await publish(client, mark);
  if (Math.random() < ROLLED_BACK_SHARE) {
    await client.query("ROLLBACK");
    return;
  }
  await client.query("COMMIT");
  process.send?.(mark);
}

async function work(url, publish) {
  let client;
  for (;;) {
    lastMark += 1;
    const mark = lastMark;
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

const host = await createHost({ databaseUrl, dataDir, masterKey, role: "api", logLevel: "silent" });
const within = (client, mark) =>
  // Every second one without an ID: nothing else could recognize a repetition.
  host.publish("jira", event, Buffer.from(payload(mark)), {
    client,
    ...(mark % 2 === 0 ? { id: `change-${mark}` } : {}),
  });
const byOutbox = (client, mark) =>
  client.query("INSERT INTO callboard_outbox (site, event, payload) VALUES ('jira', $1, $2)", [
    event,
    payload(mark),
  ]);
process.on("disconnect", () => process.exit());
for (let worker = 0; worker < WORKERS; worker += 1) {
  void (worker % 2 === 0 ? work(databaseUrl, within) : work(outboxUrl, byOutbox));
}
