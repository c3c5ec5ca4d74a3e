/** What /metrics asks the store for: figures of all sites in a few statements, however many sites and endpoints there are. */
import { expect, test } from "vitest";
import { createFigures } from "../../../src/host/observe/figures.ts";
import { createMetrics } from "../../../src/host/observe/metrics.ts";
import { newEventUuid } from "../../../src/host/model/ids.ts";
import type { Database, Queryable } from "../../../src/host/store/db/database.ts";
import { IN_BATCH, BEHIND } from "../../../src/host/store/tables/deliveries.ts";
import { countEndpoints, listLongestFailing } from "../../../src/host/store/tables/endpoint-states.ts";
import { ensureEndpoint } from "../../../src/host/store/tables/endpoints.ts";
import { listOverdueSince, overdueSince } from "../../../src/host/store/tables/overdue.ts";
import { sumUpWaiting } from "../../../src/host/model/waiting.ts";
import { listWaitingByLane } from "../../../src/host/store/tables/waiting.ts";
import { addDeliveries, addEvents, addSite, newDelivery, newEvent } from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";

interface Queued {
  readonly lane: number;
  readonly state?: number;
  readonly dueAt?: number;
}

async function addEndpoint(database: Database, siteNo: number, queue: readonly Queued[]): Promise<number> {
  const name = `${siteNo}-${Math.random()}`;
  return database.write(async (tx) => {
    const endpointNo = await ensureEndpoint(
      tx,
      siteNo,
      { kind: "addon", addonKey: name },
      `http://${name}.example`,
    );
    const event = newEvent(siteNo, { id: newEventUuid() });
    await addEvents(tx, [event]);
    for (const [index, { lane, state = 0, dueAt = 1_000 }] of queue.entries()) {
      const delivery = newDelivery(siteNo, event.id, index, { endpointNo, dueAt });
      await addDeliveries(tx, [delivery]);
      await tx.query("UPDATE callboard_delivery SET lane = $3, state = $4 WHERE site_no = $1 AND id = $2", [
        siteNo,
        delivery.id,
        lane,
        state,
      ]);
    }
    return endpointNo;
  });
}

const times = (count: number, queued: Queued): readonly Queued[] =>
  Array.from({ length: count }, () => queued);

export function levelTests(open: OpenStore): void {
  test("what waits is counted by site and lane, and the fullest endpoints are named", async () => {
    const database = await open();
    const [one, other, idle] = [
      await addSite(database, "one"),
      await addSite(database, "other"),
      await addSite(database, "idle"),
    ];
    const few = await addEndpoint(database, one.no, [{ lane: 0 }, { lane: 1 }, { lane: 0, state: 2 }]);
    const most = await addEndpoint(database, one.no, [
      ...times(2, { lane: BEHIND }),
      ...times(3, { lane: IN_BATCH + 1 }),
    ]);
    const middle = await addEndpoint(database, other.no, times(4, { lane: 0 }));
    await addEndpoint(database, idle.no, []);

    const { bySite, fullest } = sumUpWaiting(await listWaitingByLane(database.read), 2);
    expect(Object.fromEntries(bySite)).toEqual({ [one.no]: { 0: 3, 1: 4 }, [other.no]: { 0: 4 } });
    expect(fullest).toEqual([
      { siteNo: one.no, endpointNo: most, waiting: 5 },
      { siteNo: other.no, endpointNo: middle, waiting: 4 },
    ]);
    expect(
      sumUpWaiting(await listWaitingByLane(database.read), 9).fullest.map(({ endpointNo }) => endpointNo),
    ).toEqual([most, middle, few]);
  });

  test("what is overdue is known by site: neither what is due later nor what waits behind another", async () => {
    const database = await open();
    const [one, other] = [await addSite(database, "one"), await addSite(database, "other")];
    await addEndpoint(database, one.no, [
      { lane: 0, dueAt: 5_000 },
      { lane: IN_BATCH, dueAt: 3_000 },
      { lane: BEHIND, dueAt: 1_000 },
    ]);
    await addEndpoint(database, one.no, [{ lane: 1, dueAt: 4_000 }]);
    await addEndpoint(database, other.no, [{ lane: 0, dueAt: 9_000 }]);
    expect(Object.fromEntries(await listOverdueSince(database.read, 8_999))).toEqual({ [one.no]: 3_000 });
    expect(Object.fromEntries(await listOverdueSince(database.read, 9_000))).toEqual({
      [one.no]: 3_000,
      [other.no]: 9_000,
    });
    expect(await listOverdueSince(database.read, 2_999)).toEqual(new Map());
    expect(await overdueSince(database.read, [one.no], 3_000)).toBe(3_000);
  });

  test("endpoints are counted by site, and those that fail longest are named", async () => {
    const database = await open();
    const [one, other] = [await addSite(database, "one"), await addSite(database, "other")];
    const numbers = [
      await addEndpoint(database, one.no, []),
      await addEndpoint(database, one.no, []),
      await addEndpoint(database, other.no, []),
    ];
    const set = (no: number, values: string) =>
      database.autocommit.query(`UPDATE callboard_endpoint SET ${values} WHERE no = $1`, [no]);
    const [first = 0, second = 0, third = 0] = numbers;
    await set(first, "open_until = 1000, failing_since = 700");
    await set(second, "open_until = 1001, failing_since = 500, paused_at = 600");
    await set(third, "failing_since = 600");
    expect(Object.fromEntries(await countEndpoints(database.read, 1_000))).toEqual({
      [one.no]: { all: 2, open: 1, paused: 1 },
      [other.no]: { all: 1, open: 0, paused: 0 },
    });
    expect(await listLongestFailing(database.read, 2)).toEqual([
      { siteNo: one.no, endpointNo: second, failingSince: 500 },
      { siteNo: other.no, endpointNo: third, failingSince: 600 },
    ]);
  });

  test.each([1, 30])("%d sites cost four statements a scrape", async (count) => {
    const database = await open();
    for (let site = 0; site < count; site += 1) {
      const { no } = await addSite(database, `site-${site}`);
      await addEndpoint(database, no, [{ lane: 0 }]);
    }
    const asked: string[] = [];
    const read: Queryable = {
      ...database.read,
      query: (sql, bind) => {
        asked.push(sql);
        return database.read.query(sql, bind);
      },
    };
    const scrape = createMetrics({
      figures: createFigures(),
      database: { ...database, read, autocommit: read, lists: () => Promise.resolve(read) },
      snapshots: { heads: () => [], get: () => undefined, isLoaded: () => true },
      engineStatus: () => ({ inFlight: 0, unsettled: 0, mostInFlight: 1, limitReached: 0 }) as never,
      dataDir: "/",
      readiness: () => Promise.resolve({ ready: true, checks: {} }),
      limits: [],
      build: { version: "1", role: "all" },
    });
    expect(await scrape()).toContain("callboard_database_up 1");
    expect(asked).toHaveLength(4);
    // Counted again only after a while.
    await scrape();
    expect(asked).toHaveLength(4);
  });
}
