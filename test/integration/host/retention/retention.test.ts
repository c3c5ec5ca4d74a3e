import { statSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { nextSize, pauseAfter } from "../../../../src/host/retention/pace.ts";
import { createRetention } from "../../../../src/host/retention/retention.ts";
import type { Retention, RetentionDependencies, Swept } from "../../../../src/host/retention/retention.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { ensureEndpoint, listEndpoints } from "../../../../src/host/store/tables/endpoints.ts";
import { beginKeyedRequest } from "../../../../src/host/store/tables/idempotency-keys.ts";
import { settleDeliveries } from "../../../../src/host/store/tables/settle.ts";
import { deliveryUuid, firstUuidAt } from "../../../../src/host/model/ids.ts";
import { addMinutes } from "../../../../src/host/store/tables/minutes.ts";
import { NO_RESULT } from "../../../../src/host/model/replay.ts";
import { cancelReplay, insertReplay, listReplays } from "../../../../src/host/store/tables/replays.ts";
import { deleteSite } from "../../../../src/host/store/tables/sites.ts";
import type { Timer } from "../../../../src/clock.ts";
import { silentLogger } from "../../../../src/logger.ts";
import { recordingLogger } from "../../../support/recording-logger.ts";
import { describeOn, describeOnEach } from "../../../support/databases.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  fresh,
  newAttempt,
  newDelivery,
  newEvent,
  openMigrated,
} from "../../../support/store.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function open(url: string): Promise<Database> {
  const database = await openMigrated(url);
  opened.push(database);
  return database;
}

const createAges = (retentionMs: number, bodyRetentionMs: number) => () =>
  Promise.resolve({ retentionMs, bodyRetentionMs });

function createTestRetention(database: Database, change: Partial<RetentionDependencies> = {}): Retention {
  return createRetention({
    database,
    ages: createAges(30 * DAY_MS, 30 * DAY_MS),
    now: () => NOW,
    logger: silentLogger,
    ...change,
  });
}

type End = "delivered" | "waiting";

/** An event of that age with one delivery for each end, delivered ones with an attempt. */
async function addEvent(
  database: Database,
  siteNo: number,
  daysOld: number,
  ends: readonly End[],
  index = 0,
) {
  const at = NOW - daysOld * DAY_MS + index;
  const id = firstUuidAt(at);
  const deliveries = ends.map((_end, number) => newDelivery(siteNo, id, number));
  await database.write(async (tx) => {
    await addEvents(tx, [newEvent(siteNo, { id })]);
    await addDeliveries(tx, deliveries);
    await settleDeliveries(
      tx,
      deliveries
        .filter((_delivery, number) => ends[number] === "delivered")
        .map((delivery) => ({
          delivery: fresh(delivery),
          attempt: newAttempt(),
          settlement: { state: "delivered" as const },
        })),
      at,
    );
  });
  return id;
}

const listIds = async (database: Database, table: string, column = "id") =>
  (await database.read.query(`SELECT ${column} FROM callboard_${table} ORDER BY 1`)).map(
    (row) => row[column],
  );

describeOnEach((newUrl) => {
  test("an ended replay is deleted after the retention period, one of a deleted site at once", async () => {
    const database = await open(await newUrl());
    const site = await addSite(database);
    const gone = await addSite(database, "gone");
    const add = (siteNo: number, endedAt: number | undefined) =>
      database.write(async (tx) => {
        const { replay } = await insertReplay(tx, {
          siteNo,
          receiver: { kind: "webhook", webhookNo: 1 },
          since: 0,
          until: NOW,
          events: undefined,
          onlyMissing: true,
          cursor: "",
          about: 0,
          result: NO_RESULT,
          createdAt: NOW - 60 * DAY_MS,
          createdBy: "token:test",
        });
        if (endedAt !== undefined)
          await cancelReplay(tx, { siteNo, no: replay.no, reason: "", now: endedAt });
      });
    for (const endedAt of [NOW - 31 * DAY_MS, NOW - 29 * DAY_MS, undefined]) await add(site.no, endedAt);
    await add(gone.no, undefined);
    await database.write((tx) => deleteSite(tx, gone.no));
    await createTestRetention(database).sweep();
    expect(
      (await listReplays(database.read, { siteNo: site.no, limit: 10 })).map(({ endedAt }) => endedAt),
    ).toEqual([undefined, NOW - 29 * DAY_MS]);
    expect(await listReplays(database.read, { siteNo: gone.no, limit: 10 })).toEqual([]);
  });

  test("an event older than the retention goes with its deliveries and attempts, a younger one stays", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    await addEvent(database, no, 31, ["delivered", "delivered"]);
    const young = await addEvent(database, no, 29, ["delivered"]);

    const swept = await createTestRetention(database).sweep();

    expect(swept.events).toBe(1);
    expect(await listIds(database, "event")).toEqual([young]);
    expect(await listIds(database, "delivery")).toEqual([deliveryUuid(young, 0)]);
    expect(await listIds(database, "attempt", "delivery_id")).toEqual([deliveryUuid(young, 0)]);
  });

  test("a site's own age holds for it alone, and that of an event type for the type alone", async () => {
    const database = await open(await newUrl());
    const [own, other] = [await addSite(database), await addSite(database, "other")];
    const add = async (siteNo: number, name: string, daysOld: number, index: number) => {
      const id = await addEvent(database, siteNo, daysOld, ["delivered", "waiting"], index);
      const rename = "UPDATE callboard_event SET name = $1 WHERE site_no = $2 AND id = $3";
      await database.write((tx) => tx.query(rename, [name, siteNo, id]));
      return id;
    };
    const options = { retentionMs: 10 * DAY_MS, eventRetentionMs: { short: DAY_MS, long: 90 * DAY_MS } };
    await database.write((tx) =>
      tx.query("UPDATE callboard_site SET options = $1 WHERE no = $2", [JSON.stringify(options), own.no]),
    );
    await add(own.no, "usual", 11, 0);
    await add(own.no, "short", 2, 1);
    const kept = [
      await add(own.no, "usual", 9, 2),
      await add(own.no, "short", 0.5, 3),
      await add(own.no, "long", 31, 4),
      await add(other.no, "usual", 29, 5),
      await add(other.no, "short", 29, 6),
    ];
    const retention = createTestRetention(database);
    // The first sweep ends what waits, the second removes it.
    await retention.sweep();
    await retention.sweep();
    expect(await listIds(database, "event")).toEqual(kept.toSorted());
    expect(await listIds(database, "delivery")).toHaveLength(2 * kept.length);
    expect(await listIds(database, "attempt", "delivery_id")).toEqual(
      kept.map((id) => deliveryUuid(id, 0)).toSorted(),
    );
    const states = await database.read.query("SELECT DISTINCT state FROM callboard_delivery ORDER BY state");
    expect(states.map(({ state }) => state)).toEqual([0, 2]);
  });

  test("an age that is changed meanwhile holds from the next sweep on", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    await addEvent(database, no, 10, ["delivered"]);
    let days = 30;
    const retention = createTestRetention(database, {
      ages: () => Promise.resolve({ retentionMs: days * DAY_MS, bodyRetentionMs: days * DAY_MS }),
    });

    expect((await retention.sweep()).events).toBe(0);
    days = 9;
    expect((await retention.sweep()).events).toBe(1);
  });

  test("what still waits of an old event ends as expired, counted on its endpoint, and goes at the next sweep", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    await addEvent(database, no, 40, ["delivered", "waiting"]);
    const young = await addEvent(database, no, 29, ["waiting"]);
    const endpointNo = await database.write((tx) =>
      ensureEndpoint(tx, no, { kind: "addon", addonKey: "one" }, "http://one.example"),
    );
    await database.autocommit.query("UPDATE callboard_delivery SET endpoint_no = $1", [endpointNo]);
    let told = 0;
    const retention = createTestRetention(database, { onExpired: () => (told += 1) });

    await retention.sweep();

    const reasons = await database.read.query("SELECT state, because FROM callboard_delivery ORDER BY id");
    expect(reasons).toEqual([
      { state: 2, because: null },
      { state: 3, because: "expired" },
      { state: 0, because: null },
    ]);
    expect((await listEndpoints(database.read)).map(({ expired }) => expired)).toEqual([1]);
    expect(told).toBe(1);
    expect((await retention.sweep()).events).toBe(1);
    expect(await listIds(database, "event")).toEqual([young]);
    expect((await listEndpoints(database.read)).map(({ expired }) => expired)).toEqual([1]);
  });

  test("an event with a delivery that still waits is kept whole until then, its neighbours go", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    await addEvent(database, no, 40, ["delivered"], 1);
    const kept = await addEvent(database, no, 40, ["delivered", "waiting"], 2);
    await addEvent(database, no, 40, [], 3);

    await createTestRetention(database).sweep();

    expect(await listIds(database, "event")).toEqual([kept]);
    expect(await listIds(database, "delivery")).toEqual([deliveryUuid(kept, 0), deliveryUuid(kept, 1)]);
    expect(await listIds(database, "attempt", "delivery_id")).toEqual([deliveryUuid(kept, 0)]);
  });

  test("bodies go earlier than rows when so configured, sizes and statuses stay", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    const emptied = await addEvent(database, no, 8, ["delivered"]);
    const waiting = await addEvent(database, no, 8, ["waiting"], 1);
    const young = await addEvent(database, no, 6, ["delivered"]);

    await createTestRetention(database, { ages: createAges(30 * DAY_MS, 7 * DAY_MS) }).sweep();

    const bodies = await database.read.query("SELECT id, body, body_size FROM callboard_event ORDER BY id");
    expect(bodies.map((row) => [row["id"], row["body"] === null, row["body_size"]])).toEqual([
      [emptied, true, 26],
      [waiting, false, 26],
      [young, false, 26],
    ]);
    const attempts = await database.read.query("SELECT * FROM callboard_attempt ORDER BY delivery_id");
    expect(attempts).toHaveLength(2);
    expect(attempts[0]).toMatchObject({
      status: 200,
      answer: null,
      answer_headers: null,
      request_headers: "[]",
    });
    expect((attempts[1]!["answer"] as Buffer).toString()).toBe("thanks");
  });

  test("a body that had to wait is emptied by a later sweep", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    const first = await addEvent(database, no, 9, ["waiting"]);
    // More than one batch.
    for (let index = 0; index < 120; index += 1) await addEvent(database, no, 8, ["delivered"], index);
    const retention = createTestRetention(database, { ages: createAges(30 * DAY_MS, 7 * DAY_MS) });
    await retention.sweep();
    await database.write((tx) =>
      tx.query("UPDATE callboard_delivery SET state = 3 WHERE id = $1", [deliveryUuid(first, 0)]),
    );

    await retention.sweep();

    expect(await database.read.query("SELECT id FROM callboard_event WHERE body IS NOT NULL")).toEqual([]);
  });

  test("per-minute figures and lifecycle calls go at the same age", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    const minuteAt = (daysOld: number) => Math.floor((NOW - daysOld * DAY_MS) / 60_000);
    await database.write(async (tx) => {
      await addMinutes(
        tx,
        // More than one batch of old ones.
        [...Array.from({ length: 120 }, (_, index) => [31, index] as const), [29, 1] as const].map(
          ([daysOld, endpointNo]) => ({
            siteNo: no,
            minute: minuteAt(daysOld),
            endpointNo,
            outcome: "ok" as const,
            count: 1,
            msTotal: 5,
            within: [1, 1, 1, 1] as const,
          }),
        ),
      );
      for (const daysOld of [31, 29]) {
        await tx.query(
          `INSERT INTO callboard_lifecycle_call (site_no, id, addon_key, event, url, signing, outcome, detail, duration_ms)
           VALUES ($1, $2, 'k', 'installed', 'u', 'none', 'accepted', '', 1)`,
          [no, firstUuidAt(NOW - daysOld * DAY_MS)],
        );
      }
    });

    const swept = await createTestRetention(database).sweep();

    expect(swept).toMatchObject({ minutes: 120, lifecycleCalls: 1 });
    expect(await listIds(database, "minute", "minute")).toEqual([minuteAt(29)]);
    expect(await listIds(database, "lifecycle_call")).toEqual([firstUuidAt(NOW - 29 * DAY_MS)]);
  });

  test("what a deleted site sent goes whatever its age, what waits for nobody included", async () => {
    const database = await open(await newUrl());
    const gone = await addSite(database, "gone");
    const { no } = await addSite(database);
    await addEvent(database, gone.no, 1, ["delivered", "waiting"]);
    const stays = await addEvent(database, no, 1, ["delivered"]);
    await database.write((tx) => deleteSite(tx, gone.no));

    await createTestRetention(database).sweep();

    expect(await listIds(database, "event")).toEqual([stays]);
    expect(await listIds(database, "delivery")).toEqual([deliveryUuid(stays, 0)]);
    expect(await listIds(database, "attempt", "delivery_id")).toEqual([deliveryUuid(stays, 0)]);
  });

  test("idempotency keys are removed after a day", async () => {
    const database = await open(await newUrl());
    await database.write(async (tx) => {
      for (const [id, startedAt] of [
        ["old", NOW - DAY_MS - 1],
        ["young", NOW - DAY_MS],
      ] as const)
        await beginKeyedRequest(tx, { id, request: "r", startedAt }, 0);
    });
    await createTestRetention(database).sweep();
    expect(await listIds(database, "idempotency_key", "id")).toEqual(["young"]);
  });

  test("login links that ran out and sessions unseen for a week are removed", async () => {
    const database = await open(await newUrl());
    await database.write(async (tx) => {
      for (const [hash, at] of [
        ["old", NOW - 1],
        ["good", NOW + 1],
      ]) {
        await tx.query("INSERT INTO callboard_login_link (hash, token_id, expires_at) VALUES ($1, 't', $2)", [
          hash,
          at,
        ]);
      }
      for (const [hash, at] of [
        ["old", NOW - 8 * DAY_MS],
        ["good", NOW - DAY_MS],
      ]) {
        await tx.query(
          "INSERT INTO callboard_session (hash, token_id, csrf, created_at, last_seen_at) VALUES ($1, 't', 'c', $2, $2)",
          [hash, at],
        );
      }
    });

    await createTestRetention(database).sweep();

    expect(await listIds(database, "login_link", "hash")).toEqual(["good"]);
    expect(await listIds(database, "session", "hash")).toEqual(["good"]);
  });

  test("many batches remove everything, and stop ends a sweep between two of them", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    for (let index = 0; index < 120; index += 1) await addEvent(database, no, 31, ["delivered"], index);
    const stopping = createTestRetention(database);
    const sweep = stopping.sweep();
    await stopping.stop();
    expect((await sweep).events).toBeLessThan(120);

    await createTestRetention(database).sweep();

    expect(await listIds(database, "event")).toEqual([]);
  });
});

describeOn("PostgreSQL", (newUrl) => {
  test("two processes remove everything once between them", async () => {
    const url = await newUrl();
    const one = await open(url);
    const two = await open(url);
    const { no } = await addSite(one);
    for (let index = 0; index < 150; index += 1)
      await addEvent(one, no, 31, ["delivered", "delivered"], index);
    const kept = await addEvent(one, no, 29, ["waiting"], 200);

    const sweeps = await Promise.all([createTestRetention(one).sweep(), createTestRetention(two).sweep()]);
    const again = await createTestRetention(two).sweep();

    expect(sweeps[0].events + sweeps[1].events + again.events).toBe(150);
    expect(await listIds(two, "event")).toEqual([kept]);
  });
});

describeOn("SQLite", (newUrl) => {
  test("batches that wait for other transactions become larger all the same", async () => {
    const database = await open(await newUrl());
    const { no } = await addSite(database);
    const old = Array.from({ length: 150 }, (_, index) =>
      newEvent(no, { id: firstUuidAt(NOW - 31 * DAY_MS + index) }),
    );
    await database.write((tx) => addEvents(tx, old));
    let batches = 0;
    const busy: Database = {
      ...database,
      write: (work) => {
        batches += 1;
        // Takes its turn before the batch, and three times as long as a batch may.
        const other = database.write(() => new Promise<void>((resolve) => setTimeout(resolve, 60)));
        return Promise.all([database.write(work), other]).then(([result]) => result);
      },
    };

    const { events } = await createTestRetention(busy).sweep();

    expect(events).toBe(150);
    // With the wait, the second batch would have 16 events, and all from the fifth on a single one.
    expect(batches).toBeLessThan(30);
  });

  test("a file gets smaller once most of it lies idle", async () => {
    const url = await newUrl();
    const database = await open(url);
    const { no } = await addSite(database);
    await addEvent(database, no, 31, []);
    await database.write((tx) => tx.query("UPDATE callboard_event SET body = hex(zeroblob(6000000))"));

    await createTestRetention(database).sweep();
    await database.close();
    opened.length = 0;

    expect(statSync(url.slice("sqlite:".length)).size).toBeLessThan(6_000_000);
  });
});

test("a sweep that fails is logged and counted as failed, and the next one comes", async () => {
  const database = await open("sqlite::memory:");
  const runs: (Swept | undefined)[] = [];
  const planned: (() => unknown)[] = [];
  const { logger, lines } = recordingLogger();
  let isBroken = true;
  const retention = createTestRetention(database, {
    ages: () =>
      isBroken
        ? Promise.reject(new Error("the settings can't be read"))
        : createAges(30 * DAY_MS, 30 * DAY_MS)(),
    clock: {
      scheduleLook: (_ms, look) => {
        planned.push(look);
        const timer: Timer = { unref: () => timer, cancel: () => undefined };
        return timer;
      },
    },
    logger,
    onRun: (swept) => void runs.push(swept),
  });
  retention.start();
  await planned.shift()?.();
  expect(runs).toEqual([undefined]);
  expect(lines().map(({ event }) => event)).toContain("retention.sweep-failed");
  isBroken = false;
  await planned.shift()?.();
  await retention.stop();
  expect(runs).toEqual([undefined, { events: 0, minutes: 0, lifecycleCalls: 0 }]);
});

describe("the pace", () => {
  test("a batch that took longer than it should is followed by a smaller one", () => {
    expect(nextSize(100, 200)).toBe(10);
    expect(nextSize(1, 5_000)).toBe(1);
  });
  test("a quick batch is followed by one of at most twice the size", () => {
    expect(nextSize(100, 1)).toBe(200);
    expect(nextSize(2_000, 0.5)).toBe(2_000);
  });
  test("a pause is as long as the batch was", () => {
    expect([pauseAfter(40), pauseAfter(0)]).toEqual([40, 5]);
  });
});
