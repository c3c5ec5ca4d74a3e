/** What only PostgreSQL does: many processes lease rows from one table, and only the holder of a lease may settle. */
import { expect, test } from "vitest";
import type { Statement } from "../../../src/host/store/db/batch.ts";
import type { Database, Queryable } from "../../../src/host/store/db/database.ts";
import {
  claimDeliveries,
  notifyDue,
  readNotice,
  releaseExpired,
  releaseLease,
} from "../../../src/host/store/tables/deliveries.ts";
import { areLastOfKeys, freeNext, takeNumbers } from "../../../src/host/store/tables/order.ts";
import { settleDeliveries } from "../../../src/host/store/tables/settle.ts";
import { listen } from "../../../src/host/store/db/listen.ts";
import { MIGRATIONS } from "../../../src/host/store/db/migrations/index.ts";
import { migrate } from "../../../src/host/store/db/migrate.ts";
import { openDatabase, requirePostgresTarget } from "../../../src/host/store/db/database.ts";
import { examinePostgres } from "../../../src/host/store/db/postgres-session.ts";
import { silentLogger } from "../../../src/logger.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  newAttempt,
  newDelivery,
  newEvent,
  openMigrated,
} from "../../support/store.ts";
import { waitFor } from "../../support/wait-for.ts";
import { listAttempts, listRows } from "./deliveries.ts";
import type { DueDelivery, Lease, Settled } from "../../../src/host/model/delivery.ts";

/** Claims are made at 1,000 by the clock of who makes them. */
const ONE: Lease = { id: "lease-one", until: 61_000 };
const TWO: Lease = { id: "lease-two", until: 68_000 };
const OVER: Lease = { id: "lease-over", until: 900 };

export function leaseTests(
  newUrl: () => Promise<string>,
  closeLater: (database: Database) => Database,
  has: { readonly notices: boolean; readonly plans: boolean },
): void {
  /** Two processes on one database that has `count` deliveries due. */
  async function twoProcesses(count: number) {
    const url = await newUrl();
    const one = closeLater(await openMigrated(url));
    const two = closeLater(await openMigrated(url));
    const { no } = await addSite(one);
    const event = newEvent(no);
    await one.write(async (tx) => {
      await addEvents(tx, [event]);
      await addDeliveries(
        tx,
        Array.from({ length: count }, (_, index) => newDelivery(no, event.id, index, { dueAt: index })),
      );
    });
    const claim = async (database: Database, slots: number, lease: Lease, now = 1_000) => {
      const demand = [{ siteNo: no, endpointNo: 1, lane: 0 as const, slots }];
      return (await database.write((tx) => claimDeliveries(tx, demand, now, lease))).due;
    };
    return { one, two, url, claim };
  }
  const settle = (database: Database, delivery: DueDelivery, status: number) => {
    const batch: Settled[] = [
      { delivery, attempt: newAttempt({ status }), settlement: { state: "delivered" } },
    ];
    return database.write((tx) => settleDeliveries(tx, batch, 5_000));
  };
  const ids = (deliveries: readonly DueDelivery[]) => deliveries.map(({ id }) => id);

  test("a claim takes the oldest, at most as many as there are slots", async () => {
    const { one, claim } = await twoProcesses(3);

    const claimed = await claim(one, 2, ONE);

    expect(claimed.map(({ dueAt, lease }) => [dueAt, lease])).toEqual([
      [0, ONE],
      [1, ONE],
    ]);
    expect((await listRows(one)).map((row) => [row["state"], row["lease_id"]])).toEqual([
      [1, "lease-one"],
      [1, "lease-one"],
      [0, null],
    ]);
  });

  test("claims at the same time take each row once", async () => {
    const { one, two, claim } = await twoProcesses(100);

    const claimed = await Promise.all([
      claim(one, 40, ONE),
      claim(two, 40, TWO),
      claim(one, 40, ONE),
      claim(two, 40, TWO),
    ]);

    const all = claimed.flatMap(ids);
    expect(new Set(all).size).toBe(all.length);
    const rest = await claim(one, 100, ONE);
    expect(all.length + rest.length).toBe(100);
  });

  test("a claim passes over rows that another transaction has locked", async () => {
    const { one, two, claim } = await twoProcesses(2);
    const [first] = await listRows(one);

    const claimed = await one.write(async (tx) => {
      await tx.query("SELECT 1 FROM callboard_delivery WHERE site_no = $1 AND id = $2 FOR UPDATE", [
        first!["site_no"],
        first!["id"],
      ]);
      return claim(two, 2, TWO);
    });

    expect(claimed.map(({ dueAt }) => dueAt)).toEqual([1]);
  });

  test("a stale holder neither moves the delivery nor hides what its successor found out", async () => {
    const { one, two, claim } = await twoProcesses(1);
    const [stale] = await claim(one, 1, OVER);
    expect(await two.write((tx) => releaseExpired(tx))).toBe(1);
    const [current] = await claim(two, 1, TWO, 3_000);

    const late = await settle(one, stale!, 500);
    const intime = await settle(two, current!, 204);
    const later = await settle(one, stale!, 500);

    expect([late.length, intime.length, later.length]).toEqual([0, 1, 0]);
    expect(await listRows(two)).toMatchObject([{ state: 2, attempts: 1, last_status: 204 }]);
    expect(await listAttempts(two)).toMatchObject([{ number: 1, status: 204 }]);
  });

  // A distributed database plans a statement on the server with its shard.
  test.skipIf(!has.plans)(
    "each row is looked up in its primary key, also in a plan that was made while the tables were small",
    async () => {
      const { one } = await twoProcesses(300);
      const statements: Statement[] = [];
      await one.write(async (tx) => {
        const noting: Queryable = {
          dialect: tx.dialect,
          query: (sql, bind = []) => {
            statements.push({ sql, bind });
            return tx.query(sql, bind);
          },
        };
        const demand = [{ siteNo: 1, endpointNo: 1, lane: 0 as const, slots: 100 }];
        const { due } = await claimDeliveries(noting, demand, 1_000, ONE);
        const settled = due.map((delivery): Settled => ({
          delivery,
          attempt: newAttempt(),
          settlement: { state: "delivered" },
        }));
        await settleDeliveries(noting, settled, 5_000);
      });

      const plans = await Promise.all(
        statements.map(async ({ sql, bind }) => {
          const rows = await one.read.query<Record<string, string>>(`EXPLAIN ${sql}`, bind);
          return rows.flatMap((row) => Object.values(row)).join("\n");
        }),
      );

      expect(plans).toHaveLength(4);
      const [claimed, read, moved] = plans;
      for (const plan of [claimed, moved]) expect(plan).toContain("using callboard_delivery_pkey");
      expect(read).toContain("using callboard_event_pkey");
      for (const plan of plans) expect(plan).not.toMatch(/Join Filter|Seq Scan/);
    },
  );

  test("the deliveries of a key are looked up in the index of the keys, also in a plan that was made while the tables were small", async () => {
    const { one } = await twoProcesses(0);
    const statements: Statement[] = [];
    const noting: Queryable = {
      dialect: one.dialect,
      query: (sql, bind = []) => {
        statements.push({ sql, bind });
        return Promise.resolve([]);
      },
    };
    const keys = Array.from({ length: 200 }, (_, no) => ({ siteNo: 1, key: `e1 ${no}` }));
    await takeNumbers(
      noting,
      keys.map((key) => ({ ...key, count: 1 })),
      1_000,
    );
    await freeNext(noting, keys, 1_000);
    const check = areLastOfKeys(
      one.dialect,
      keys.map((key) => ({ ...key, sequence: 1 })),
    );
    const all = [...statements, { sql: `SELECT ${check?.sql ?? ""}`, bind: check?.bind ?? [] }];

    const plans = await Promise.all(
      all.map(async ({ sql, bind }) => {
        const rows = await one.read.query<Record<string, string>>(`EXPLAIN ${sql}`, bind);
        return rows.flatMap((row) => Object.values(row)).join("\n");
      }),
    );

    expect(plans).toHaveLength(4);
    for (const plan of plans.slice(1, 3)) expect(plan).toContain("using callboard_delivery_order");
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan|callboard_delivery_due/);
  });

  test("a delivery that is numbered while another of its key is settled refuses the settlement in one statement", async () => {
    const { one, two } = await twoProcesses(0);
    const key = { siteNo: 1, key: "e1 1" };
    const settle = (sequence: number) =>
      one.batch({ checks: [areLastOfKeys(one.dialect, [{ ...key, sequence }])], changes: [] });
    await one.write((tx) => takeNumbers(tx, [{ ...key, count: 1 }], 1_000));
    let settling: Promise<boolean> | undefined;

    await two.write(async (tx) => {
      await takeNumbers(tx, [{ ...key, count: 1 }], 1_000);
      settling = settle(1);
      // It has begun, sees the keys as they were, and waits for this transaction.
      await new Promise((resolve) => setTimeout(resolve, 500));
    });

    expect(await settling).toBe(false);
    expect(await settle(2)).toBe(true);
  });

  test("a lease that has not run out is left alone", async () => {
    const { one, claim } = await twoProcesses(1);
    await claim(one, 1, ONE);

    expect(await one.write((tx) => releaseExpired(tx))).toBe(0);
  });

  test("what a process gives back may be claimed at once; what others hold it cannot give back", async () => {
    const { one, two, claim } = await twoProcesses(2);
    const [mine] = await claim(one, 1, ONE);
    const [others] = await claim(two, 1, TWO);

    await one.write((tx) => releaseLease(tx, ONE.id, [mine!, others!]));

    expect(ids(await claim(two, 2, TWO))).toEqual([mine!.id]);
  });

  test.runIf(has.notices)("a notice reaches the other processes on commit, and names the lanes", async () => {
    const { one, url } = await twoProcesses(1);
    const notices: string[] = [];
    let isConnected = false;
    const { config } = await examinePostgres(requirePostgresTarget(url));
    const listener = await listen(
      config,
      {
        due: (notice) => notices.push(notice),
        registry: () => undefined,
        listener: () => undefined,
        connected: () => (isConnected = true),
      },
      silentLogger,
    );
    await waitFor(() => expect(isConnected).toBe(true));

    const lane = { siteNo: 3, endpointNo: 4, lane: 1 } as const;
    await one.write((tx) => notifyDue(tx, [lane, lane]));
    await waitFor(() => expect(notices).toHaveLength(1));
    await listener.stop();

    expect(readNotice(notices[0]!)).toEqual([lane]);
  });

  test("two processes that migrate an empty database at once take turns", async () => {
    const url = await newUrl();
    const emptied = await openDatabase(url);
    for (const statement of ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"]) {
      await emptied.autocommit.query(statement);
    }
    await emptied.close();
    const both = [closeLater(await openDatabase(url)), closeLater(await openDatabase(url))];

    const applied = await Promise.all(both.map((database) => migrate(database)));

    expect(applied.flat().toSorted()).toEqual(MIGRATIONS.map(({ name }) => name));
  });
}
