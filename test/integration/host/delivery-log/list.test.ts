import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listSiteEvents } from "../../../../src/host/delivery-log/events.ts";
import { listDeliveries } from "../../../../src/host/delivery-log/list.ts";
import type { DeliveryFilter } from "../../../../src/host/delivery-log/filter.ts";
import { countMeant } from "../../../../src/host/delivery-log/redeliver.ts";
import { ensureEndpoint } from "../../../../src/host/store/tables/endpoints.ts";
import {
  eventsStatement,
  insertEvents,
  sitesEventsStatement,
} from "../../../../src/host/store/tables/events.ts";
import { deliveryUuid, firstUuidAt, formatId } from "../../../../src/host/model/ids.ts";
import type { Uuid } from "../../../../src/host/model/ids.ts";
import { openDatabase } from "../../../../src/host/store/db/database.ts";
import type { Database, Queryable } from "../../../../src/host/store/db/database.ts";
import { migrate } from "../../../../src/host/store/db/migrate.ts";
import { createSeal } from "../../../../src/host/store/seal.ts";
import {
  NEWEST,
  OLDEST,
  countWaitingOnEach,
  rangesStatement,
  togetherStatement,
  walkStatement,
} from "../../../../src/host/store/tables/delivery-log.ts";
import type { Walk, WalkTogether, Wanted } from "../../../../src/host/store/tables/delivery-log.ts";
import { dueByEndpoint } from "../../../../src/host/store/tables/endpoint-queues.ts";
import { overdueSince } from "../../../../src/host/store/tables/overdue.ts";
import { figuresStatement, figuresTogetherStatement } from "../../../../src/host/store/tables/figures.ts";
import { bindSites } from "../../../../src/host/store/tables/named-sites.ts";
import { keysStatement } from "../../../../src/host/store/tables/newest-keys.ts";
import type { KeysAmong } from "../../../../src/host/store/tables/newest-keys.ts";
import { newestStatement } from "../../../../src/host/store/tables/newest.ts";
import type { NewestAmong } from "../../../../src/host/store/tables/newest.ts";
import { keepWaitingSites, waitingSitesStatement } from "../../../../src/host/store/tables/waiting-sites.ts";
import { insertSite } from "../../../../src/host/store/tables/sites.ts";
import { loadSnapshots } from "../../../support/load-snapshots.ts";
import type { Snapshots } from "../../../../src/host/store/snapshot.ts";
import { insertSubscriptions } from "../../../../src/host/store/tables/subscriptions.ts";
import { defined } from "../../../../src/defined.ts";
import { describeOn, describeOnEach } from "../../../support/databases.ts";
import { addDeliveries } from "../../../support/store.ts";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../../../../src/catalogue/index.ts";

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const EVENTS = 200;

/** An event id made at a chosen minute. */
const eventAt = (minute: number, salt = 0): Uuid =>
  `${(START + minute * MINUTE).toString(16).padStart(12, "0")}7${salt.toString(16).padStart(15, "0")}0000`;

/** The same numbers from 0 to 1 for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Sites on which nothing happened. */
const MANY = Array.from({ length: 200 }, (_, index) => `empty-${index}`);

let database: Database;
let snapshots: Snapshots;

async function addSite(key: string) {
  return database.write((tx) =>
    insertSite(tx, {
      key,
      product: "jira",
      name: key,
      baseUrl: undefined,
      clientKey: `client-${key}`,
      retryProfile: undefined,
      installSigning: "signed",
      options: {},
      createdAt: START,
    }),
  );
}

function nameOfEvent(index: number, salt: number): string {
  if (index === 9 && salt === 1) return "jira:version_released";
  return index % 10 === 0 ? "jira:issue_updated" : "jira:issue_created";
}

/** On each site: two add-ons that get every event; every 10th event is an update, every 20th delivery to b failed. */
async function fill(siteNo: number, salt: number) {
  await database.write(async (tx) => {
    const endpoints: { endpointNo: number; no: number }[] = [];
    for (const addonKey of ["a", "b"]) {
      const receiver = { kind: "addon", addonKey } as const;
      const endpointNo = await ensureEndpoint(tx, siteNo, receiver, `https://${addonKey}.example`);
      const [no] = await insertSubscriptions(tx, [
        {
          siteNo,
          source: "module",
          receiver,
          event: "jira:issue_created",
          url: `https://${addonKey}.example/hook`,
          params: {},
          filter: undefined,
          bodyFilter: undefined,
          propertyKeys: undefined,
          excludeBody: false,
          endpointNo,
          position: 0,
          dynamic: undefined,
          expiresAt: undefined,
        },
      ]);
      endpoints.push({ endpointNo, no: no! });
    }
    const ids = Array.from({ length: EVENTS }, (_, minute) => eventAt(minute, salt));
    await insertEvents(
      tx,
      ids.map((id, index) => ({
        siteNo,
        id,
        clientId: index === 7 ? `order-${6 + salt}` : undefined,
        digest: undefined,
        name: nameOfEvent(index, salt),
        project: undefined,
        actor: undefined,
        lane: 0,
        aboutAddon: undefined,
        notes: [],
        trace: { others: 0, skipped: [], missing: [] },
        body: Buffer.from(`{"issue":"DEMO-${index}."}`),
      })),
    );
    await addDeliveries(
      tx,
      ids.flatMap((event, index) =>
        endpoints.map(({ endpointNo, no }, at) => ({
          siteNo,
          id: deliveryUuid(event, at),
          endpointNo,
          subscriptionNo: no,
          matched: [no],
          lane: 0 as const,
          dueAt: START,
          test: index === 150 && at === 0,
          lease: undefined,
        })),
      ),
    );
    await tx.query("UPDATE callboard_delivery SET state = 2 WHERE site_no = $1", [siteNo]);
    await tx.query(
      "UPDATE callboard_delivery SET state = 3, because = 'exhausted' WHERE site_no = $1 AND endpoint_no = $2 AND id IN (SELECT id FROM callboard_delivery WHERE site_no = $1 AND endpoint_no = $2 ORDER BY id LIMIT 10)",
      [siteNo, endpoints[1]!.endpointNo],
    );
    await tx.query("UPDATE callboard_site SET version = version + 1");
  });
}

/** Leaves delivered deliveries waiting, or leased. */
async function leave(
  siteNo: number,
  { state, lease, count }: { readonly state: number; readonly lease: number | null; readonly count: number },
) {
  await database.autocommit.query(
    `UPDATE callboard_delivery SET state = $2, lease_until = $3 WHERE site_no = $1 AND id IN
       (SELECT id FROM callboard_delivery WHERE site_no = $1 AND state = 2 ORDER BY id LIMIT ${count})`,
    [siteNo, state, lease],
  );
}

async function openFilled(url: string): Promise<void> {
  database = await openDatabase(url);
  await migrate(database);
  const one = await addSite("one");
  const two = await addSite("two");
  await addSite("empty");
  for (const key of MANY) await addSite(key);
  await fill(one.no, 1);
  await fill(two.no, 2);
  await leave(two.no, { state: 0, lease: null, count: 12 });
  await leave(two.no, { state: 1, lease: START + MINUTE, count: 3 });
  snapshots = await loadSnapshots(
    database,
    createSeal(Buffer.alloc(32)),
    createLiveCatalogue(BUILT_IN_PRODUCTS),
  );
}

/** Every page after the other, and how many pages there were. */
async function readAll(filter: Partial<DeliveryFilter>, limit = 50) {
  const items = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await listDeliveries(
      database.read,
      snapshots.byKey,
      { siteKeys: ["one"], ...filter },
      { limit, cursor },
    );
    items.push(...page.items);
    cursor = page.next;
    pages += 1;
  } while (cursor !== undefined);
  return { items, pages };
}

describeOnEach((newUrl) => {
  beforeAll(async () => openFilled(await newUrl()));
  afterAll(() => database.close());

  describe("paging", () => {
    test.each([1, 7, 50, 399, 400, 500])(
      "pages of %i hold every delivery once, newest first",
      async (limit) => {
        const { items } = await readAll({}, limit);
        expect(items).toHaveLength(EVENTS * 2);
        const ids = items.map((item) => item.id);
        expect(ids).toEqual([...new Set(ids)].toSorted().toReversed());
      },
    );

    test("over all sites the pages are merged by time", async () => {
      const { items } = await readAll({ siteKeys: ["one", "two"] }, 33);
      expect(items).toHaveLength(EVENTS * 4);
      const ids = items.map((item) => item.id);
      expect(ids).toEqual(ids.toSorted().toReversed());
      expect(new Set(items.map((item) => item.siteNo)).size).toBe(2);
    });

    test("over many sites the pages hold what the rows say, whatever is asked for", async () => {
      const random = createRandom(7);
      const all = ["one", "two", ...MANY];
      const state = { failed: 3, waiting: 0, leased: 1, delivered: 2 } as const;
      const choices: readonly (readonly [Partial<DeliveryFilter>, string])[] = [
        [{}, "1 = 1"],
        ...(["failed", "waiting", "leased", "delivered"] as const).map(
          (name) => [{ state: name }, `d.state = ${state[name]}`] as const,
        ),
        [{ test: true }, "d.test = 1"],
        [{ test: false }, "d.test = 0"],
        [{ event: "jira:issue_updated" }, "e.name = 'jira:issue_updated'"],
        [{ event: "jira:version_released" }, "e.name = 'jira:version_released'"],
        [{ event: "jira:nothing" }, "1 = 0"],
        [{ event: "jira:issue_updated", state: "failed" }, "e.name = 'jira:issue_updated' AND d.state = 3"],
      ];
      for (let round = 0; round < 60; round += 1) {
        const [filter, where] = choices[Math.floor(random() * choices.length)]!;
        const siteKeys = random() < 0.5 ? all : random() < 0.5 ? ["one", ...MANY] : ["two", ...MANY];
        const siteNos = siteKeys.map((key) => snapshots.byKey(key)?.site.no ?? 0);
        const since = random() < 0.3 ? START + Math.floor(random() * EVENTS) * MINUTE : undefined;
        const until = random() < 0.3 ? START + Math.floor(random() * EVENTS) * MINUTE : undefined;
        const times = [
          ...(since === undefined ? [] : [`d.id >= '${firstUuidAt(since)}'`]),
          ...(until === undefined ? [] : [`d.id < '${firstUuidAt(until)}'`]),
        ];
        const rows = await database.read.query<{ id: string }>(
          `SELECT d.id FROM callboard_delivery d JOIN callboard_event e
             ON e.site_no = d.site_no AND substr(e.id, 1, 28) = substr(d.id, 1, 28)
           WHERE d.site_no IN (${siteNos.join(", ")}) AND ${[where, ...times].join(" AND ")} ORDER BY d.id DESC`,
        );
        const limit = 1 + Math.floor(random() * 90);
        const { items } = await readAll({ siteKeys, since, until, ...filter }, limit);
        const asked = { filter, siteKeys: siteKeys.slice(0, 2), since, until, limit };
        expect([asked, items.map(({ id }) => id)]).toEqual([asked, rows.map(({ id }) => id)]);
      }
    });

    test("over many sites events are listed by time, of one type as well", async () => {
      const siteNos = ["one", "two", ...MANY].map((key) => snapshots.byKey(key)?.site.no ?? 0);
      for (const name of [undefined, "jira:issue_updated", "jira:version_released", "jira:nothing"]) {
        const rows = await database.read.query<{ id: string }>(
          `SELECT id FROM callboard_event ${name === undefined ? "" : `WHERE name = '${name}'`} ORDER BY id DESC`,
        );
        for (const limit of [3, 40]) {
          const found: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await listSiteEvents(database.read, siteNos, { name }, { limit, cursor });
            found.push(...page.items.map(({ id }) => id));
            cursor = page.next;
          } while (cursor !== undefined);
          expect(found).toEqual(rows.map(({ id }) => id));
        }
      }
    });

    test("of many sites those are found on which something waits", async () => {
      const [one, two, ...empty] = ["one", "two", ...MANY].map((key) => snapshots.byKey(key)?.site.no ?? 0);
      const all = [one!, two!, ...empty];
      expect(await keepWaitingSites(database.read, all)).toEqual(
        database.dialect.isDistributed ? all : [two],
      );
      expect(await keepWaitingSites(database.read, [one!, two!])).toEqual([one, two]);
      expect((await countWaitingOnEach(database.read, all, 100)).get(two!)).toBe(12);
      expect(await overdueSince(database.read, all, START)).toBe(START);
      expect((await dueByEndpoint(database.read, all)).size).toBe(2);
      expect((await dueByEndpoint(database.read, [one!, ...empty])).size).toBe(0);
      expect(await overdueSince(database.read, [one!, ...empty], START)).toBeUndefined();
    });

    test("a cursor of another form is refused", async () => {
      await expect(
        listDeliveries(database.read, snapshots.byKey, { siteKeys: ["one"] }, { limit: 5, cursor: "x" }),
      ).rejects.toMatchObject({ code: "QUERY_INVALID" });
    });
  });

  describe("filters", () => {
    const eventId = formatId("evt", 1, eventAt(3, 1));
    const deliveryId = formatId("dlv", 1, deliveryUuid(eventAt(3, 1), 1));
    const cases: readonly (readonly [string, Partial<DeliveryFilter>, number])[] = [
      ["an add-on", { addonKey: "a" }, 200],
      ["an add-on that is not there", { addonKey: "z" }, 0],
      ["failed", { state: "failed" }, 10],
      ["delivered", { state: "delivered" }, 390],
      ["waiting", { state: "waiting" }, 0],
      ["failed of an add-on", { state: "failed", addonKey: "b" }, 10],
      ["failed of the other", { state: "failed", addonKey: "a" }, 0],
      ["an event name", { event: "jira:issue_updated" }, 40],
      ["an event name of an add-on", { event: "jira:issue_updated", addonKey: "a" }, 20],
      ["test deliveries", { test: true }, 1],
      ["no test deliveries", { test: false }, 399],
      ["a range of time", { since: START + 10 * MINUTE, until: START + 20 * MINUTE }, 20],
      ["an event's id", { search: eventId }, 2],
      ["a delivery's id", { search: deliveryId }, 1],
      ["an id of another site", { search: deliveryId.replace("dlv_1", "dlv_2") }, 0],
      ["the caller's own id", { search: "order-7" }, 2],
      ["an event name in the search", { search: "jira:issue_updated" }, 40],
      ["the beginning of a URL", { search: "https://b.example/ho" }, 200],
      ["a URL that nothing went to", { search: "https://b.example/hooks" }, 0],
      ["text in a body within an hour", { search: "DEMO-5.", since: START, until: START + 60 * MINUTE }, 2],
    ];
    test.each(cases)("%s", async (_name, filter, count) => {
      expect((await readAll(filter, 30)).items).toHaveLength(count);
      const counted = await countMeant(
        { database, findSite: snapshots.byKey },
        { siteKeys: ["one"], ...filter },
      );
      expect(counted).toEqual({ count, more: false });
    });

    const others: typeof cases = [
      ["nothing", {}, 0],
      ["what failed for a reason", { because: "exhausted" }, 0],
      ["leased", { state: "leased" }, 0],
      ["failed test deliveries", { state: "failed", test: true }, 0],
      [
        "text in a body of an event type",
        { search: "DEMO-1", event: "jira:issue_updated", since: START, until: START + 30 * MINUTE },
        0,
      ],
    ];
    test.each([...cases, ...others])(
      "%s on several sites is what each of them has",
      async (_name, filter) => {
        const siteKeys = ["one", "two", "empty"];
        const each = [];
        for (const siteKey of siteKeys) each.push(...(await readEach(siteKey, filter)));
        for (const limit of [3, 30, 500]) {
          const { items } = await readAll({ ...filter, siteKeys }, limit);
          expect(items.map(({ id }) => id)).toEqual(each.toSorted().toReversed());
        }
      },
    );

    /** A search that names nothing on one site may name something on another. */
    async function readEach(siteKey: string, filter: Partial<DeliveryFilter>): Promise<readonly Uuid[]> {
      try {
        return (await readAll({ ...filter, siteKeys: [siteKey] }, 100)).items.map(({ id }) => id);
      } catch (error) {
        expect(error).toMatchObject({ code: "QUERY_INVALID" });
        return [];
      }
    }

    test("a page over hundreds of sites takes about as many statements as one over two", async () => {
      const asked = async (siteKeys: readonly string[], filter: Partial<DeliveryFilter>) => {
        let count = 0;
        const q: Queryable = {
          dialect: database.dialect,
          query: (sql, bind) => {
            count += 1;
            return database.read.query(sql, bind);
          },
        };
        await listDeliveries(q, snapshots.byKey, { siteKeys, ...filter }, { limit: 50, cursor: undefined });
        return count;
      };
      for (const [, filter] of [...cases, ...others]) {
        const few = await asked(["one", "two"], filter).catch(() => 0);
        const many = await asked(["one", "two", ...MANY], filter).catch(() => 0);
        // A walk by time takes two statements in each of its three steps.
        expect(many, JSON.stringify(filter)).toBeLessThanOrEqual(few + 6);
      }
    });

    test("text in bodies needs an hour", async () => {
      await expect(readAll({ search: "DEMO-5" })).rejects.toMatchObject({ code: "QUERY_INVALID" });
    });

    describe("a search on several sites", () => {
      test.each([
        ["the caller's own ID of one site", "order-7", 2],
        ["an event type that only one site has had", "jira:version_released", 2],
        ["a delivery ID of one site", deliveryId, 1],
      ])("%s finds what that site has", async (_name, search, count) => {
        const filter = { siteKeys: ["one", "two", "empty"], search };
        expect((await readAll(filter, 30)).items).toHaveLength(count);
        expect(await countMeant({ database, findSite: snapshots.byKey }, filter)).toEqual({
          count,
          more: false,
        });
      });

      test("text that names nothing on any site needs an hour", async () => {
        await expect(readAll({ siteKeys: ["one", "two"], search: "DEMO-5" })).rejects.toMatchObject({
          code: "QUERY_INVALID",
        });
      });
    });

    test("an item says what was sent where", async () => {
      const { items } = await readAll({ search: deliveryId });
      expect(items[0]).toMatchObject({
        event: "jira:issue_created",
        url: "https://b.example/hook",
        receiver: { kind: "addon", addonKey: "b" },
        state: "failed",
        because: "exhausted",
      });
    });
  });
});

describeOn("SQLite", (newUrl) => {
  describe("plans", () => {
    beforeAll(async () => openFilled(await newUrl()));
    afterAll(() => database.close());

    test("events of a name are found along the index of names", async () => {
      const { sql, values } = eventsStatement(database, { siteNo: 1, name: "none", limit: 51 });
      const plan = await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
      expect(plan.map(({ detail }) => detail)).toEqual([
        expect.stringContaining("INDEX callboard_event_name"),
      ]);
    });

    test("what failed at a receiver is told apart in the index, before a row is looked up", async () => {
      const walk = { kind: "failed" } as const;
      const range = { from: OLDEST, below: NEWEST };
      const { sql, values } = walkStatement(database, {
        siteNo: 1,
        walk,
        range,
        wanted: { endpointNos: [1] },
        limit: 51,
      });
      const plan = await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
      expect(plan.map(({ detail }) => detail).join("\n")).toContain(
        "COVERING INDEX callboard_delivery_failed",
      );
    });

    const ways: readonly (readonly [NewestAmong, string])[] = [
      ["all", "PRIMARY KEY"],
      ["failed", "COVERING INDEX callboard_delivery_failed"],
      ["tests", "INDEX callboard_delivery_test"],
      ["waiting", "INDEX callboard_delivery_due"],
      ["leased", "INDEX callboard_delivery_lease"],
    ];
    test.each(ways)("the newest among %s are found along %s", async (among, index) => {
      const bind = [bindSites([1, 2]), NEWEST, OLDEST];
      const sql = `EXPLAIN QUERY PLAN ${newestStatement(database, among)}`;
      const plan = (await database.read.query<{ detail: string }>(sql, bind)).map(({ detail }) => detail);
      expect(plan.join("\n")).toContain(index);
      expect(plan.filter((detail) => /^SCAN callboard_/.test(detail))).toEqual([]);
    });

    const keys: readonly (readonly [KeysAmong, string])[] = [
      [{ kind: "events" }, "INDEX callboard_event_id"],
      [{ kind: "events", name: "jira:issue_updated" }, "INDEX callboard_event_id"],
      [{ kind: "failed" }, "INDEX callboard_delivery_failed_id"],
      [{ kind: "tests" }, "INDEX callboard_delivery_test_id"],
    ];
    test.each(keys)("the newest of all sites, %j, are found in the order of %s", async (among, index) => {
      const range = { from: OLDEST, below: NEWEST };
      const { sql, values } = keysStatement(database, among, { range, limit: 51 });
      const plan = await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
      expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining(index)]);
    });

    test("the figures of all sites together are found by their minute", async () => {
      const { sql, values } = figuresTogetherStatement(database, { fromMinute: 1, slotMinutes: 30 });
      const plan = await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
      expect(plan[0]?.detail).toMatch(/SEARCH m USING INDEX callboard_minute_minute/);
    });

    test("the sites on which something waits are found along the index of what is due", async () => {
      const sql = `EXPLAIN QUERY PLAN ${waitingSitesStatement(database)}`;
      const plan = (await database.read.query<{ detail: string }>(sql)).map(({ detail }) => detail);
      const found = plan.filter((detail) => detail.includes("callboard_delivery_due (site_no>?)"));
      expect(found).toHaveLength(2);
      expect(plan.filter((detail) => /^SCAN (callboard_|d )/.test(detail))).toEqual([]);
    });

    test("the newest in ranges of several sites are found along the primary key", async () => {
      const ranges = [{ siteNo: 1, from: OLDEST, below: NEWEST }];
      const { sql, values } = rangesStatement(database, ranges, 51);
      const plan = (await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values)).map(
        ({ detail }) => detail,
      );
      expect(plan.find((detail) => / n USING /.test(detail))).toContain(
        "PRIMARY KEY (site_no=? AND id>? AND id<?)",
      );
      expect(plan.find((detail) => / d USING /.test(detail))).toContain("PRIMARY KEY (site_no=? AND id=?)");
      expect(plan.filter((detail) => /^SCAN (callboard_|[dn] )/.test(detail))).toEqual([]);
    });

    test("the figures of some sites are found site by site, whatever others have", async () => {
      const { sql, values } = figuresStatement(database, { siteNos: [1, 2], fromMinute: 1, slotMinutes: 30 });
      const plan = await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
      expect(plan.map(({ detail }) => detail)).toContainEqual(
        expect.stringMatching(/SEARCH m USING .*\(site_no=\? AND minute>\? AND minute<\?\)/),
      );
    });

    const together: readonly (readonly [WalkTogether["walk"]["kind"], string])[] = [
      ["site", "PRIMARY KEY"],
      ["failed", "callboard_delivery_failed"],
      ["tests", "callboard_delivery_test"],
    ];
    test.each(together)("the newest of several sites (%s) are found along %s", async (kind, index) => {
      const range = { from: OLDEST, below: NEWEST };
      const { sql, values } = togetherStatement(database, {
        siteNos: [1, 2],
        walk: { kind },
        range,
        limit: 51,
      });
      const plan = (await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values)).map(
        ({ detail }) => detail,
      );
      expect(plan.find((detail) => / n USING /.test(detail))).toContain(index);
      expect(plan.find((detail) => / d USING /.test(detail))).toContain("PRIMARY KEY (site_no=? AND id=?)");
      expect(plan.filter((detail) => /^SCAN (callboard_|[dn] )/.test(detail))).toEqual([]);
    });

    test.each([
      [undefined, "sqlite_autoindex_callboard_event"],
      ["jira:issue_updated", "callboard_event_name"],
    ])("the newest events of several sites, named %s, are found along %s", async (name, index) => {
      const { sql, values } = sitesEventsStatement(database, {
        siteNos: [1, 2],
        limit: 51,
        ...defined({ name }),
      });
      const plan = (await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values)).map(
        ({ detail }) => detail,
      );
      expect(plan.find((detail) => / n USING /.test(detail))).toContain(index);
      expect(plan.find((detail) => / e USING /.test(detail))).toContain("(site_no=? AND id=?)");
    });

    const walks: readonly (readonly [Walk, Wanted, string])[] = [
      [{ kind: "site" }, {}, "PRIMARY KEY"],
      [{ kind: "site" }, { state: "delivered" }, "PRIMARY KEY"],
      [{ kind: "endpoint", endpointNo: 1 }, {}, "callboard_delivery_endpoint"],
      [{ kind: "endpoint", endpointNo: 1 }, { state: "delivered" }, "callboard_delivery_endpoint"],
      [{ kind: "failed" }, { endpointNos: [1] }, "callboard_delivery_failed"],
      [{ kind: "tests" }, {}, "callboard_delivery_test"],
      [{ kind: "waiting" }, {}, "callboard_delivery_due"],
      [{ kind: "leased" }, {}, "callboard_delivery_lease"],
    ];
    test.each(walks)("%j with %j goes along %s", async (walk, wanted, index) => {
      const { sql, values } = walkStatement(database, {
        siteNo: 1,
        walk,
        range: { from: OLDEST, below: NEWEST },
        wanted,
        limit: 51,
      });
      const plan = await database.read.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
      const details = plan.map((row) => row.detail);
      expect(details.find((detail) => detail.includes("callboard_delivery"))).toContain(index);
      // The rows of a page may be sorted; the rows of the table may not, but for the walks that sort a few.
      const scans = details.filter(
        (detail) => /^SCAN callboard_/.test(detail) && !detail.includes("USING INDEX"),
      );
      expect(scans).toEqual([]);
    });
  });
});

describeOn("PostgreSQL", (newUrl) => {
  describe("plans of tables that have grown ahead of their statistics", () => {
    beforeAll(async () => openFilled(await newUrl()));
    afterAll(() => database.close());

    test.each([
      ["waiting", "callboard_delivery_due"],
      ["leased", "callboard_delivery_lease"],
    ] as const)("what is %s is found along the short index of it", async (kind, index) => {
      const range = { from: OLDEST, below: NEWEST };
      const { sql, values } = walkStatement(database, {
        siteNo: 1,
        walk: { kind },
        range,
        wanted: { state: kind },
        limit: 51,
      });
      const plan = await database.read.query<Record<string, string>>(`EXPLAIN ${sql}`, values);
      const lines = plan.flatMap((row) => Object.values(row));
      const [scan] = lines.filter((line) => /Scan .*on callboard_delivery /.test(line));
      expect(scan).toContain(`Index Scan using ${index}`);
    });
  });
});
