import { afterEach, beforeEach, expect, test } from "vitest";
import { createAttemptHistory } from "../../../../src/host/delivery-log/attempt-history.ts";
import { listEndpointSeries, listSiteSeries } from "../../../../src/host/delivery-log/attempt-series.ts";
import { CHART_RANGE_NAMES } from "../../../../src/host/model/chart-range.ts";
import type { ChartRange, ChartSlot } from "../../../../src/host/model/chart-range.ts";
import type { MinuteOutcome } from "../../../../src/host/model/minute.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { saveHours, setFirstOpenHour, sumHour } from "../../../../src/host/store/tables/endpoint-hours.ts";
import { addMinutes } from "../../../../src/host/store/tables/minutes.ts";
import { openMigrated } from "../../../support/store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 5, 15, 12, 30);

let database: Database;
beforeEach(async () => {
  database = await openMigrated("sqlite::memory:");
});
afterEach(() => database.close());

const count = (at: number, outcome: MinuteOutcome, number: number, { siteNo = 1, endpointNo = 1 } = {}) =>
  database.write((tx) =>
    addMinutes(tx, [
      {
        siteNo,
        minute: Math.floor(at / MINUTE),
        endpointNo,
        outcome,
        count: number,
        msTotal: 0,
        within: [0, 0, 0, 0],
      },
    ]),
  );

/** Attempts at these ages before now; what ended as failed is no attempt. */
async function seed(): Promise<void> {
  await count(NOW - MINUTE, "ok", 6);
  await count(NOW - MINUTE, "failed", 100);
  await count(NOW - 3 * HOUR, "accepted", 1);
  await count(NOW - 3 * HOUR, "refused", 2);
  await count(NOW - 3 * DAY, "unreachable", 4, { endpointNo: 2 });
  await count(NOW - 20 * DAY, "ok", 8, { siteNo: 2 });
  await count(NOW - 40 * DAY, "ok", 1_000);
}

const sums = (slots: readonly ChartSlot[]) => [
  slots.reduce((sum, { good }) => sum + good, 0),
  slots.reduce((sum, { bad }) => sum + bad, 0),
];

const EVERY_SERIES = { "1h": [6, 0], "24h": [7, 2], "7d": [7, 6], "30d": [15, 6] };

test.each([
  ["a month", undefined],
  ["the last day alone", 2],
])("the series of sites has the attempts of its range, with histories of %s", async (_what, days) => {
  await seed();
  const history = createAttemptHistory(database.read, days);
  const hasMonth = days === undefined;
  const found = new Map<string, readonly number[]>();
  const listSeries = async (siteNos: readonly number[], range: ChartRange) =>
    listSiteSeries(database.read, siteNos, {
      range,
      histories: await history(siteNos, NOW),
      hasMonth,
      now: NOW,
    });
  for (const range of CHART_RANGE_NAMES) found.set(range, sums(await listSeries([1, 2], range)));
  expect(Object.fromEntries(found)).toEqual(EVERY_SERIES);
  const day = await listSeries([1], "24h");
  expect(day.at(-1)).toEqual({ startsAt: NOW - 30 * MINUTE, good: 6, bad: 0 });
  expect(day.at(-4)).toEqual({ startsAt: NOW - 3 * HOUR - 30 * MINUTE, good: 1, bad: 2 });
});

test("figures of more sites than one statement reads are all there", async () => {
  for (const siteNo of [1, 500, 501, 1_001]) await count(NOW - MINUTE, "ok", siteNo, { siteNo });
  const siteNos = Array.from({ length: 1_001 }, (_, index) => index + 1);
  const histories = await createAttemptHistory(database.read, 2)(siteNos, NOW);
  const series = await listSiteSeries(database.read, siteNos, {
    range: "1h",
    histories,
    hasMonth: false,
    now: NOW,
  });
  expect(sums(series)).toEqual([2_003, 0]);
});

test("the series of endpoints is the same before and after their hours were added up", async () => {
  await seed();
  const read = async () => {
    const found: (readonly number[])[] = [];
    for (const endpointNos of [[1], [2], [1, 2], []]) {
      const places = endpointNos.map((endpointNo) => ({ siteNo: 1, endpointNo }));
      for (const range of CHART_RANGE_NAMES)
        found.push(sums(await listEndpointSeries(database.read, places, { range, now: NOW })));
    }
    return found;
  };
  const before = await read();
  expect(before.slice(0, 4)).toEqual([
    [6, 0],
    [7, 2],
    [7, 2],
    [7, 2],
  ]);
  expect(before.slice(4, 8)).toEqual([
    [0, 0],
    [0, 0],
    [0, 4],
    [0, 4],
  ]);
  expect(before.at(-1)).toEqual([0, 0]);
  const thisHour = Math.floor(NOW / HOUR);
  await database.write(async (tx) => {
    for (const age of [72, 3]) await saveHours(tx, await sumHour(tx, 1, thisHour - age));
    await setFirstOpenHour(tx, thisHour - 1);
  });
  expect(await read()).toEqual(before);
});
