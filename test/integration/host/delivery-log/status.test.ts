import { afterEach, beforeEach, expect, test } from "vitest";
import { createConnectSlo } from "../../../../src/host/delivery-log/status.ts";
import type { Database, Queryable } from "../../../../src/host/store/db/database.ts";
import { addMinutes } from "../../../../src/host/store/tables/minutes.ts";
import { openMigrated } from "../../../support/store.ts";
import type { MinuteOutcome } from "../../../../src/host/model/minute.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.UTC(2026, 5, 15, 12);

let database: Database;
beforeEach(async () => {
  database = await openMigrated("sqlite::memory:");
});
afterEach(() => database.close());

const count = (at: number, outcome: MinuteOutcome, number: number) =>
  database.write((tx) =>
    addMinutes(tx, [
      {
        siteNo: 1,
        minute: Math.floor(at / MINUTE),
        endpointNo: 1,
        outcome,
        count: number,
        msTotal: 0,
        within: [0, 0, 0, 0],
      },
    ]),
  );

test("Atlassian's service level counts 200 and 204 among the attempts of 28 days", async () => {
  const slo = createConnectSlo();
  expect(await slo(database.read, 1, NOW)).toBeUndefined();
  await count(NOW - MINUTE, "ok", 6);
  await count(NOW - 27 * DAY, "accepted", 1);
  await count(NOW - 3 * DAY, "refused", 1);
  await count(NOW - 3 * DAY, "failed", 100);
  await count(NOW - 28 * DAY, "unreachable", 100);
  expect(await createConnectSlo()(database.read, 1, NOW)).toBe(6 / 8);
  expect(await createConnectSlo()(database.read, 2, NOW)).toBeUndefined();
});

test("days that are over are summed up once, today every five minutes", async () => {
  await count(NOW - DAY, "ok", 1);
  let asked = 0;
  const slo = createConnectSlo();
  const counting: Queryable = {
    ...database.read,
    query: (sql, values) => {
      asked += 1;
      return database.read.query(sql, values);
    },
  };
  expect(await slo(counting, 1, NOW)).toBe(1);
  expect(asked).toBe(28);
  await count(NOW, "refused", 1);
  expect(await slo(counting, 1, NOW + 4 * MINUTE)).toBe(1);
  expect(asked).toBe(28);
  expect(await slo(counting, 1, NOW + 6 * MINUTE)).toBe(1 / 2);
  expect(asked).toBe(29);
  await count(NOW + DAY, "refused", 2);
  expect(await slo(counting, 1, NOW + DAY)).toBe(1 / 4);
});
