/** The order in which an add-on polls its events: stable, without gaps, and with events that were committed late. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS } from "../../../../src/catalogue/index.ts";
import { LATE_COMMIT_MS, pollEvents } from "../../../../src/host/delivery-log/poll-events.ts";
import type { PollParts } from "../../../../src/host/delivery-log/poll-events.ts";
import type { Endpoint } from "../../../../src/host/model/endpoint.ts";
import { deliveryUuid, firstUuidAt } from "../../../../src/host/model/ids.ts";
import type { Uuid } from "../../../../src/host/model/ids.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { removeEvents } from "../../../../src/host/store/tables/retention.ts";
import { describeOn, describeOnEach } from "../../../support/databases.ts";
import type { NewUrl } from "../../../support/databases.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  newDelivery,
  newEvent,
  openMigrated,
} from "../../../support/store.ts";

const ADDON = "bell";
const OTHER = "gong";
const product = BUILT_IN_PRODUCTS[0]!;

/** The ID of an event at a time, in ms after the start of the test. */
const START = Date.now();
const eventAt = (ms: number): Uuid => firstUuidAt(START + ms);
const formatName = (id: Uuid) => `at ${Number.parseInt(id.slice(0, 12), 16) - START}`;

interface Stage {
  readonly database: Database;
  readonly url: string;
  readonly snapshot: SiteSnapshot;
  readonly add: (ms: number, endpointNo?: number) => Promise<void>;
  /** The events after a cursor, as text, and the cursor. */
  readonly poll: (
    after?: string,
    limit?: number,
    now?: PollParts["now"],
  ) => Promise<readonly [events: readonly string[], next: string, hasMore: boolean]>;
}

async function openStage(newUrl: NewUrl): Promise<Stage> {
  const url = await newUrl();
  const database = await openMigrated(url);
  const site = await addSite(database);
  const endpoints = [ADDON, OTHER].map((addonKey, index) => ({
    no: index + 1,
    receiver: { kind: "addon", addonKey },
  }));
  const snapshot: SiteSnapshot = {
    site,
    product,
    subscriptions: new Map(),
    installations: new Map(),
    webhooks: new Map(),
    endpoints: new Map(endpoints.map((endpoint) => [endpoint.no, endpoint as Endpoint])),
  };
  return {
    database,
    url,
    snapshot,
    add: (ms, endpointNo = 1) =>
      database.write(async (tx) => {
        const id = eventAt(ms);
        await addEvents(tx, [newEvent(site.no, { id, name: formatName(id) })]);
        await addDeliveries(tx, [newDelivery(site.no, id, 0, { endpointNo })]);
      }),
    poll: async (after, limit = 50, now = Date.now) => {
      const request = { addonKey: ADDON, after, limit };
      const { items, next, hasMore } = await pollEvents({ database, now }, snapshot, request);
      return [items.map(({ name }) => name), next, hasMore];
    },
  };
}

describeOnEach((newUrl) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(newUrl);
  });
  afterAll(() => stage.database.close());

  test("events come once, oldest first, and those of another add-on not at all", async () => {
    const { add, poll } = stage;
    for (const ms of [20, 10, 30]) await add(ms);
    await add(25, 2);
    expect(await poll(undefined, 2)).toEqual([["at 10", "at 20"], "2", true]);
    expect(await poll("2", 2)).toEqual([["at 30"], "3", false]);
    expect(await poll("3")).toEqual([[], "3", false]);
    expect(await poll("1")).toEqual([["at 20", "at 30"], "3", false]);
  });

  test("an event that is committed behind one that was read comes after it", async () => {
    const { add, poll } = stage;
    await add(15);
    await add(40);
    expect(await poll("3")).toEqual([["at 15", "at 40"], "5", false]);
    expect(await poll("1")).toEqual([["at 20", "at 30", "at 15", "at 40"], "5", false]);
  });

  test("two requests at once give each event one number", async () => {
    const { add, poll } = stage;
    for (const ms of [50, 51, 52]) await add(ms);
    const pages = await Promise.all([poll("5"), poll("5"), poll("5")]);
    for (const [events] of pages) expect(events).toEqual(["at 50", "at 51", "at 52"]);
    expect(await poll("5")).toEqual([["at 50", "at 51", "at 52"], "8", false]);
  });

  test("a request whose events another one numbers meanwhile returns them", async () => {
    const { database, snapshot, add, poll } = await openStage(newUrl);
    await add(10);
    let statements = 0;
    const read: Database["read"] = {
      dialect: database.dialect,
      query: async (sql, bind) => {
        const rows = await database.read.query<never>(sql, bind);
        // The first has looked for numbered events, and found none.
        if ((statements += 1) === 1) expect(await poll()).toEqual([["at 10"], "1", false]);
        return rows;
      },
    };
    const request = { addonKey: ADDON, after: "0", limit: 50 };
    const page = await pollEvents({ database: { ...database, read }, now: Date.now }, snapshot, request);
    expect([page.items.map(({ name }) => name), page.next, page.hasMore]).toEqual([["at 10"], "1", false]);
    await database.close();
  });

  test("a cursor that no page gave out is refused", async () => {
    for (const after of ["9", "-1", "x", "1.5", ""]) {
      await expect(stage.poll(after)).rejects.toMatchObject({ code: "QUERY_INVALID" });
    }
  });

  test("after retention a cursor is refused that would skip events, with the one to go on with", async () => {
    const { database, snapshot, add, poll } = stage;
    await database.write(async (tx) => {
      await tx.query("UPDATE callboard_delivery SET state = 2");
      const range = { siteNo: snapshot.site.no, first: eventAt(0), last: eventAt(20) };
      await removeEvents(tx, range);
    });
    // The numbers 1 to 3 were the events at 10, 20 and 30, 4 was the one at 15.
    await expect(poll("0")).rejects.toMatchObject({ code: "CURSOR_EXPIRED", extra: { next: "2" } });
    expect((await poll("2"))[0]).toEqual(["at 30"]);
    await expect(poll("3")).rejects.toMatchObject({ code: "CURSOR_EXPIRED", extra: { next: "4" } });
    expect((await poll())[0]).toEqual(["at 30"]);
    await add(60);
    expect((await poll("8"))[0]).toEqual(["at 60"]);
  });
});

describeOn("PostgreSQL", (newUrl) => {
  test("an event of a transaction that stays open for long is not skipped", async () => {
    const stage = await openStage(newUrl);
    const { add, poll, snapshot } = stage;
    const client = new pg.Client({ connectionString: stage.url });
    await client.connect();
    try {
      await client.query("BEGIN");
      await client.query(
        "INSERT INTO callboard_event (site_no, id, name, lane, body, body_size) VALUES ($1, $2, 'late', 0, '{}', 2)",
        [snapshot.site.no, eventAt(5)],
      );
      await add(100);
      // As if the transaction had been open for an hour.
      const inAnHour = () => Date.now() + 3_600_000 + LATE_COMMIT_MS;
      expect(await poll(undefined, 50, inAnHour)).toEqual([["at 100"], "1", false]);
      await client.query(
        `INSERT INTO callboard_delivery (site_no, id, endpoint_no, subscription_no, lane, state, due_at, attempts,
           schedule_from, redelivery, test) VALUES ($1, $2, 1, 1, 0, 0, 0, 0, 0, 0, 0)`,
        [snapshot.site.no, deliveryUuid(eventAt(5), 0)],
      );
      await client.query("COMMIT");
      expect(await poll("1", 50, inAnHour)).toEqual([["late"], "2", false]);
    } finally {
      await client.end();
      await stage.database.close();
    }
  });
});
