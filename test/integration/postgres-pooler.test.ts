/** PostgreSQL through PgBouncer, as providers give it: with its defaults, in both modes. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import type { PgBouncer } from "../support/pgbouncer.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";

if (!hasPgBouncer) console.info("skipped: the pooler's tests need PgBouncer (Debian: pgbouncer)");

test("PgBouncer is there where the project is checked", () => {
  expect(hasPgBouncer || process.env["CI"] === undefined).toBe(true);
});

describe.skipIf(!hasPgBouncer)("through PgBouncer", () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  const IGNORED =
    "ignore_startup_parameters = extra_float_digits,options,statement_timeout,idle_in_transaction_session_timeout";

  describe.each([
    ["in transaction mode with its defaults", "transaction", []],
    ["in transaction mode, with start-up parameters ignored", "transaction", [IGNORED]],
    ["in session mode with its defaults", "session", ["default_pool_size = 30"]],
    ["in session mode, with start-up parameters ignored", "session", ["default_pool_size = 30", IGNORED]],
  ] as const)("%s", (_name, mode, settings) => {
    let pooler: PgBouncer;
    let url: string;
    beforeAll(async () => {
      const direct = await postgres.newUrl();
      pooler = await startPgBouncer({ server: direct, mode, settings });
      url = pooler.toUrl(direct);
    });
    afterAll(() => pooler.stop());

    const startHost = (env: Record<string, string> = {}): Promise<TestHost> =>
      startTestHost({
        CALLBOARD_DATABASE_URL: url,
        CALLBOARD_MASTER_KEY: KEY,
        CALLBOARD_RETRY_SCHEDULE: "100ms,100ms",
        CALLBOARD_ADMIN_TOKEN: "a-token-for-every-process",
        ...env,
      });
    const KEY = randomBytes(32).toString("hex");

    test("1,000 events to two processes are delivered once each, without an error", async () => {
      const receiver = await startReceiver();
      const hosts = [await startHost(), await startHost()];
      const [host] = hosts;
      await host!.call("POST", "/api/v1/sites/jira/webhooks", { name: "w", url: `${receiver.url}/w` });
      const statuses: number[] = [];
      const send = async (from: number) => {
        for (let number = from; number < 1_000; number += 20) {
          const event = { event: "jira:issue_created", payload: { number }, id: `event-${number}` };
          const answer = await hosts[number % 2]!.call("POST", "/api/v1/sites/jira/events", event);
          statuses.push(answer.status);
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, from) => send(from)));
      expect(statuses).toEqual(statuses.map(() => 202));
      await waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(1_000), 60_000);
      const numbers = receiver.received.map(
        ({ body }) => (JSON.parse(body.toString()) as { number: number }).number,
      );
      expect(numbers.toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 1_000 }, (_, at) => at),
      );
      const { body } = await host!.call("GET", "/api/v1/deliveries?limit=1&state=failed");
      expect(body.items).toEqual([]);
      for (const each of hosts) await each.stop();
      await receiver.close();
    }, 120_000);

    test("the planner's settings hold on every connection that is opened from then on", async () => {
      const database = await openDatabase(url);
      await database.close();
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query<{ name: string; setting: string }>(
        "SELECT name, setting FROM pg_settings WHERE name IN ('enable_seqscan', 'jit') ORDER BY name",
      );
      await client.end();
      // The pooler may still have a connection from before the role had its settings.
      if (mode === "session")
        expect(rows.every(({ setting }) => setting === "on" || setting === "off")).toBe(true);
      const kept = await openDatabase(url);
      const [row] = await kept.read.query<{ settings: string[] | null }>(
        `SELECT setconfig AS settings FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
         WHERE d.datname = current_database()`,
      );
      await kept.close();
      expect(row?.settings).toEqual(
        expect.arrayContaining(["enable_seqscan=off", "jit=off", "statement_timeout=10000ms"]),
      );
    });
  });

  test("a direct connection keeps its names for statements, its settings, and LISTEN", async () => {
    const url = await postgres.newUrl();
    const database = await openDatabase(`${url}?options=-c%20work_mem%3D7MB&application_name=mine`);
    expect(database.listenerConfig).toBeDefined();
    const [row] = await database.read.query(
      `SELECT current_setting('enable_seqscan') AS seqscan, current_setting('work_mem') AS memory,
         current_setting('application_name') AS name, current_setting('statement_timeout') AS timeout`,
    );
    expect(row).toEqual({ seqscan: "off", memory: "7MB", name: "mine", timeout: "10s" });
    await database.close();
  });

  test("a schema of its own is used, and nothing else", async () => {
    const url = await postgres.newUrl();
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query('CREATE SCHEMA "cb X"');
    const host = await startTestHost({
      CALLBOARD_DATABASE_URL: `${url}?schema=${encodeURIComponent("cb X")}`,
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    });
    await host.stop();
    const { rows } = await admin.query<{ schema: string }>(
      "SELECT DISTINCT table_schema AS schema FROM information_schema.tables WHERE table_name LIKE 'callboard%'",
    );
    await admin.end();
    expect(rows).toEqual([{ schema: "cb X" }]);
  });

  test("CALLBOARD_LISTEN_URL gives LISTEN a direct connection, and may not be a pooler's itself", async () => {
    const direct = await postgres.newUrl();
    const pooler = await startPgBouncer({ server: direct, mode: "transaction" });
    const env = {
      CALLBOARD_DATABASE_URL: pooler.toUrl(direct),
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
      CALLBOARD_ADMIN_TOKEN: "a-token-for-every-process",
    };
    await expect(startTestHost({ ...env, CALLBOARD_LISTEN_URL: pooler.toUrl(direct) })).rejects.toMatchObject(
      {
        code: "CONFIG_INVALID",
        message: expect.stringContaining("CALLBOARD_LISTEN_URL leads through a pooler"),
      },
    );
    const host = await startTestHost({ ...env, CALLBOARD_LISTEN_URL: direct });
    const admin = new pg.Client({ connectionString: direct });
    await admin.connect();
    const listening = async () =>
      (await admin.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query = 'SELECT 1'"))
        .rowCount;
    await waitFor(async () => expect(await listening()).toBeGreaterThan(0));
    await admin.end();
    await host.stop();
    await pooler.stop();
  });
});
