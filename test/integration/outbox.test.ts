/** The outbox of another program: a table of its PostgreSQL database, from which each committed row becomes one event. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HostOptions } from "../../src/embed/index.ts";
import { createHost } from "../../src/embed/index.ts";
import { OUTBOX_DDL } from "../../src/host/outbox/ddl.ts";
import { createOutboxReader } from "../../src/host/outbox/reader.ts";
import { requirePostgresTarget } from "../../src/host/store/db/database.ts";
import { createSparseLog, silentLogger } from "../../src/logger.ts";
import { describeOn, newPostgresUrl } from "../support/databases.ts";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { createNotingLogger } from "../support/noting-logger.ts";
import { MASTER_KEY, openProgram } from "../support/program.ts";
import type { Program } from "../support/program.ts";
import { startPostgres } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";

const ROOT = join(import.meta.dirname, "../..");

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  closers.push(() => client.end());
  return client;
}

async function open(options: HostOptions): Promise<Program> {
  const program = await openProgram(options);
  closers.push(program.close);
  return program;
}

describeOn("PostgreSQL", () => {
  let url: string;
  let client: pg.Client;
  beforeEach(async () => {
    url = await newPostgresUrl();
    client = await connect(url);
    await client.query(OUTBOX_DDL);
  });

  const insert = (crane: number, fields: Readonly<Record<string, unknown>> = {}) => {
    const row = { site: "quay", event: "crane.stopped", payload: JSON.stringify({ crane }), ...fields };
    const names = Object.keys(row).map((name) => `"${name}"`);
    const values = Object.values(row).map((_, index) => `$${index + 1}`);
    return client.query(
      `INSERT INTO callboard_outbox (${names.join(", ")}) VALUES (${values.join(", ")})`,
      Object.values(row),
    );
  };
  const readOutbox = async () =>
    (await client.query<Record<string, unknown>>("SELECT * FROM callboard_outbox ORDER BY no")).rows;
  const emptied = () => waitFor(async () => expect(await readOutbox()).toEqual([]));
  const readiness = async ({ host }: Program): Promise<string | undefined> => {
    const answer = await fetch(`${await host.listen(0)}/readyz`);
    const { checks, status } = (await answer.json()) as { checks: Record<string, string>; status: string };
    expect(status).toBe("ready");
    return checks["outbox"];
  };

  test.each<[string, () => HostOptions]>([
    ["SQLite", () => ({})],
    ["the same database", () => ({ databaseUrl: url })],
  ])("a host on %s publishes the committed rows, and deletes them", async (_name, options) => {
    const program = await open({ ...options(), outboxUrl: url });
    await insert(1);
    await waitFor(() => expect(program.arrived()).toEqual([1]));
    await client.query("BEGIN");
    await insert(2);
    await client.query("ROLLBACK");
    await client.query("BEGIN");
    await insert(3, { payload: '{ "crane": 3, "user": "x" }', id: "third", flow: "secondary", user: "anna" });
    await pause(300);
    expect(program.arrived()).toEqual([1]);
    await client.query("COMMIT");
    await waitFor(() => expect(program.arrived()).toEqual([1, 3]));
    expect(program.receiver.received[1]?.body.toString()).toBe('{ "crane": 3, "user": "x" }');
    await emptied();
    expect(await readiness(program)).toBe("ok");
  });

  test("the example in plain SQL is published", async () => {
    await client.query(
      "CREATE TABLE cranes (no INTEGER PRIMARY KEY, state TEXT); INSERT INTO cranes VALUES (4, 'runs')",
    );
    const program = await open({ outboxUrl: url });
    await client.query(readFileSync(join(ROOT, "examples/outbox/stop-crane.sql"), "utf8"));
    await waitFor(() => expect(program.arrived()).toEqual([4]));
    expect((await client.query("SELECT state FROM cranes")).rows).toEqual([{ state: "stopped" }]);
  });

  test("a row whose deletion was lost makes no second event", async () => {
    const program = await open({ outboxUrl: url });
    await client.query(`CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
      CREATE TRIGGER keep BEFORE DELETE ON callboard_outbox FOR EACH ROW EXECUTE FUNCTION keep()`);
    await insert(1);
    await waitFor(() => expect(program.arrived()).toEqual([1]));
    await waitFor(async () => expect(await readiness(program)).toContain("cannot be reached"));
    await client.query("DROP TRIGGER keep ON callboard_outbox");
    await emptied();
    await insert(2);
    await waitFor(() => expect(program.arrived()).toEqual([1, 2]));
    const text = await fetch(`${program.host.url() ?? ""}/metrics`).then((answer) => answer.text());
    expect(text).toContain('callboard_outbox_read_total{result="duplicate"} 1');
  });

  test("rows that can't be accepted say why and delay no other; once the cause is gone they are tried again", async () => {
    const program = await open({ outboxUrl: url, bodyLimit: "2KiB" });
    await client.query("BEGIN");
    await insert(1, { site: "dock" });
    await insert(2, { payload: "[]" });
    await insert(3, { payload: JSON.stringify({ text: "x".repeat(3_000) }) });
    await insert(4, { flow: "express", event: "x".repeat(5_000) });
    await insert(5, { payload: `{"a":${"[".repeat(300)}${"]".repeat(300)}}` });
    await insert(6, { id: "" });
    await insert(7, { id: "taken" });
    await client.query("COMMIT");
    await waitFor(() => expect(program.arrived()).toEqual([7]));
    await waitFor(async () => expect((await readOutbox()).map((row) => row["id"])).not.toContain("taken"));
    await insert(8, { id: "taken" });
    await insert(9);
    await waitFor(() => expect(program.arrived()).toEqual([7, 9]));

    const rows = await waitFor(async () => {
      const refused = (await readOutbox()).filter((row) => row["refused_at"] !== null);
      expect(refused).toHaveLength(7);
      return refused;
    });
    expect(rows.map((row) => [row["refused_code"], row["refused_detail"]])).toEqual([
      ["SITE_NOT_FOUND", 'There is no site "dock"'],
      ["EVENT_SCHEMA", expect.stringContaining("/payload must be an object")],
      ["BODY_TOO_LARGE", expect.stringMatching(/^The payload has 3011 bytes; the limit is 2048 bytes/)],
      ["EVENT_SCHEMA", expect.stringContaining("/flow must be primary or secondary")],
      ["BODY_TOO_DEEP", expect.any(String)],
      ["EVENT_SCHEMA", expect.stringContaining("/id must not be empty")],
      ["EVENT_CONFLICT", expect.any(String)],
    ]);
    await waitFor(async () => expect(await readiness(program)).toMatch(/^7 refused rows/));
    const text = await fetch(`${program.host.url() ?? ""}/metrics`).then((answer) => answer.text());
    expect(text).toContain('callboard_outbox_rows{state="refused"} 7');
    expect(text).toContain('callboard_outbox_read_total{result="refused"} 7');

    await client.query("UPDATE callboard_outbox SET site = 'quay', refused_at = NULL WHERE site = 'dock'");
    await waitFor(() => expect(program.arrived()).toEqual([7, 9, 1]));
  });

  test("a row has the terms of its event, and wrong ones are refused", async () => {
    const program = await open({ outboxUrl: url });
    const at = new Date(Date.now() + 3_600_000).toISOString();
    await client.query(
      `INSERT INTO callboard_outbox (site, event, payload, terms) VALUES
         ('quay', 'crane.stopped', '{ "crane": 1 }', json_build_object('deliverAfter', '15m', 'retry', false)),
         ('quay', 'crane.stopped', '{ "crane": 2 }', json_build_object('expiresAt', $1::timestamptz)),
         ('quay', 'crane.stopped', '{ "crane": 3 }', '{"expiresAt": "2020-01-01T00:00:00Z"}'),
         ('quay', 'crane.stopped', '{ "crane": 4 }', '{"deliverAfter": "8d"}'),
         ('quay', 'crane.stopped', '{ "crane": 5 }', '{"expiresAt": "tomorrow"}'),
         ('quay', 'crane.stopped', '{ "crane": 6 }', '{"flow": "secondary"}')`,
      [at],
    );
    await waitFor(() => expect(program.arrived()).toEqual([2]));
    const rows = await waitFor(async () => {
      const left = await readOutbox();
      expect(left).toHaveLength(3);
      return left;
    });
    expect(rows.map((row) => [row["refused_code"], row["refused_detail"]])).toEqual([
      ["EVENT_SCHEMA", expect.stringContaining("/deliverAfter must be")],
      ["EVENT_SCHEMA", expect.stringContaining("/expiresAt must be a time such as")],
      ["EVENT_SCHEMA", expect.stringContaining("/terms must be an object with no other members")],
    ]);
    // What arrived waits until its response is recorded.
    const items = await waitFor(async () => {
      const listed = (await program.host.request("GET", "/deliveries?site=quay")) as {
        items: readonly {
          readonly state: string;
          readonly reason: string | null;
          readonly nextAttemptAt: string;
        }[];
      };
      expect(listed.items.map(({ state }) => state).toSorted()).toEqual(["delivered", "failed", "waiting"]);
      return listed.items;
    });
    const find = (state: string) => items.find((delivery) => delivery.state === state);
    expect(items).toHaveLength(3);
    expect(find("failed")?.reason).toBe("expired");
    const inMinutes = (Date.parse(find("waiting")?.nextAttemptAt ?? "") - Date.now()) / 60_000;
    expect(inMinutes).toBeGreaterThan(13);
    expect(inMinutes).toBeLessThanOrEqual(15);
  });

  test("a table of before there were terms is read as ever", async () => {
    await client.query("ALTER TABLE callboard_outbox DROP COLUMN terms");
    const program = await open({ outboxUrl: url });
    await insert(1);
    await waitFor(() => expect(program.arrived()).toEqual([1]));
    await client.query("ALTER TABLE callboard_outbox ADD COLUMN terms json");
    await insert(2, { terms: '{"retry": 0}' });
    await insert(3);
    await waitFor(() => expect(program.arrived()).toEqual([1, 3]));
    await waitFor(async () =>
      expect((await readOutbox()).map((row) => row["refused_detail"])).toEqual([
        expect.stringContaining("/retry must be true or false"),
      ]),
    );
  });

  test("several processes publish each row once", async () => {
    const first = await open({ databaseUrl: url, outboxUrl: url });
    const others = await Promise.all(
      [1, 2].map(() =>
        createHost({ databaseUrl: url, outboxUrl: url, masterKey: MASTER_KEY, logLevel: "silent" }),
      ),
    );
    for (const other of others) closers.push(other.close);
    await client.query(`INSERT INTO callboard_outbox (site, event, payload)
      SELECT 'quay', 'crane.stopped', json_build_object('crane', n) FROM generate_series(1, 1000) n`);
    await emptied();
    await waitFor(() => expect(new Set(first.arrived()).size).toBe(1_000));
    expect(first.arrived()).toHaveLength(1_000);
  });

  describe("order", () => {
    /** Rows of 7 cranes; some have large bodies, which are made in turns with other work. */
    async function insertSteps(from: number, to: number): Promise<void> {
      const payload = `json_build_object('crane', n % 7, 'step', n,
        'text', repeat('x', CASE WHEN n % 5 = 0 THEN 300000 ELSE 10 END))`;
      await client.query(`INSERT INTO callboard_outbox (site, event, payload)
        SELECT 'quay', 'crane.stopped', ${payload} FROM generate_series(${from}, ${to}) n`);
    }

    /** Adds a webhook whose deliveries go in the order of each crane, and returns the steps that it got of each. */
    async function addOrdered({ host }: Program): Promise<() => readonly (readonly number[])[]> {
      const receiver = await startReceiver();
      closers.push(receiver.close);
      await host.request("POST", "/sites/quay/webhooks", {
        name: "In order",
        url: receiver.url,
        events: ["crane.stopped"],
        orderBy: "/crane",
      });
      return () => {
        const byCrane = new Map<number, number[]>();
        for (const { body } of receiver.received) {
          const { crane, step } = JSON.parse(body.toString()) as { crane: number; step: number };
          byCrane.set(crane, [...(byCrane.get(crane) ?? []), step]);
        }
        return [...byCrane.values()];
      };
    }
    const countAll = (all: readonly (readonly number[])[]) => all.flat().length;
    const expectAscending = (all: readonly (readonly number[])[]) => {
      for (const steps of all) expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    };

    test.each<[string, () => HostOptions, number]>([
      ["a host on SQLite", () => ({}), 1],
      ["three hosts on PostgreSQL", () => ({ databaseUrl: url }), 3],
    ])("rows are accepted in the order of their numbers by %s", async (_name, options, processes) => {
      const program = await open({ ...options(), outboxUrl: url });
      const steps = await addOrdered(program);
      for (let more = 1; more < processes; more += 1) {
        const other = await createHost({
          ...options(),
          outboxUrl: url,
          masterKey: MASTER_KEY,
          logLevel: "silent",
        });
        closers.push(other.close);
      }
      await insertSteps(1, 140);
      for (let step = 141; step <= 180; step += 1) await insertSteps(step, step);

      await waitFor(() => expect(countAll(steps())).toBe(180), 20_000);
      expectAscending(steps());
      await emptied();
    });

    test("refused rows change nothing in the order of the others", async () => {
      const program = await open({ outboxUrl: url });
      const steps = await addOrdered(program);
      const { id: taken } = await program.host.publish(
        "quay",
        "crane.stopped",
        { crane: 9, step: 0 },
        { id: "taken" },
      );
      expect(taken).not.toBe("");
      await client.query("BEGIN");
      await insertSteps(1, 30);
      await insert(1, { id: "taken" });
      await insert(2, { payload: "[]" });
      await insertSteps(31, 60);
      await client.query("COMMIT");

      await waitFor(() => expect(countAll(steps())).toBe(61));
      expectAscending(steps());
      const codes = await waitFor(async () => {
        const left = await readOutbox();
        expect(left).toHaveLength(2);
        return left.map((row) => row["refused_code"]);
      });
      expect(codes).toEqual(["EVENT_CONFLICT", "EVENT_SCHEMA"]);
    });

    test("a transaction that is committed late comes late, unless the other one waited for it", async () => {
      const program = await open({ outboxUrl: url });
      const steps = await addOrdered(program);
      const other = await connect(url);
      const writeStep = (step: number) =>
        `INSERT INTO callboard_outbox (site, event, payload)
          VALUES ('quay', 'crane.stopped', '{"crane": 4, "step": ${step}}')`;
      await client.query("CREATE TABLE cranes (no INTEGER PRIMARY KEY); INSERT INTO cranes VALUES (4)");
      await client.query(`BEGIN; ${writeStep(1)}`);
      await other.query(writeStep(2));
      await waitFor(() => expect(steps()).toEqual([[2]]));
      await client.query("COMMIT");
      await waitFor(() => expect(steps()).toEqual([[2, 1]]));

      const lock = "SELECT 1 FROM cranes WHERE no = 4 FOR UPDATE";
      await client.query(`BEGIN; ${lock}`);
      const waiting = other.query(`BEGIN; ${lock}; ${writeStep(4)}; COMMIT`);
      await pause(100);
      await client.query(`${writeStep(3)}; COMMIT`);
      await waiting;
      await waitFor(() => expect(steps()).toEqual([[2, 1, 3, 4]]));
    });

    test("rows behind one that has to wait are left for the next time", async () => {
      await client.query(`INSERT INTO callboard_outbox (site, event, payload)
        SELECT 'quay', 'crane.stopped', json_build_object('text', repeat('x', 3000000)) FROM generate_series(1, 3)`);
      const portions: (readonly string[])[] = [];
      const reader = createOutboxReader({
        target: requirePostgresTarget(url),
        // Events of this site can't be accepted for a moment.
        publishRows: (rows) => {
          portions.push(rows.map(({ no }) => no));
          const outcome =
            portions.length === 1
              ? ({ kind: "postponed", retryAfterMs: 200 } as const)
              : ({ kind: "accepted", duplicate: false } as const);
          return Promise.resolve(rows.map((row) => ({ row, outcome })));
        },
        bodyLimitBytes: 4_000_000,
        onSettled: () => undefined,
        onStanding: () => undefined,
        logger: silentLogger,
        sparse: createSparseLog(silentLogger),
      });
      closers.push(reader.stop);
      reader.start();
      await emptied();
      expect(portions).toEqual([["1", "2"], ["1", "2"], ["3"]]);
    });

    test("a process that reads while another one does leaves the rows to it", async () => {
      await client.query("BEGIN");
      await client.query("SELECT pg_advisory_xact_lock(1667329132, 'callboard_outbox'::regclass::oid::int)");
      const program = await open({ outboxUrl: url });
      const other = await connect(url);
      await other.query(
        `INSERT INTO callboard_outbox (site, event, payload) VALUES ('quay', 'crane.stopped', '{"crane": 2}')`,
      );
      await pause(500);
      expect(program.arrived()).toEqual([]);
      expect(await readiness(program)).toBe("ok");
      await client.query("COMMIT");
      // Within a second, and without a notice.
      await waitFor(() => expect(program.arrived()).toEqual([2]), 2_500);
    });
  });

  test("many large rows are read without all of them in memory", async () => {
    const program = await open({ outboxUrl: url });
    await client.query(`INSERT INTO callboard_outbox (site, event, payload)
      SELECT 'quay', 'crane.stopped', json_build_object('crane', n, 'text', repeat('x', 3000000)) FROM generate_series(1, 12) n`);
    await waitFor(() => expect(new Set(program.arrived()).size).toBe(12), 20_000);
    await emptied();
  });

  test("without the table, and with one that is created later", async () => {
    await client.query("DROP TABLE callboard_outbox; DROP FUNCTION callboard_outbox_notify");
    const program = await open({ outboxUrl: url });
    await waitFor(async () => expect(await readiness(program)).toContain("does not exist"));
    await client.query(OUTBOX_DDL);
    await insert(1);
    await waitFor(() => expect(program.arrived()).toEqual([1]));
    await waitFor(async () => expect(await readiness(program)).toBe("ok"));
  });

  test("a wrong password is told with the setting that has it, and never the password", async () => {
    const wrong = new URL(url);
    wrong.password = "wrong-secret";
    const { logger, named } = createNotingLogger();
    await open({ outboxUrl: wrong.href, logger });
    await waitFor(() => expect(named("outbox.failing")).toHaveLength(1));
    const { fields } = named("outbox.failing")[0]!;
    expect(fields["problem"]).toBe(
      "the database of CALLBOARD_OUTBOX_URL can't be used; the server log says why",
    );
    expect((fields["error"] as Error).message).toContain("Correct it in CALLBOARD_OUTBOX_URL");
    expect(inspect(fields)).not.toContain("wrong-secret");
  });

  test("without the trigger, and through a pooler, it is polled", async () => {
    await client.query("DROP TRIGGER callboard_outbox_notify ON callboard_outbox");
    if (!hasPgBouncer) return;
    const pooler = await startPgBouncer({ server: url, mode: "transaction" });
    closers.push(pooler.stop);
    const settings = () =>
      client.query("SELECT setconfig FROM pg_db_role_setting").then(({ rows }) => rows as unknown[]);
    const before = await settings();
    const program = await open({ outboxUrl: pooler.toUrl(url) });
    await insert(1);
    await waitFor(() => expect(program.arrived()).toEqual([1]));
    await emptied();
    expect(await settings()).toEqual(before);
  });
});

test("while its database is away the host runs on, and reads again when it is back", async () => {
  const server = await startPostgres();
  closers.push(server.stop);
  const url = await server.newUrl();
  let client = await connect(url);
  await client.query(OUTBOX_DDL);
  const program = await open({ outboxUrl: url });
  const add = (crane: number) =>
    client.query("INSERT INTO callboard_outbox (site, event, payload) VALUES ('quay', 'crane.stopped', $1)", [
      JSON.stringify({ crane }),
    ]);
  await add(1);
  await waitFor(() => expect(program.arrived()).toEqual([1]));
  await server.halt();
  const base = await program.host.listen(0);
  await waitFor(async () => {
    const answer = await fetch(`${base}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      expect.objectContaining({
        checks: expect.objectContaining({ outbox: expect.stringContaining("cannot be reached") }),
      }),
    ]);
  });
  await program.host.publish("quay", "crane.stopped", { crane: 2 });
  await server.resume();
  client = await connect(url);
  await add(3);
  await waitFor(() => expect(program.arrived()).toEqual([1, 2, 3]), 40_000);
}, 60_000);
