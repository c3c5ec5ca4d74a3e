/** A receiver that takes nothing fills up its own endpoint's backlog, and nobody else notices. */
import { expect, test } from "vitest";
import { describeOn, describeOnEach } from "../../../support/databases.ts";
import { answerStatus, startReceiver } from "../../../support/http-receiver.ts";
import { recordingLogger } from "../../../support/recording-logger.ts";
import { stopAtEnd } from "../../../support/stop-at-end.ts";
import { waitFor } from "../../../support/wait-for.ts";
import type { Bench } from "../../../support/with-engine.ts";
import { createAcceptor } from "../../../../src/host/events/accept.ts";
import { createBacklog } from "../../../../src/host/events/backlog.ts";
import type { Queryable } from "../../../../src/host/store/db/database.ts";
import { createSparseLog, silentLogger } from "../../../../src/logger.ts";
import { openMigrated } from "../../../support/store.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";

const { open, started } = stopAtEnd();

const DEAD = "http://127.0.0.1:9";

/** Makes every insert of a delivery fail. */
const REFUSE_DELIVERIES = {
  sqlite: {
    begin: `CREATE TRIGGER refuse BEFORE INSERT ON callboard_delivery BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    end: "DROP TRIGGER refuse",
  },
  postgres: {
    begin: "ALTER TABLE callboard_delivery ADD CONSTRAINT refuse CHECK (false) NOT VALID",
    end: "ALTER TABLE callboard_delivery DROP CONSTRAINT refuse",
  },
};

/** How many deliveries there are, by state and reason. */
async function standings(b: Bench): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const row of await b.deliveries()) {
    const key = `${String(row["state"])} ${String(row["because"])}`;
    found[key] = (found[key] ?? 0) + 1;
  }
  return found;
}

describeOnEach((newUrl) => {
  test("the event is accepted, and the delivery recorded as failed, in one transaction", async () => {
    const b = await started(await newUrl(), { endpointBacklog: 3, start: false });
    await b.addAddon("dead", DEAD);
    const answers = [];
    for (let index = 0; index < 5; index += 1) answers.push(...(await b.post()));

    expect(answers.map(({ deliveries: [delivery] }) => delivery?.failed)).toEqual([
      undefined,
      undefined,
      undefined,
      "backlog-full",
      "backlog-full",
    ]);
    expect(await standings(b)).toEqual({ "0 null": 3, "3 backlog-full": 2 });
    const failed = (await b.deliveries()).filter(({ state }) => state === 3);
    expect(failed.every(({ settled_at, attempts }) => settled_at !== null && attempts === 0)).toBe(true);
  });

  test("a commit that fails gives back all that was reserved for it, and a refused event reserves nothing", async () => {
    const b = await started(await newUrl(), { start: false });
    await b.addAddon("dead", DEAD);
    let reserved = 0;
    const slots = {
      ...b.slots,
      reserve: (planned: readonly DueDelivery[]) => {
        reserved += planned.length;
        return b.slots.reserve(planned);
      },
    };
    const { database, snapshots } = b;
    const parts = {
      catalogue: builtInCatalogue,
      checkBody: () => Promise.resolve({ kind: "fits" as const }),
      database,
      snapshots,
      slots,
      now: database.now,
      assertCapacity: () => undefined,
    };
    const acceptor = createAcceptor(parts);
    const event = { siteNo: b.siteNo, event: "jira:issue_created", payload: Buffer.from("{}") };
    const conflict = [event, { ...event, payload: Buffer.from('{"other":1}') }].map((each) => ({
      ...each,
      id: "1",
    }));
    const [row] = await database.read.query("SELECT endpoint_no FROM callboard_subscription");
    const endpointNo = Number(row!["endpoint_no"]);
    const { sqlite, postgres: constraint } = REFUSE_DELIVERIES;
    const refuse = database.dialect.name === "postgres" ? constraint : sqlite;

    await expect(acceptor.accept(conflict)).rejects.toMatchObject({ code: "EVENT_CONFLICT" });
    expect(reserved).toBe(0);

    await database.autocommit.query(refuse.begin);
    // The second and the third wait for the first, and are committed in one transaction, in steps as one is refused.
    const failed = await Promise.allSettled([[event], [event], conflict].map(acceptor.accept));
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(failed[2]).toMatchObject({ reason: { code: "EVENT_CONFLICT" } });
    expect(reserved).toBeGreaterThan(2);
    expect(b.backlog.getWaiting(endpointNo)).toBe(0);

    await database.autocommit.query(refuse.end);
    await acceptor.accept([event]);
    expect(b.backlog.getWaiting(endpointNo)).toBe(1);
  });

  test("the limit holds for events that are committed at the same time", async () => {
    const b = await started(await newUrl(), { endpointBacklog: 40, start: false });
    await b.addAddon("dead", DEAD);
    await Promise.all(Array.from({ length: 100 }, () => b.post()));

    expect(await standings(b)).toEqual({ "0 null": 40, "3 backlog-full": 60 });
  });

  test("other endpoints of the site are delivered to", async () => {
    const good = await startReceiver();
    const busy = await startReceiver(answerStatus(503));
    open.push({ stop: good.close }, { stop: busy.close });
    const b = await started(await newUrl(), {
      endpointBacklog: 2,
      findRetrySchedule: () => ({ steps: [60_000], jitter: 0 }),
    });
    await b.addAddon("busy", busy.url);
    await b.addAddon("good", good.url);
    for (let count = 1; count <= 6; count += 1) {
      await b.post();
      await waitFor(async () => expect(await standings(b)).toMatchObject({ "2 null": count }));
    }
    expect(await standings(b)).toMatchObject({ "3 backlog-full": 4 });
  });

  test("test deliveries and redeliveries do not count, and ended deliveries make room", async () => {
    const good = await startReceiver();
    open.push({ stop: good.close });
    const b = await started(await newUrl(), { endpointBacklog: 2, start: false });
    const no = await b.addAddon("one", good.url);
    for (let index = 0; index < 3; index += 1) await b.post({ testOf: no });
    for (let index = 0; index < 2; index += 1) await b.post();
    expect(await standings(b)).toEqual({ "0 null": 5 });

    await b.engine.start();
    await waitFor(async () => expect(await standings(b)).toEqual({ "2 null": 5 }));
    expect(b.backlog.limit.level?.()).toEqual({ highest: 0 });
    await b.post();
    await waitFor(() => expect(good.received).toHaveLength(6));
  });

  test("reaching the limit is logged once", async () => {
    const { logger, lines } = recordingLogger();
    const b = await started(await newUrl(), { endpointBacklog: 1, start: false, logger });
    await b.addAddon("dead", DEAD);
    for (let index = 0; index < 4; index += 1) await b.post();

    expect(lines().filter(({ event }) => event === "backlog.full")).toEqual([
      expect.objectContaining({ level: "warn", site: "jira", addon: "dead", origin: DEAD, waiting: 1 }),
    ]);
  });
});

describeOn("PostgreSQL", (newUrl) => {
  test("what waited before a restart counts, and what was ended elsewhere does not for long", async () => {
    const url = await newUrl();
    const before = await started(url, { endpointBacklog: 2, start: false });
    await before.addAddon("dead", DEAD);
    await before.post();
    await before.post();
    const after = await started(url, { endpointBacklog: 2, start: false });
    const [refused] = await after.post();
    expect(refused?.deliveries[0]?.failed).toBe("backlog-full");

    await before.database.write((tx) => tx.query("UPDATE callboard_delivery SET state = 3 WHERE state = 0"));
    after.backlog.recount();
    await waitFor(() => expect(after.backlog.limit.level?.()).toEqual({ highest: 0 }));
    const [taken] = await after.post();
    expect(taken?.deliveries[0]?.failed).toBeUndefined();
  });

  test("what is committed while the database is read counts", async () => {
    const database = await openMigrated(await newUrl());
    open.push({ stop: database.close });
    let letThrough = (): void => undefined;
    const isCommitted = new Promise<void>((resolve) => (letThrough = resolve));
    const slow: Queryable = {
      ...database.read,
      query: async (sql, bind) => {
        const rows = await database.read.query(sql, bind);
        await isCommitted;
        return rows as never;
      },
    };
    const logger = silentLogger;
    const parts = { most: 1, logger, sparse: createSparseLog(logger), describeEndpoint: () => ({}) };
    const backlog = createBacklog({ ...parts, database: { ...database, read: slow } });
    const delivery = { siteNo: 1, endpointNo: 1, test: false, replayNo: undefined };

    expect(backlog.reserve(delivery)).toBe(true);
    await database.read.query("SELECT 1");
    backlog.committed([delivery]);
    letThrough();
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(backlog.reserve(delivery)).toBe(false);
  });

  test("two processes exceed the limit by what they add unseen at most", async () => {
    const url = await newUrl();
    const one = await started(url, { endpointBacklog: 1_500, start: false });
    await one.addAddon("dead", DEAD);
    const other = await started(url, { endpointBacklog: 1_500, start: false });
    await other.snapshots.refresh(other.database.read);
    for (let index = 0; index < 40; index += 1) {
      await Promise.all([one, other].map((b) => Promise.all(Array.from({ length: 100 }, () => b.post()))));
    }

    const waiting = (await standings(one))["0 null"] ?? 0;
    expect(waiting).toBeGreaterThanOrEqual(1_500);
    expect(waiting).toBeLessThanOrEqual(1_500 + 2 * 1_000);
  });
});
