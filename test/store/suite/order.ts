/** Order by key: numbers, turns, and keys that are forgotten or go on. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Database, Queryable } from "../../../src/host/store/db/database.ts";
import { FAILED, LEASED, WAITING, readWaitingLanes } from "../../../src/host/store/tables/deliveries.ts";
import { failWaiting } from "../../../src/host/store/tables/ended.ts";
import {
  areLastOfKeys,
  forgetKeys,
  freeNext,
  numberWritten,
  numbersAhead,
  takeNumbers,
} from "../../../src/host/store/tables/order.ts";
import type { NumbersAhead } from "../../../src/host/store/tables/order.ts";
import { freeOrphanedKeys, listOrphanedKeys } from "../../../src/host/store/tables/orphaned-keys.ts";
import { cancelDelivery } from "../../../src/host/store/tables/reopen.ts";
import { insertSubscriptions } from "../../../src/host/store/tables/subscriptions.ts";
import type { Uuid } from "../../../src/host/model/ids.ts";
import type { NewDelivery } from "../../../src/host/model/delivery.ts";
import { onDatabase } from "../../support/pg-client.ts";
import {
  addDeliveries,
  addSite,
  newDelivery,
  newEvent,
  newSubscription,
  openMigrated,
} from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";
import { listRows } from "./deliveries.ts";

const DAY_MS = 86_400_000;
const KEY = "w1 7";
const LEASE = { id: "lease-one", until: 61_000 };

/** The delivery with this number of its key; others than the first are behind it. */
const ordered = (
  siteNo: number,
  event: Uuid,
  sequence: number,
  change: Partial<NewDelivery> & { readonly key?: string } = {},
): NewDelivery => {
  const { key = KEY, ...rest } = change;
  // Each has an ID of its own.
  const index = key === KEY ? sequence : sequence + 100;
  return newDelivery(siteNo, event, index, { order: { key, sequence, isBehind: sequence > 1 }, ...rest });
};
const lanes = async (database: Database) => (await listRows(database)).map((row) => row["lane"]);
const endFirst = (database: Database) =>
  database.write((tx) => tx.query(`UPDATE callboard_delivery SET state = ${FAILED} WHERE sequence = 1`));

export function orderTests(open: OpenStore): void {
  async function keyed(...deliveries: ((siteNo: number, event: Uuid) => NewDelivery)[]) {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const { id: event } = newEvent(siteNo);
    await database.write(async (tx) => {
      const made = deliveries.map((make) => make(siteNo, event));
      for (const { order } of made)
        await takeNumbers(tx, [{ siteNo, key: order?.key ?? "", count: 1 }], 1_000);
      await addDeliveries(tx, made);
    });
    return { database, siteNo, event, key: { siteNo, key: KEY } };
  }
  const nth =
    (sequence: number, change?: Parameters<typeof ordered>[3]) =>
    (siteNo: number, event: Uuid): NewDelivery =>
      ordered(siteNo, event, sequence, change);

  test("a delivery is the last of its key until another one has a number", async () => {
    const { database, key } = await keyed(nth(1), nth(2, { key: "w1 other" }), nth(1, { key: "w1 other" }));
    const areLast = (...ended: readonly (readonly [key: string, sequence: number])[]) =>
      database.batch({
        checks: [
          areLastOfKeys(
            database.dialect,
            ended.map(([own, sequence]) => ({ ...key, key: own, sequence })),
          ),
        ],
        changes: [],
      });

    expect(await areLast([KEY, 1])).toBe(true);
    expect(await areLast([KEY, 1], ["w1 other", 2])).toBe(true);
    expect(await areLast([KEY, 1], ["w1 other", 1])).toBe(false);
    expect(await areLast(["w1 unknown", 1])).toBe(false);
    await database.write((tx) => takeNumbers(tx, [{ ...key, count: 1 }], 2_000));
    expect(await areLast([KEY, 1])).toBe(false);
  });

  test("numbers are read ahead of a batch that takes them, unless they are taken meanwhile or a key is busy", async () => {
    const { database, siteNo, key } = await keyed(nth(1));
    const counts = [KEY, "w1 new"].map((each) => ({ siteNo, key: each, count: 2 }));
    const read = (wanted = counts) => numbersAhead(database.read, wanted, 2_000);
    const take = (ahead: NumbersAhead | undefined) =>
      database.batch({ checks: [ahead?.check], changes: [ahead?.change] });
    expect(await read()).toBe(undefined);
    await endFirst(database);

    const ahead = await read();
    if (database.dialect.isShared) {
      expect(ahead).toBe(undefined);
      return;
    }
    expect(ahead?.standings).toEqual([
      { last: 1, isBusy: false },
      { last: 0, isBusy: false },
    ]);
    expect(await take(ahead)).toBe(true);
    expect(await take(ahead)).toBe(false);
    const newKey = await read([{ siteNo, key: "w1 other", count: 1 }]);
    await database.write((tx) => takeNumbers(tx, [{ ...key, key: "w1 other", count: 1 }], 2_000));
    expect(await take(newKey)).toBe(false);
    expect((await read())?.standings.map(({ last }) => last)).toEqual([3, 2]);
  });

  test("the next of a key goes once none before it is left, whether that waits or is leased", async () => {
    const { database, key } = await keyed(nth(1), nth(2), nth(3));
    const free = () => database.write((tx) => freeNext(tx, [key], 2_000));
    const setState = (state: number) =>
      database.write((tx) =>
        tx.query("UPDATE callboard_delivery SET state = $1 WHERE sequence = 1", [state]),
      );

    for (const state of [WAITING, LEASED]) {
      await setState(state);
      expect(await free()).toEqual([]);
    }
    expect(await lanes(database)).toEqual([0, 2, 2]);
    await setState(FAILED);
    expect(await free()).toEqual([{ siteNo: key.siteNo, endpointNo: 1, lane: 0 }]);
    expect(await lanes(database)).toEqual([0, 0, 2]);
    expect(await free()).toEqual([]);
  });

  test("a key is forgotten on the day after its retention, unless a delivery of it has not ended", async () => {
    const { database, siteNo } = await keyed(nth(1));
    const usedAt = 20 * DAY_MS + 5_000;
    await database.write((tx) => takeNumbers(tx, [{ siteNo, key: "w1 idle", count: 3 }], usedAt));
    await database.write((tx) => takeNumbers(tx, [{ siteNo, key: KEY, count: 0 }], usedAt));
    const forget = (unusedSince: number | undefined, most = 10) =>
      database.write((tx) => forgetKeys(tx, siteNo, unusedSince, most));
    const keys = async () =>
      (await database.read.query("SELECT key FROM callboard_order_key ORDER BY key")).map(({ key }) => key);

    expect(await forget(20 * DAY_MS + DAY_MS - 1)).toBe(0);
    expect(await forget(21 * DAY_MS, 0)).toBe(0);
    expect(await forget(21 * DAY_MS)).toBe(1);
    expect(await keys()).toEqual([KEY]);
    await endFirst(database);
    expect(await forget(undefined)).toBe(1);
    expect(await keys()).toEqual([]);
  });

  test("a delivery that is canceled under a lease keeps none, and has its time", async () => {
    const { database, siteNo, event } = await keyed(nth(1, { lease: LEASE }));
    const { id } = ordered(siteNo, event, 1);
    const { ended, freed } = await database.write((tx) => cancelDelivery(tx, { siteNo, id }, 9_000));
    expect([ended, freed]).toEqual([[{ siteNo, id, endpointNo: 1, lane: 0 }], []]);
    expect(await listRows(database)).toMatchObject([
      { state: FAILED, because: "cancelled", settled_at: 9_000, lease_id: null, lease_until: null },
    ]);
  });

  test("what is leased or has ended is left when its subscription is removed", async () => {
    const { database, siteNo } = await keyed(
      nth(1, { lease: LEASE }),
      nth(2),
      nth(3, { failed: "backlog-full" }),
    );
    await database.write(async (tx) => {
      await insertSubscriptions(tx, [newSubscription(siteNo)]);
      await failWaiting(tx, { siteNo, subscriptionNos: [], now: 9_000 });
    });
    expect((await listRows(database)).map((row) => row["state"])).toEqual([LEASED, WAITING, FAILED]);
    await database.write((tx) => failWaiting(tx, { siteNo, subscriptionNos: [1], now: 9_000 }));
    expect((await listRows(database)).map(({ state, because }) => [state, because])).toEqual([
      [LEASED, null],
      [FAILED, "unsubscribed"],
      [FAILED, "backlog-full"],
    ]);
  });

  test("a key goes on whose deliveries all wait behind one that ended without it", async () => {
    const { database, siteNo, key } = await keyed(nth(1), nth(2), nth(3), nth(1, { key: "w1 sound" }));
    const list = () => listOrphanedKeys(database.read, siteNo);
    const { next, sitesWithBehind } = await readWaitingLanes(database.read);
    expect([next.length, sitesWithBehind, await list()]).toEqual([1, [siteNo], []]);

    await database.write((tx) =>
      tx.query(`UPDATE callboard_delivery SET state = ${FAILED} WHERE sequence = 1 AND order_key = $1`, [
        KEY,
      ]),
    );
    expect(await list()).toEqual([key]);
    expect(await database.write((tx) => freeOrphanedKeys(tx, [key], 2_000))).toEqual([
      { siteNo, endpointNo: 1, lane: 0 },
    ]);
    expect(await list()).toEqual([]);
    expect((await lanes(database)).toSorted()).toEqual([0, 0, 0, 2]);
    // It may have been freed by another process.
    expect(await database.write((tx) => freeOrphanedKeys(tx, [key], 2_000))).toEqual([]);
  });

  test("a redelivery is no delivery that others wait for, and one without a number waits for that", async () => {
    const { database, siteNo, key } = await keyed(nth(1), nth(2));
    await database.write((tx) => tx.query("UPDATE callboard_delivery SET redelivery = 1 WHERE sequence = 1"));
    expect(await listOrphanedKeys(database.read, siteNo)).toEqual([key]);
    await database.write((tx) =>
      tx.query("UPDATE callboard_delivery SET sequence = NULL WHERE sequence = 2"),
    );
    expect(await listOrphanedKeys(database.read, siteNo)).toEqual([]);
  });
}

/** What concerns databases that others write to at the same time. */
export function sharedOrderTests(
  newUrl: () => Promise<string>,
  closeLater: (database: Database) => Database,
  isDirect: boolean,
): void {
  const open: OpenStore = async () => closeLater(await openMigrated(await newUrl()));

  test("what was written without a number gets the next ones in its order, and the first goes if none is before it", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const { id: event } = newEvent(siteNo);
    const unnumbered = (index: number, key: string, change: Partial<NewDelivery> = {}) =>
      newDelivery(siteNo, event, index, { order: { key, sequence: undefined, isBehind: true }, ...change });
    await database.write(async (tx) => {
      await takeNumbers(tx, [{ siteNo, key: KEY, count: 1 }], 1_000);
      await addDeliveries(tx, [
        ordered(siteNo, event, 1),
        unnumbered(2, KEY),
        unnumbered(3, "w1 new", { failed: "backlog-full" }),
        unnumbered(4, "w1 new", { endpointNo: 2 }),
        unnumbered(5, "w1 new", { endpointNo: 2 }),
        newDelivery(siteNo, event, 6),
      ]);
    });

    const numbered = await database.write((tx) => numberWritten(tx, 2_000));

    expect(numbered).toEqual({ freed: [{ siteNo, endpointNo: 2, lane: 0 }], more: false });
    expect(
      (await listRows(database)).map(({ order_key, sequence, lane }) => [order_key, sequence, lane]),
    ).toEqual([
      [KEY, 1, 0],
      [KEY, 2, 2],
      ["w1 new", 1, 2],
      ["w1 new", 2, 0],
      ["w1 new", 3, 2],
      [null, null, 0],
    ]);
    const standings = await database.write((tx) =>
      takeNumbers(
        tx,
        [KEY, "w1 new"].map((key) => ({ siteNo, key, count: 1 })),
        3_000,
      ),
    );
    expect(standings).toEqual([
      { last: 2, isBusy: true },
      { last: 3, isBusy: true },
    ]);
  });

  test("more keys than one transaction numbers are left for the next", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const { id: event } = newEvent(siteNo);
    await database.write((tx) =>
      addDeliveries(
        tx,
        Array.from({ length: 501 }, (_, index) =>
          newDelivery(siteNo, event, index, {
            order: { key: `w1 ${index}`, sequence: undefined, isBehind: true },
          }),
        ),
      ),
    );
    const first = await database.write((tx) => numberWritten(tx, 2_000));
    expect([first.more, first.freed.length]).toEqual([true, 500]);
    const second = await database.write((tx) => numberWritten(tx, 2_000));
    expect([second.more, second.freed.length]).toEqual([false, 1]);
  });

  async function withKey() {
    const url = await newUrl();
    const [one, two] = [closeLater(await openMigrated(url)), closeLater(await openMigrated(url))];
    const { no: siteNo } = await addSite(one);
    const { id: event } = newEvent(siteNo);
    /** A program writes a delivery of the key in a transaction of its own. */
    const writeUnnumbered = (index: number) =>
      two.write((tx) =>
        addDeliveries(tx, [
          newDelivery(siteNo, event, index, { order: { key: KEY, sequence: undefined, isBehind: true } }),
        ]),
      );
    const numbers = async () => (await listRows(one)).map(({ sequence }) => sequence);
    return { one, two, siteNo, key: { siteNo, key: KEY }, writeUnnumbered, numbers };
  }

  test("a delivery that is committed while those without a number are numbered gets a number once", async () => {
    const { one, key, writeUnnumbered, numbers } = await withKey();
    await writeUnnumbered(0);
    let isWritten = false;

    const [standing] = await one.write((tx) => {
      const meanwhile: Queryable = {
        ...tx,
        query: async (sql, bind) => {
          // By now it was seen that there are any, not which ones.
          if (!isWritten && sql.includes("ORDER BY u.site_no, u.id")) {
            isWritten = true;
            await writeUnnumbered(1);
          }
          return tx.query(sql, bind);
        },
      };
      return takeNumbers(meanwhile, [{ ...key, count: 1 }], 2_000);
    });

    expect([isWritten, await numbers()]).toEqual([true, [1, 2]]);
    expect(standing).toEqual({ last: 2, isBusy: true });
    const next = () => one.write((tx) => takeNumbers(tx, [{ ...key, count: 1 }], 3_000));
    expect(await next()).toEqual([{ last: 3, isBusy: true }]);
  });

  test("two processes that number the same deliveries number each once", async () => {
    const { one, two, key, writeUnnumbered, numbers } = await withKey();
    for (const index of [0, 1, 2]) await writeUnnumbered(index);
    let other: ReturnType<typeof numberWritten> | undefined;
    await one.write(async (tx) => {
      await numberWritten(tx, 2_000);
      other = two.write((own) => numberWritten(own, 2_000));
      // It has seen them, and waits for their key.
      await pause(300);
    });

    expect(await other).toEqual({ freed: [], more: false });
    expect(await numbers()).toEqual([1, 2, 3]);
    expect(await one.write((tx) => takeNumbers(tx, [{ ...key, count: 1 }], 3_000))).toEqual([
      { last: 3, isBusy: true },
    ]);
  });

  test("a key that is used while it is being forgotten is kept", async () => {
    const { one, two, siteNo, key } = await withKey();
    await one.write((tx) => takeNumbers(tx, [{ ...key, count: 1 }], DAY_MS));
    let forgotten: Promise<number> | undefined;
    await one.write(async (tx) => {
      await takeNumbers(tx, [{ ...key, count: 1 }], 30 * DAY_MS);
      forgotten = two.write((other) => forgetKeys(other, siteNo, 20 * DAY_MS, 10));
      // It waits for the key.
      await pause(300);
    });

    expect(await forgotten).toBe(0);
    expect(await one.write((tx) => takeNumbers(tx, [{ ...key, count: 1 }], 30 * DAY_MS))).toEqual([
      { last: 2, isBusy: false },
    ]);
  });

  if (!isDirect) return;
  test("keys are held in the order of their bytes, also where the database sorts texts by language", async () => {
    const url = await newUrlSortedByLanguage(await newUrl());
    const one = closeLater(await openMigrated(url));
    const two = closeLater(await openMigrated(url));
    // By language, a comes before B.
    const [a, B] = ["w1 a", "w1 B"].map((key) => ({ siteNo: 1, key, count: 1 }));
    await one.write((tx) => takeNumbers(tx, [a!, B!], 1_000));
    let holding: Promise<unknown> | undefined;
    let isHolding = false;

    await one.write(async (tx) => {
      await takeNumbers(tx, [B!], 1_000);
      holding = two.write(async (other) => {
        await takeNumbers(other, [a!, B!], 1_000);
        isHolding = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(isHolding).toBe(false);
      // It waits for B, and holds nothing that this transaction takes.
      await takeNumbers(tx, [a!], 1_000);
    });

    await holding;
    expect(isHolding).toBe(true);
  });
}

/** Makes a database on the same server. */
async function newUrlSortedByLanguage(url: string): Promise<string> {
  const name = `by_language_${crypto.randomUUID().replaceAll("-", "")}`;
  await onDatabase(
    url,
    `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'`,
  );
  return new URL(`/${name}`, url).href;
}
