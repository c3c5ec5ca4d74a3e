/** Pages and lists from a streaming replica: always what was written last, and from the primary while the replica can't. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { onDatabase } from "../support/pg-client.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { startReplica } from "../support/postgres-replica.ts";
import type { PostgresReplica } from "../support/postgres-replica.ts";
import { waitFor } from "../support/wait-for.ts";

let primary: Postgres;
let replica: PostgresReplica;
beforeAll(async () => {
  primary = await startPostgres();
  replica = await startReplica(primary);
});
afterAll(async () => {
  await replica.remove();
  await primary.stop();
});

/** Counts the statements of a database by the server that ran them. */
async function open(url: string): Promise<Database> {
  const database = await openDatabase(url, { readUrl: replica.toUrl(url) });
  onTestFinished(() => database.close());
  return database;
}

const isOnReplica = async (database: Database): Promise<boolean> => {
  const q = await database.lists();
  const [row] = await q.query<{ replica: boolean }>("SELECT pg_is_in_recovery() AS replica");
  return row?.replica === true;
};

describe("lists", () => {
  test("are read from the replica, and have what was committed before", async () => {
    const database = await open(await primary.newUrl());
    await database.autocommit.query("CREATE TABLE callboard_site (no INT)");
    await waitFor(async () => expect(await isOnReplica(database)).toBe(true));
    let fromReplica = 0;
    for (let number = 1; number <= 100; number += 1) {
      await database.autocommit.query("INSERT INTO callboard_site VALUES ($1)", [number]);
      const q = await database.lists();
      const [row] = await q.query<{ most: number; replica: boolean }>(
        "SELECT MAX(no) AS most, pg_is_in_recovery() AS replica FROM callboard_site",
      );
      expect(row?.most).toBe(number);
      if (row?.replica === true) fromReplica += 1;
    }
    expect(fromReplica).toBeGreaterThan(50);
  });

  test("have what was committed also while replaying stands still, from the primary", async () => {
    const database = await open(await primary.newUrl());
    await waitFor(async () => expect(await isOnReplica(database)).toBe(true));
    await replica.pause();
    try {
      await database.autocommit.query("CREATE TABLE later (no INT)");
      const startedAt = performance.now();
      const q = await database.lists();
      // It is waited for at most half a second; a reader that waits for it alone waits until the end of this test.
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(await q.query("SELECT * FROM later")).toEqual([]);
      expect(await isOnReplica(database)).toBe(false);
    } finally {
      await replica.resume();
    }
    await waitFor(async () => expect(await isOnReplica(database)).toBe(true));
  });

  test("are repeated on the primary when the replica fails under them", async () => {
    const database = await open(await primary.newUrl());
    await waitFor(async () => expect(await isOnReplica(database)).toBe(true));
    const q = await database.lists();
    await replica.stop();
    expect(await q.query("SELECT pg_is_in_recovery() AS replica")).toEqual([{ replica: false }]);
    await waitFor(() => expect(database.replica?.()).toEqual({ state: "unreachable" }));
    await replica.start();
    await waitFor(async () => expect(await isOnReplica(database)).toBe(true), 20_000);
  }, 60_000);
});

describe("a read URL that can't be used", () => {
  test("that is the primary's own is refused", async () => {
    const url = await primary.newUrl();
    await expect(openDatabase(url, { readUrl: url })).rejects.toMatchObject({ code: "REPLICA_FOREIGN" });
  });

  test("of a replica of another server is refused", async () => {
    const other = await startPostgres({ hasOwnIdentifier: true });
    onTestFinished(() => other.stop());
    const url = await other.newUrl();
    const readUrl = replica.toUrl(`${primary.url}/postgres`);
    await expect(openDatabase(url, { readUrl })).rejects.toMatchObject({ code: "REPLICA_FOREIGN" });
  }, 60_000);

  test("of another database of the server is refused", async () => {
    const url = await primary.newUrl();
    const readUrl = replica.toUrl(`${primary.url}/postgres`);
    await expect(openDatabase(url, { readUrl })).rejects.toMatchObject({ code: "REPLICA_FOREIGN" });
  });

  test("with a wrong password is refused, and names the setting", async () => {
    const url = await primary.newUrl();
    const readUrl = replica.toUrl(url).replace(":callboard@", ":wrong@");
    await expect(openDatabase(url, { readUrl })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("CALLBOARD_READ_URL") as string,
    });
  });

  test("where nothing listens is no reason not to start", async () => {
    const url = await primary.newUrl();
    const database = await openDatabase(url, { readUrl: "postgres://u@127.0.0.1:1/none" });
    onTestFinished(() => database.close());
    expect(database.replica?.()).toEqual({ state: "unreachable" });
    expect(await isOnReplica(database)).toBe(false);
  });
});

describe("a host with a replica", () => {
  let host: TestHost;
  let url: string;
  beforeAll(async () => {
    url = await primary.newUrl();
    host = await startTestHost({ ...environmentOfSeveral(url), CALLBOARD_READ_URL: replica.toUrl(url) });
  });
  afterAll(() => host.stop());

  const readyz = async () => (await host.call("GET", "/readyz")).body as { status: string; checks: object };
  /** Statements of the host on the replica's copy of the deliveries. */
  async function countScans(): Promise<number> {
    const [row] = await onDatabase(
      replica.toUrl(url),
      "SELECT COALESCE(idx_scan, 0) + COALESCE(seq_scan, 0) AS scans FROM pg_stat_user_tables WHERE relname = 'callboard_delivery'",
    );
    return Number(row?.["scans"] ?? 0);
  }

  test("lists from it what was just accepted", async () => {
    await waitFor(async () => expect((await readyz()).checks).toMatchObject({ replica: "ok" }));
    const before = await countScans();
    for (let number = 1; number <= 20; number += 1) {
      const event = { id: `e-${number}`, event: "jira:issue_created", payload: {} };
      expect((await host.call("POST", "/api/v1/sites/jira/events", event)).status).toBe(202);
      const { items } = (await host.call("GET", "/api/v1/sites/jira/events")).body as { items: object[] };
      expect(items).toHaveLength(number);
      await host.call("GET", "/api/v1/deliveries");
    }
    // The statistics of a server are written after a moment.
    await waitFor(async () => expect(await countScans()).toBeGreaterThan(before));
  });

  test("says that it is behind, and lists from the primary", async () => {
    await replica.pause();
    const event = { id: "later", event: "jira:issue_created", payload: {} };
    await host.call("POST", "/api/v1/sites/jira/events", event);
    const found = await waitFor(async () => {
      const { status, checks } = await readyz();
      expect(checks).toMatchObject({ replica: expect.stringContaining("REPLICA_BEHIND") as string });
      return status;
    }, 30_000);
    expect(found).toBe("ready");
    const { body } = await host.call("GET", "/api/v1/status");
    expect(body.replica).toMatchObject({ state: "behind" });
    expect(body.replica.lagMs).toBeGreaterThan(10_000);
    const { items } = (await host.call("GET", "/api/v1/sites/jira/events")).body as { items: object[] };
    expect(items).toHaveLength(21);
    await replica.resume();
    await waitFor(async () => expect((await readyz()).checks).toMatchObject({ replica: "ok" }));
  }, 60_000);
});

test("a replica that is promoted is no longer read", async () => {
  const server = await startPostgres();
  const standby = await startReplica(server);
  onTestFinished(async () => {
    await standby.remove();
    await server.stop();
  });
  const url = `${server.url}/postgres`;
  const database = await openDatabase(url, { readUrl: standby.toUrl(url) });
  onTestFinished(() => database.close());
  await waitFor(async () => expect(await isOnReplica(database)).toBe(true));
  await standby.promote();
  await waitFor(() => expect(database.replica?.()).toMatchObject({ state: "foreign" }));
  await database.autocommit.query("CREATE TABLE on_primary (no INT)");
  expect(await (await database.lists()).query("SELECT * FROM on_primary")).toEqual([]);
}, 60_000);
