import { afterEach, beforeEach, expect, test } from "vitest";
import { createAttemptHistory } from "../../../../src/host/delivery-log/attempt-history.ts";
import { createConnectSlo, siteStatuses } from "../../../../src/host/delivery-log/status.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { addMinutes } from "../../../../src/host/store/tables/minutes.ts";
import { openMigrated } from "../../../support/store.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import type { MinuteOutcome } from "../../../../src/host/model/minute.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.UTC(2026, 5, 15, 12);

let database: Database;
beforeEach(async () => {
  database = await openMigrated("sqlite::memory:");
});
afterEach(() => database.close());

const count = (at: number, outcome: MinuteOutcome, number: number, siteNo = 1) =>
  database.write((tx) =>
    addMinutes(tx, [
      {
        siteNo,
        minute: Math.floor(at / MINUTE),
        endpointNo: 1,
        outcome,
        count: number,
        msTotal: 0,
        within: [0, 0, 0, 0],
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

test("Atlassian's service level counts 200 and 204 among the attempts of 28 days", async () => {
  const slo = createConnectSlo(createAttemptHistory(database.read));
  expect(await slo([1], NOW)).toEqual(new Map());
  await count(NOW - MINUTE, "ok", 6);
  await count(NOW - 27 * DAY, "accepted", 1);
  await count(NOW - 3 * DAY, "refused", 1);
  await count(NOW - 3 * DAY, "failed", 100);
  await count(NOW - 28 * DAY, "unreachable", 100);
  await count(NOW - DAY, "refused", 1, 2);
  expect(await createConnectSlo(createAttemptHistory(database.read))([1, 2, 3], NOW)).toEqual(
    new Map([
      [1, 6 / 8],
      [2, 0],
    ]),
  );
});

test("days that are over are summed up once, today every five minutes, for all sites at once", async () => {
  await count(NOW - DAY, "ok", 1);
  const { q, asked } = counting();
  const slo = createConnectSlo(createAttemptHistory(q));
  const ofOne = async (now: number) => (await slo([1, 2, 3], now)).get(1);
  expect(await ofOne(NOW)).toBe(1);
  expect(asked()).toBe(1);
  await count(NOW, "refused", 1);
  expect(await ofOne(NOW + 4 * MINUTE)).toBe(1);
  expect(asked()).toBe(1);
  expect(await ofOne(NOW + 6 * MINUTE)).toBe(1 / 2);
  expect(asked()).toBe(2);
  await count(NOW + DAY, "refused", 2);
  expect(await ofOne(NOW + DAY)).toBe(1 / 4);
  // A site that is asked for later is summed up by itself.
  await slo([1, 4], NOW + DAY);
  expect(asked()).toBe(4);
});

test("the status of many sites takes as many statements as that of one", async () => {
  const counts: number[] = [];
  for (const size of [1, 100]) {
    const { q, asked } = counting();
    const snapshots = Array.from({ length: size }, (_, at) => ({
      site: { no: at + 1, key: `site-${at + 1}` },
    })) as unknown as readonly SiteSnapshot[];
    const all = await siteStatuses(q, {
      snapshots,
      connectSlo: createConnectSlo(createAttemptHistory(q)),
      now: NOW,
      databaseNow: NOW,
    });
    expect(all.map(({ siteKey }) => siteKey)).toEqual(snapshots.map(({ site }) => site.key));
    counts.push(asked());
  }
  expect(counts).toEqual([4, 4]);
});
