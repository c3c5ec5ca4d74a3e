/** Publishing in a transaction of the program around the host: together with its own changes, or not at all. */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from "vitest";
import { createHost } from "../../src/embed/index.ts";
import type { TransactionClient } from "../../src/embed/index.ts";
import { CITUS_URL } from "../support/citus.ts";
import { describeOn, newPostgresUrl } from "../support/databases.ts";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { MASTER_KEY, openProgram } from "../support/program.ts";
import type { Program } from "../support/program.ts";
import { waitFor } from "../support/wait-for.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  closers.push(() => client.end());
  return client;
}

/** A client that notes its statements. */
function spied(client: pg.Client): { readonly client: TransactionClient; readonly statements: string[] } {
  const statements: string[] = [];
  return {
    statements,
    client: {
      query: (sql, params) => {
        statements.push(sql);
        return client.query(sql, params);
      },
    },
  };
}

/** Longer than a delivery takes that nothing holds back. */
const A_WHILE_MS = 400;

describeOn("PostgreSQL", () => {
  let url: string;
  let program: Program;
  beforeAll(async () => {
    url = await newPostgresUrl();
    program = await openProgram({ databaseUrl: url, endpointBacklog: 20 });
    const client = await connect(url);
    await client.query("CREATE TABLE crane (no INTEGER PRIMARY KEY, state TEXT NOT NULL)");
    await client.end();
    closers.length = 0;
  });
  afterAll(() => program.close());

  let client: pg.Client;
  let crane = 0;
  const publish = (options: object = {}, payload: object = { crane }) =>
    program.host.publish("quay", "crane.stopped", payload, { client, ...options });
  const countRows = async (table: string): Promise<number> => {
    const reader = await connect(url);
    const { rows } = await reader.query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${table}`);
    return Number(rows[0]?.n);
  };
  beforeEach(async () => {
    client = await connect(url);
    crane += 1;
  });

  test("the change and its event are committed together, and sent after the commit", async () => {
    const before = await countRows("callboard_event");
    await client.query("BEGIN");
    await client.query("INSERT INTO crane VALUES ($1, 'stopped')", [crane]);
    const published = await publish();
    expect(published).toMatchObject({ duplicate: false, deliveries: [{ url: program.receiver.url }] });
    await pause(A_WHILE_MS);
    expect([program.arrived().includes(crane), await countRows("callboard_event")]).toEqual([false, before]);

    await client.query("COMMIT");
    await waitFor(() => expect(program.arrived()).toContain(crane));
    const [delivery] = published.deliveries;
    await waitFor(async () =>
      expect(await program.host.request("GET", `/deliveries/${delivery!.id}`)).toMatchObject({
        state: "delivered",
      }),
    );
  });

  test("after a rollback there is neither, and the backlog has as many places as before", async () => {
    const before = await countRows("callboard_delivery");
    for (let round = 0; round < 4; round += 1) {
      await client.query("BEGIN");
      await client.query("INSERT INTO crane VALUES ($1, 'stopped')", [crane]);
      for (let index = 0; index < 15; index += 1) expect((await publish()).deliveries).toHaveLength(1);
      await client.query("ROLLBACK");
    }
    expect(await countRows("callboard_delivery")).toBe(before);
    // Without a client, memory counts: 60 that were rolled back would be three times the limit.
    const { deliveries } = await program.host.publish("quay", "crane.stopped", { crane });
    expect(deliveries).toEqual([
      { id: expect.any(String), url: expect.any(String), webhookId: expect.any(String) },
    ]);
    await waitFor(() => expect(program.arrived().filter((each) => each === crane)).toHaveLength(1));
  });

  test("a key keeps its order, and an open transaction holds up none of its deliveries", async () => {
    const board = await startReceiver();
    closers.push(board.close);
    const made = (await program.host.request("POST", "/sites/quay/webhooks", {
      name: "In order",
      url: board.url,
      events: ["crane.stopped"],
      orderBy: "/crane",
    })) as { readonly id: string };
    closers.push(() => program.host.request("DELETE", `/sites/quay/webhooks/${made.id}`));
    const send = (step: number, options: object = {}) =>
      program.host.publish("quay", "crane.stopped", { crane, step }, options);
    const arrived = () =>
      board.received.map(({ headers, body }) => [
        headers["webhook-sequence"],
        (JSON.parse(body.toString()) as { readonly step: number }).step,
      ]);

    await send(0);
    await client.query("BEGIN");
    await send(2, { client });
    await send(3, { client });
    await send(1);
    await waitFor(() =>
      expect(arrived()).toEqual([
        ["1", 0],
        ["2", 1],
      ]),
    );
    await client.query("COMMIT");
    await send(4);
    await waitFor(() => expect(arrived()).toEqual([0, 1, 2, 3, 4].map((step) => [String(step + 1), step])));
  });

  test("beyond the backlog of an endpoint, deliveries of the transaction fail as backlog-full", async () => {
    await client.query("BEGIN");
    const states: unknown[] = [];
    for (let index = 0; index < 22; index += 1) {
      const { deliveries } = await publish();
      states.push(deliveries[0]?.reason);
    }
    await client.query("ROLLBACK");
    expect(states).toEqual([...Array.from({ length: 20 }, () => undefined), "backlog-full", "backlog-full"]);
  });

  test("the same ID gets the same response, within the transaction and after it", async () => {
    const id = `once-${crane}`;
    await client.query("BEGIN");
    const first = await publish({ id });
    expect(await publish({ id })).toEqual({ ...first, duplicate: true });
    await expect(publish({ id }, { crane: -1 })).rejects.toMatchObject({ code: "EVENT_CONFLICT" });
    await client.query("COMMIT");
    await client.query("BEGIN");
    expect(await publish({ id })).toEqual({ ...first, duplicate: true });
    await client.query("COMMIT");
    expect(await program.host.publish("quay", "crane.stopped", { crane }, { id })).toEqual({
      ...first,
      duplicate: true,
    });
    await waitFor(() => expect(program.arrived().filter((each) => each === crane)).toHaveLength(1));
  });

  test.each<["COMMIT" | "ROLLBACK", boolean]>([
    ["COMMIT", true],
    ["ROLLBACK", false],
  ])("an ID of another transaction under way is decided by its %s", async (end, duplicate) => {
    const id = `raced-${crane}`;
    const other = await connect(url);
    await client.query("BEGIN");
    await other.query("BEGIN");
    const first = await publish({ id });
    const second = program.host.publish("quay", "crane.stopped", { crane }, { id, client: other });
    await pause(100);
    await client.query(end);
    expect(await second).toMatchObject({ duplicate, id: duplicate ? first.id : expect.any(String) });
    await other.query("COMMIT");
    await waitFor(() => expect(program.arrived().filter((each) => each === crane)).toHaveLength(1));
  });

  test("an ID of a transaction that stays open holds up its other publisher only", async () => {
    const id = `open-${crane}`;
    await client.query("BEGIN");
    await publish({ id });
    const startedAt = performance.now();
    // The first is committed alone, and those after it together.
    const ids = [`first-${crane}`, `second-${crane}`, id, `third-${crane}`];
    const settled = await Promise.allSettled(
      ids.map((each) => program.host.publish("quay", "crane.stopped", { crane }, { id: each })),
    );
    expect(settled.map((each) => each.status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(settled[2]).toMatchObject({ reason: { code: "STORAGE", retryAfterSeconds: 1 } });
    // It is waited for twice, a second each time; without a limit of its own, as long as a statement may take: 10 s.
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    await client.query("COMMIT");
    expect(await program.host.publish("quay", "crane.stopped", { crane }, { id })).toMatchObject({
      duplicate: true,
    });
  });

  test.each(["REPEATABLE READ", "SERIALIZABLE"])("an old snapshot of %s is no hindrance", async (level) => {
    await client.query(`BEGIN ISOLATION LEVEL ${level}`);
    await client.query("SELECT COUNT(*) FROM crane");
    await program.host.request("POST", "/sites/quay/webhooks", {
      name: level,
      url: `${program.receiver.url}/${level.charAt(0)}`,
      events: ["crane.stopped"],
    });
    const { deliveries } = await publish();
    expect(deliveries.map((each) => each.url)).toContain(`${program.receiver.url}/${level.charAt(0)}`);
    await client.query("COMMIT");
    await waitFor(() => expect(program.arrived()).toContain(crane));
  });

  test("a webhook that another process has just added gets the event", async () => {
    const other = await createHost({
      databaseUrl: url,
      masterKey: MASTER_KEY,
      logLevel: "silent",
      dataDir: "/tmp",
    });
    closers.push(other.close);
    await client.query("BEGIN");
    const webhook = { name: "New", url: `${program.receiver.url}/new`, events: ["crane.stopped"] };
    await other.request("POST", "/sites/quay/webhooks", webhook);
    expect((await publish()).deliveries.map((each) => each.url)).toContain(webhook.url);
    await client.query("ROLLBACK");
  });

  test("a role that can read and write two tables is enough, whatever its search path is", async () => {
    // Roles are those of the server, and a cluster has served other runs.
    const role = `crane_${crane}_${Date.now()}`;
    const tables = `callboard_event, callboard_delivery${CITUS_URL === undefined ? "" : ", callboard_shard"}`;
    await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; CREATE SCHEMA ${role};
      CREATE TABLE ${role}.callboard_event (); CREATE TABLE ${role}.callboard_delivery ();
      GRANT USAGE ON SCHEMA ${role} TO ${role};
      GRANT SELECT, INSERT ON ${tables} TO ${role}`);
    const limited = new URL(url);
    limited.username = role;
    limited.password = "x";
    const own = await connect(limited.href);
    await own.query(`SET search_path TO ${role}`);
    await own.query("BEGIN");
    expect((await publish({ client: own, id: `limited-${crane}` })).duplicate).toBe(false);
    expect((await publish({ client: own, id: `limited-${crane}` })).duplicate).toBe(true);
    expect((await own.query("SHOW search_path")).rows).toEqual([{ search_path: role }]);
    await own.query("COMMIT");
    await waitFor(() => expect(program.arrived()).toContain(crane));
  });

  test("a client that resolves to the rows alone works as well, and keeps reading BIGINT as text", async () => {
    const rowsAlone: TransactionClient = {
      query: async (sql, params) => (await client.query(sql, params)).rows,
    };
    expect(await rowsAlone.query("SELECT 1::bigint AS n", [])).toEqual([{ n: "1" }]);
    await client.query("BEGIN");
    const first = await publish({ client: rowsAlone, id: `rows-${crane}` });
    expect(await publish({ client: rowsAlone, id: `rows-${crane}` })).toEqual({ ...first, duplicate: true });
    await client.query("ROLLBACK");
  });

  describe("nothing is written", () => {
    test.each<[string, string, string, unknown, object]>([
      ["dock", "crane.stopped", "SITE_NOT_FOUND", {}, {}],
      ["quay", "", "EVENT_SCHEMA", {}, {}],
      ["quay", "crane.stopped", "BODY_NOT_JSON", undefined, {}],
      ["quay", "crane.stopped", "BODY_TOO_LARGE", { text: "x".repeat(26 * 1024 ** 2) }, {}],
      ["quay", "crane.stopped", "EVENT_SCHEMA", {}, { id: "x".repeat(201) }],
    ])(
      "publish(%j, %j, …) throws %s before the first statement",
      async (site, event, code, payload, options) => {
        const spy = spied(client);
        const publishing = program.host.publish(site, event, payload as object, {
          ...options,
          client: spy.client,
        });
        await expect(publishing).rejects.toMatchObject({ code });
        expect(spy.statements).toEqual([]);
      },
    );

    test("a body off its schema is refused before the first statement", async () => {
      const schema = { type: "object", required: ["depth"] };
      await program.host.products.put({
        product: "strict",
        name: "Strict",
        description: "Refuses",
        schemaPolicy: "refuse",
        events: { "basin.full": { description: "Full", sample: { depth: 3 }, schema } },
      } as never);
      await program.host.sites.add({ key: "basin", product: "strict", name: "Basin" });
      const spy = spied(client);
      const publishing = program.host.publish("basin", "basin.full", {}, { client: spy.client });
      await expect(publishing).rejects.toMatchObject({ code: "EVENT_OFF_SCHEMA" });
      expect(spy.statements).toEqual([]);
    });

    test.each<[string, () => Promise<unknown>, string]>([
      ["undefined", () => Promise.resolve(undefined), "TRANSACTION_UNSUPPORTED"],
      ["null", () => Promise.resolve(null), "TRANSACTION_UNSUPPORTED"],
      ["an object without query", () => Promise.resolve({ execute: () => [] }), "TRANSACTION_UNSUPPORTED"],
      [
        "a query without rows",
        () => Promise.resolve({ query: () => Promise.resolve(1) }),
        "TRANSACTION_UNSUPPORTED",
      ],
      ["a client without a transaction", () => connect(url), "TRANSACTION_MISSING"],
      ["a pool", () => Promise.resolve(newPool(url)), "TRANSACTION_MISSING"],
      [
        "a client of another database",
        async () => begun(await newPostgresUrl()),
        "TRANSACTION_OTHER_DATABASE",
      ],
    ])("with %s", async (_name, createClient, code) => {
      const before = await countRows("callboard_event");
      await expect(publish({ client: await createClient() })).rejects.toMatchObject({ code });
      expect(await countRows("callboard_event")).toBe(before);
    });

    async function begun(of: string): Promise<pg.Client> {
      const other = await connect(of);
      await other.query("BEGIN");
      return other;
    }

    function newPool(of: string): pg.Pool {
      const pool = new pg.Pool({ connectionString: of });
      closers.push(() => pool.end());
      return pool;
    }

    test("and errors of the database come through as they are, with the transaction aborted", async () => {
      await client.query("BEGIN READ ONLY");
      await expect(publish()).rejects.toMatchObject({ code: "25006", name: "error" });
      await expect(client.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
      await expect(publish()).rejects.toMatchObject({ code: "25P02" });
      await client.query("ROLLBACK");
    });
  });

  test.skipIf(!hasPgBouncer)("both sides can go through a pooler in transaction mode", async () => {
    const direct = await newPostgresUrl();
    const pooler = await startPgBouncer({ server: direct, mode: "transaction" });
    const pooled = await openProgram({ databaseUrl: pooler.toUrl(direct) });
    closers.push(pooler.stop, pooled.close);
    const through = await connect(pooler.toUrl(direct));
    await through.query("BEGIN");
    const options = { client: through, id: "pooled" };
    const first = await pooled.host.publish("quay", "crane.stopped", { crane }, options);
    expect(await pooled.host.publish("quay", "crane.stopped", { crane }, options)).toEqual({
      ...first,
      duplicate: true,
    });
    expect(pooled.arrived()).toEqual([]);
    await through.query("COMMIT");
    await waitFor(() => expect(pooled.arrived()).toEqual([crane]));
    const outside = pooled.host.publish("quay", "crane.stopped", { crane }, { client: through });
    await expect(outside).rejects.toMatchObject({ code: "TRANSACTION_MISSING" });
  });
});
