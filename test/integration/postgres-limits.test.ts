/** A PostgreSQL with less than Callboard would like: few connections, no network, another server behind the name. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { startCutOff } from "../support/cut-off.ts";
import { startTestHost } from "../support/host.ts";
import { onDatabase, withClient } from "../support/pg-client.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const KEY = randomBytes(32).toString("hex");

async function asAdministrator(url: string, ...statements: string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** The URL of a new database for a new role. */
async function newRole(name: string, ...grants: string[]): Promise<string> {
  const url = await postgres.newUrl();
  await asAdministrator(url, `CREATE ROLE ${name} LOGIN PASSWORD 'pw'`, ...grants);
  return url.replace("callboard:callboard@", `${name}:pw@`);
}

test("a role with four connections answers 120 events and 120 reads", async () => {
  const url = await newRole(
    "four",
    "ALTER ROLE four CONNECTION LIMIT 4",
    "GRANT ALL ON SCHEMA public TO four",
  );
  const host = await startTestHost({ CALLBOARD_DATABASE_URL: url, CALLBOARD_MASTER_KEY: KEY });
  const answers = await Promise.all(
    Array.from({ length: 240 }, (_, number) =>
      number % 2 === 0
        ? host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: { number } })
        : host.call("GET", "/api/v1/deliveries"),
    ),
  );
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect([count(202), count(200)]).toEqual([120, 120]);
  await host.stop();
});

test("CALLBOARD_DATABASE_POOL bounds the connections of a process", async () => {
  const url = await postgres.newUrl();
  const host = await startTestHost({
    CALLBOARD_DATABASE_URL: `${url}?application_name=counted`,
    CALLBOARD_MASTER_KEY: KEY,
    CALLBOARD_DATABASE_POOL: "3",
  });
  await Promise.all(Array.from({ length: 60 }, () => host.call("GET", "/api/v1/deliveries")));
  const [row] = await onDatabase(
    url,
    "SELECT COUNT(*)::int AS count FROM pg_stat_activity WHERE application_name = 'counted'",
  );
  // One more listens.
  expect(row?.["count"]).toBeLessThanOrEqual(4);
  await host.stop();
});

test("when packets are dropped, an event has its 503 within five seconds, and the host goes on afterwards", async () => {
  const direct = await postgres.newUrl();
  const way = await startCutOff();
  way.leadTo(Number(new URL(direct).port));
  const url = new URL(direct);
  url.port = String(way.port);
  const host = await startTestHost({ CALLBOARD_DATABASE_URL: url.href, CALLBOARD_MASTER_KEY: KEY });
  const publish = () =>
    host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });
  expect((await publish()).status).toBe(202);
  way.silence();
  const startedAt = performance.now();
  const refused = await publish();
  const tookMs = performance.now() - startedAt;
  expect([refused.status, refused.body.code]).toEqual([503, "STORAGE"]);
  expect(refused.headers.get("retry-after")).toBe("2");
  // A request waits for less than the 12 s after which a silent connection counts as lost.
  expect(tookMs).toBeLessThan(10_000);
  expect((await host.call("GET", "/readyz")).status).toBe(503);
  way.mend();
  await waitFor(async () => expect((await publish()).status).toBe(202), 10_000);
  // The state is kept for a moment.
  await waitFor(async () => {
    const { status, text } = await host.call("GET", "/readyz");
    expect(status, text).toBe(200);
  });
  await host.stop();
  await way.close();
}, 60_000);

test("connections to a server that became read-only are given up for those to the new one", async () => {
  const url = await postgres.newUrl();
  const name = new URL(url).pathname.slice(1);
  const database = await openDatabase(url);
  await database.write((tx) => tx.query("CREATE TABLE t (n int)"));
  await Promise.all(Array.from({ length: 5 }, () => database.read.query("SELECT pg_sleep(0.05)")));
  // Existing connections stay read-only, new ones are not: as after a failover behind the same name.
  const insert = () => database.write((tx) => tx.query("INSERT INTO t VALUES (1)"));
  await database.read.query("SET default_transaction_read_only = on");
  const others = await Promise.allSettled(Array.from({ length: 12 }, insert));
  const failures = others.filter(({ status }) => status === "rejected");
  expect(failures.length).toBeGreaterThan(0);
  expect(await Promise.allSettled(Array.from({ length: 12 }, insert))).toEqual(
    Array.from({ length: 12 }, () => expect.objectContaining({ status: "fulfilled" })),
  );
  expect(name).not.toBe("");
  await database.close();
});

describe("a start that the database refuses says what to do", () => {
  const startOn = (url: string) => openDatabase(url).then((database) => database.close());
  const cases: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    [
      "a wrong password",
      async () => (await postgres.newUrl()).replace("callboard:callboard@", "callboard:wr0ng@"),
      /refused the password of callboard\. Correct it in CALLBOARD_DATABASE_URL/,
    ],
    [
      "a missing database",
      async () => (await postgres.newUrl()).replace(/\/[^/]+$/, "/nowhere"),
      /There is no database nowhere at .*CREATE DATABASE nowhere/,
    ],
    [
      "no free connection",
      () => newRole("crowded", "ALTER ROLE crowded CONNECTION LIMIT 0"),
      /too many connections.*CONNECTION LIMIT/,
    ],
    [
      "another encoding",
      async () => {
        const url = await postgres.newUrl();
        await asAdministrator(
          url,
          "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
        );
        return url.replace(/\/[^/]+$/, "/latin");
      },
      /has the encoding LATIN1.*ENCODING 'UTF8'/,
    ],
    [
      "a database that is read-only",
      async () => {
        const url = await postgres.newUrl();
        const name = new URL(url).pathname.slice(1);
        await asAdministrator(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
        return url;
      },
      /is read-only for callboard/,
    ],
    [
      "a schema that is not there",
      async () => `${await postgres.newUrl()}?schema=nowhere`,
      /No schema of search_path "nowhere" exists.*CREATE SCHEMA/,
    ],
    [
      "TLS on a server without it",
      async () => `${await postgres.newUrl()}?sslmode=require`,
      /does not support TLS.*sslmode=disable/,
    ],
    [
      "nothing that listens",
      () => Promise.resolve("postgres://u:s3cret@127.0.0.1:9/x"),
      /Nothing listens at postgres:\/\/u:\*\*\*@/,
    ],
    [
      "a host that has no address",
      () => Promise.resolve("postgres://u:s3cret@nowhere.invalid/x"),
      /nowhere\.invalid .* can't be resolved/,
    ],
    [
      "a certificate file that is not there",
      async () => `${await postgres.newUrl()}?sslrootcert=/nowhere.pem`,
      /\/nowhere\.pem as sslrootcert, which can't be read/,
    ],
  ];
  test.each(cases)("%s", async (_name, newUrl, sentence) => {
    const url = await newUrl();
    const error = await startOn(url).then(
      () => undefined,
      (failure: unknown) => failure as Error,
    );
    expect(error?.message).toMatch(sentence);
    expect(error).toMatchObject({ code: expect.stringMatching(/^(CONFIG_INVALID|STORAGE)$/) });
    expect(error?.message).not.toMatch(/wr0ng|s3cret/);
  });

  test("sslmode=prefer goes on without TLS where the server has none", async () => {
    await startOn(`${await postgres.newUrl()}?sslmode=prefer`);
  });

  test("an SQL_ASCII database stores what it is given", async () => {
    const url = await postgres.newUrl();
    await asAdministrator(
      url,
      "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    );
    await startOn(url.replace(/\/[^/]+$/, "/ascii"));
  });
});
