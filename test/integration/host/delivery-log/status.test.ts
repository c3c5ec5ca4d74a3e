import { afterEach, beforeEach, expect, test } from "vitest";
import { createAttemptHistory } from "../../../../src/host/delivery-log/attempt-history.ts";
import type { AttemptHistory } from "../../../../src/host/delivery-log/attempt-history.ts";
import { siteStatuses } from "../../../../src/host/delivery-log/status.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { addMinutes } from "../../../../src/host/store/tables/minutes.ts";
import { openMigrated } from "../../../support/store.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import type { MinuteCount, MinuteOutcome } from "../../../../src/host/model/minute.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 5, 15, 12);

let database: Database;
beforeEach(async () => {
  database = await openMigrated("sqlite::memory:");
});
afterEach(() => database.close());

const count = (
  at: number,
  outcome: MinuteOutcome,
  number: number,
  siteNo = 1,
  within: MinuteCount["within"] = [0, 0, 0, 0],
) =>
  database.write((tx) =>
    addMinutes(tx, [
      {
        siteNo,
        minute: Math.floor(at / MINUTE),
        endpointNo: 1,
        outcome,
        count: number,
        msTotal: 0,
        within,
      },
    ]),
  );

/** A connection that counts statements. */
function counting() {
  let asked = 0;
  return {
    asked: () => asked,
    q: {
      ...database.read,
      query: <R extends object>(sql: string, values?: readonly unknown[]) => {
        asked += 1;
        return database.read.query<R>(sql, values);
      },
    },
  };
}

const createSnapshots = (...siteNos: readonly number[]) =>
  siteNos.map((no) => ({
    site: { no, key: `site-${no}` },
    endpoints: new Map(),
  })) as unknown as readonly SiteSnapshot[];

const read = async (history: AttemptHistory, siteNos: readonly number[], now = NOW, hasMonth = true) => {
  const histories = await history(siteNos, now);
  return siteStatuses(database.read, {
    snapshots: createSnapshots(...siteNos),
    histories,
    hasMonth,
    now,
    databaseNow: now,
  });
};

test("Atlassian's service level counts 200 and 204 among the attempts of 28 days", async () => {
  const slo = async () =>
    (await read(createAttemptHistory(database.read), [1, 2, 3])).map(({ connectSlo }) => connectSlo);
  expect(await slo()).toEqual([undefined, undefined, undefined]);
  await count(NOW - MINUTE, "ok", 6);
  await count(NOW - 27 * DAY, "accepted", 1);
  await count(NOW - 3 * DAY, "refused", 1);
  await count(NOW - 3 * DAY, "failed", 100);
  await count(NOW - 28 * DAY, "unreachable", 100);
  await count(NOW - DAY, "refused", 1, 2);
  expect(await slo()).toEqual([6 / 8, 0, undefined]);
});

test("a history of the last day has its attempts, and no service level", async () => {
  await count(NOW - MINUTE, "ok", 6);
  const [status] = await read(createAttemptHistory(database.read, 2), [1], NOW, false);
  expect(status).toMatchObject({ connectSlo: undefined, attempts: { ok: 6 }, success: 1 });
});

test("the status has the last 48 half hours, ended deliveries apart from attempts", async () => {
  await count(NOW - 24 * HOUR, "ok", 1_000);
  await count(NOW - 23 * HOUR, "refused", 1, 1, [0, 0, 1, 1]);
  await count(NOW - HOUR, "failed", 3);
  await count(NOW - MINUTE, "ok", 2, 1, [1, 2, 2, 2]);
  await count(NOW - MINUTE, "accepted", 1);
  const [status] = await read(createAttemptHistory(database.read), [1]);
  expect(status).toMatchObject({
    attempts: { refused: 1, ok: 2, accepted: 1 },
    failed: 3,
    success: 3 / 4,
    within: { 50: 1, 200: 2, 1000: 3, 5000: 3 },
    series: [
      { startsAt: NOW - 23 * HOUR, good: 0, bad: 1 },
      { startsAt: NOW - 30 * MINUTE, good: 3, bad: 0 },
    ],
  });
});

test("minutes that are settled are read once, later ones each time, for all sites at once", async () => {
  await count(NOW - 40 * DAY, "ok", 1_000);
  await count(NOW - 20 * DAY, "ok", 1);
  await count(NOW - HOUR, "ok", 1);
  const { q, asked } = counting();
  const history = createAttemptHistory(q);
  const attempts = async (now: number) => {
    const { quarters } = (await history([1, 2, 3], now)).get(1)!;
    return [...quarters.values()].reduce((sum, each) => sum + each.attempts, 0);
  };
  expect(await attempts(NOW)).toBe(2);
  // 29 days by their quarters, the last day by its half hours, the last five minutes.
  expect(asked()).toBe(3);
  await count(NOW, "refused", 1);
  expect(await attempts(NOW + 4 * MINUTE)).toBe(3);
  expect(asked()).toBe(4);
  // What is recorded of minutes that are settled is not seen any more.
  await count(NOW - 10 * MINUTE, "refused", 1);
  expect(await attempts(NOW + 6 * MINUTE)).toBe(3);
  expect(await attempts(NOW + 6 * MINUTE)).toBe(3);
  await count(NOW + 3 * DAY, "refused", 2);
  expect(await attempts(NOW + 3 * DAY)).toBe(5);
  expect(await attempts(NOW + 12 * DAY)).toBe(4);
  const before = asked();
  // A site that is asked for later is read by itself.
  await history([1, 4], NOW + 12 * DAY);
  expect(asked() - before).toBe(4);
});

test("two that ask at the same time count nothing twice", async () => {
  await count(NOW - HOUR, "ok", 1);
  const history = createAttemptHistory(database.read);
  const both = await Promise.all([history([1], NOW), history([1, 2], NOW + 20 * MINUTE)]);
  expect(both.map((found) => [...(found.get(1)?.halfHours.values() ?? [])])).toMatchObject([
    [{ attempts: { ok: 1 } }],
    [{ attempts: { ok: 1 } }],
  ]);
});

test("what is older than a day leaves the half hours, and what is older than 30 days the quarters", async () => {
  await count(NOW, "ok", 1);
  const history = createAttemptHistory(database.read);
  const sizes = async (now: number) => {
    const site = (await history([1], now)).get(1);
    return [site?.halfHours.size, site?.quarters.size];
  };
  expect(await sizes(NOW)).toEqual([1, 1]);
  expect(await sizes(NOW + 23.5 * HOUR)).toEqual([1, 1]);
  expect(await sizes(NOW + DAY)).toEqual([0, 1]);
  expect(await sizes(NOW + 29 * DAY)).toEqual([0, 1]);
  expect(await sizes(NOW + 30 * DAY)).toEqual([0, 0]);
});

test("the status of many sites takes as many statements as that of one", async () => {
  const counts: number[] = [];
  for (const size of [1, 100]) {
    const { q, asked } = counting();
    const siteNos = Array.from({ length: size }, (_, at) => at + 1);
    const snapshots = createSnapshots(...siteNos);
    const all = await siteStatuses(q, {
      snapshots,
      histories: await createAttemptHistory(q)(siteNos, NOW),
      hasMonth: true,
      now: NOW,
      databaseNow: NOW,
    });
    expect(all.map(({ siteKey }) => siteKey)).toEqual(snapshots.map(({ site }) => site.key));
    counts.push(asked());
  }
  expect(counts).toEqual([5, 5]);
});
