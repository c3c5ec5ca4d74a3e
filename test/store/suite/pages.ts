/** What pages ask the store for beside rows of the delivery log: who fails, the newest of each endpoint, how events stand. */
import { expect, test } from "vitest";
import { changeSignature } from "../../../src/host/store/tables/changes.ts";
import type { Database } from "../../../src/host/store/db/database.ts";
import { settleDeliveries } from "../../../src/host/store/tables/settle.ts";
import { BEHIND, IN_BATCH } from "../../../src/host/store/tables/deliveries.ts";
import { dueByEndpoint, dueOfEndpoint } from "../../../src/host/store/tables/endpoint-queues.ts";
import {
  countHeldEndpoints,
  ensureEndpoint,
  listTroubledEndpoints,
  saveBreakers,
} from "../../../src/host/store/tables/endpoints.ts";
import { listEvents, listNewestNamed } from "../../../src/host/store/tables/events.ts";
import { newestDeliveries, newestEvents, sitesOfNames } from "../../../src/host/store/tables/newest.ts";
import { newEventUuid } from "../../../src/host/model/ids.ts";
import { firstOpenHour, listHoursSince } from "../../../src/host/store/tables/endpoint-hours.ts";
import { sumFigures } from "../../../src/host/store/tables/figures.ts";
import { addMinutes } from "../../../src/host/store/tables/minutes.ts";
import { createAddUpHours } from "../../../src/host/observe/add-up-hours.ts";
import { silentLogger } from "../../../src/logger.ts";
import { listFailures } from "../../../src/host/store/tables/failing.ts";
import {
  NEWEST,
  OLDEST,
  countOnWalk,
  newestByEndpoint,
  standingsOfEvents,
} from "../../../src/host/store/tables/delivery-log.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  fresh,
  newAttempt,
  newDelivery,
  newEvent,
} from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";
import type { NewDelivery } from "../../../src/host/model/delivery.ts";
import type { MinuteOutcome } from "../../../src/host/model/minute.ts";

const EVERYTHING = { from: OLDEST, below: NEWEST };

const UNTROUBLED = {
  failures: 0,
  openUntil: undefined,
  opened: 0,
  failedAttempts: 0,
  failedDeliveries: 0,
} as const;

export function pageTests(open: OpenStore): void {
  /** Two endpoints: at the first one delivery was retried and one waits, at the second one was delivered and one failed. */
  async function standing() {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    // Ids of one millisecond have no order among themselves.
    const [older = "", newer = ""] = [newEventUuid(), newEventUuid()].toSorted();
    const one = newEvent(siteNo, { id: older });
    const two = newEvent(siteNo, { id: newer, name: "jira:issue_updated" });
    const endpoints = await database.write(async (tx) => [
      await ensureEndpoint(tx, siteNo, { kind: "addon", addonKey: "down" }, "http://down.example"),
      await ensureEndpoint(tx, siteNo, { kind: "addon", addonKey: "up" }, "http://up.example"),
    ]);
    const [down = 0, up = 0] = endpoints;
    const make = (event: string, index: number, endpointNo: number, dueAt: number) =>
      newDelivery(siteNo, event, index, { endpointNo, dueAt });
    const retried = make(one.id, 0, down, 1_000);
    const delivered = make(one.id, 1, up, 1_000);
    const waiting = make(two.id, 0, down, 9_000);
    const failed = make(two.id, 1, up, 1_000);
    await database.write(async (tx) => {
      await addEvents(tx, [one, two]);
      await addDeliveries(tx, [retried, delivered, waiting, failed]);
    });
    await settle(database, [retried], 503, { state: "waiting", dueAt: 7_000 });
    await database.autocommit.query("UPDATE callboard_delivery SET due_at = 7000 WHERE id = $1", [
      retried.id,
    ]);
    await settle(database, [delivered], 200, { state: "delivered" });
    await settle(database, [failed], 400, { state: "failed", because: "rejected" });
    return { database, siteNo, one, two, down, up, retried, delivered, waiting, failed };
  }

  function settle(
    database: Database,
    deliveries: readonly NewDelivery[],
    status: number,
    settlement: Parameters<typeof settleDeliveries>[1][number]["settlement"],
  ) {
    const outcome = { kind: status === 200 ? "accepted" : "refused" } as const;
    return database.write((tx) =>
      settleDeliveries(
        tx,
        deliveries.map((delivery) => ({
          delivery: fresh(delivery),
          attempt: newAttempt({ status, outcome }),
          settlement,
        })),
        5_000,
      ),
    );
  }

  test("a week of an endpoint is the same before and after its hours are added up, late attempts included", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const places = await database.write(async (tx) => {
      const one = await ensureEndpoint(tx, siteNo, { kind: "addon", addonKey: "one" }, "http://one.example");
      const other = await ensureEndpoint(
        tx,
        siteNo,
        { kind: "addon", addonKey: "two" },
        "http://two.example",
      );
      return [one, other].map((endpointNo) => ({ siteNo, endpointNo }));
    });
    const [{ endpointNo: one } = { endpointNo: 0 }, { endpointNo: other } = { endpointNo: 0 }] = places;
    const hour = 480_000;
    const now = (hour * 60 + 10) * 60_000;
    const minute = (before: number, endpointNo: number, outcome: MinuteOutcome, count: number) => ({
      siteNo,
      minute: hour * 60 + 10 - before,
      endpointNo,
      outcome,
      count,
      msTotal: 100 * count,
      within: [0, 0, 0, 0] as const,
    });
    const count = (...counts: readonly ReturnType<typeof minute>[]) =>
      database.write((tx) => addMinutes(tx, counts));
    await count(
      minute(0, one, "ok", 3),
      minute(11, one, "accepted", 2),
      minute(125, one, "refused", 5),
      minute(125, one, "failed", 4),
      minute(126, one, "ok", 1),
      minute(126, other, "unreachable", 7),
      minute(100 * 60, other, "ok", 9),
    );
    const read = async (endpointNo: number) => {
      const own = [{ siteNo, endpointNo }];
      const hours = await listHoursSince(database.read, own, hour - 167, hour * 60 + 10);
      return hours
        .toSorted((a, b) => a.hour - b.hour)
        .map((each) => [hour - each.hour, each.attempts, each.good, each.failed, each.msTotal]);
    };
    const before = [await read(one), await read(other)];
    expect(before).toEqual([
      [
        [2, 6, 1, 4, 1_000],
        [1, 2, 2, 0, 200],
        [0, 3, 3, 0, 300],
      ],
      [
        [100, 9, 9, 0, 900],
        [2, 7, 0, 0, 700],
      ],
    ]);

    const at = (ms: number) => createAddUpHours({ database, now: () => ms, logger: silentLogger });
    await at(now).run();
    expect(await firstOpenHour(database.read)).toBe(hour);
    expect([await read(one), await read(other)]).toEqual(before);
    await at(now).run();
    expect([await read(one), await read(other)]).toEqual(before);

    // Recorded when the database came back, after its hour was added up.
    await count(minute(11, one, "ok", 1));
    await at(now + 3_600_000).run();
    expect(await read(one)).toContainEqual([1, 3, 3, 0, 300]);
    await at(now + 9 * 86_400_000).run();
    expect(await database.read.query("SELECT * FROM callboard_endpoint_hour")).toEqual([]);
  });

  test("the figures of sites are the same whatever other sites are asked for with them", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const { no: other } = await addSite(database, "other");
    const { no: third } = await addSite(database, "third");
    const minute = (site: number, at: number, outcome: MinuteOutcome, count: number) => ({
      siteNo: site,
      minute: at,
      endpointNo: 1,
      outcome,
      count,
      msTotal: 100 * count,
      within: [1, 2, 3, 4] as const,
    });
    await database.write((tx) =>
      addMinutes(tx, [
        ...[99, 100, 129, 130, 189, 190].map((at) => minute(siteNo, at, "ok", at)),
        minute(siteNo, 130, "refused", 2),
        minute(other, 131, "ok", 3),
        minute(third, 131, "ok", 5),
      ]),
    );
    const range = { fromMinute: 100, belowMinute: 190, slotMinutes: 30 };
    const some = await sumFigures(database.read, { ...range, siteNos: [siteNo, other] });
    expect(some.map((figure) => [figure.siteNo, figure.slot, figure.count])).toEqual(
      expect.arrayContaining([
        [siteNo, 3, 100],
        [siteNo, 4, 259],
        [other, 4, 3],
      ]),
    );
    const nobody = Array.from({ length: 600 }, (_, index) => 1_000_000 + index);
    const many = await sumFigures(database.read, { ...range, siteNos: [siteNo, other, ...nobody] });
    const sorted = (figures: typeof some) =>
      figures.toSorted((a, b) => a.siteNo - b.siteNo || a.slot - b.slot || (a.outcome < b.outcome ? -1 : 1));
    expect(sorted(many)).toEqual(sorted(some));
  });

  test("of all endpoints those that fail or are paused are found, on the sites that are asked for", async () => {
    const { database, siteNo, down, up } = await standing();
    const { no: other } = await addSite(database, "other");
    const find = async (...siteNos: readonly number[]) =>
      (await listTroubledEndpoints(database.read, siteNos)).map(({ no }) => no);
    expect(await find(siteNo, other)).toEqual([]);
    expect(await countHeldEndpoints(database.read, [siteNo, other], 5_000)).toEqual(new Map());

    const fails = { ...UNTROUBLED, failures: 5, openUntil: 6_000, failingSince: 4_000 };
    await database.write((tx) => saveBreakers(tx, [{ ...fails, siteNo, no: down }]));
    expect(await find(siteNo, other)).toEqual([down]);
    expect(await find(other)).toEqual([]);
    const count = (now: number) => countHeldEndpoints(database.read, [siteNo, other], now);
    expect(await count(5_000)).toEqual(new Map([[siteNo, { open: 1, paused: 0 }]]));
    expect(await count(6_000)).toEqual(new Map([[siteNo, { open: 0, paused: 0 }]]));

    await database.autocommit.query("UPDATE callboard_endpoint SET paused_at = 1 WHERE no = $1", [up]);
    expect(await find(siteNo)).toEqual([down, up]);
    expect(await count(5_000)).toEqual(new Map([[siteNo, { open: 1, paused: 1 }]]));
  });

  test("the next due time is known of each endpoint with something waiting, also in batches, and of no other", async () => {
    const { database, siteNo, down, up, two } = await standing();
    const { no: other } = await addSite(database, "other");
    const read = (...siteNos: readonly number[]) => dueByEndpoint(database.read, siteNos);
    expect(await read(siteNo, other)).toEqual(new Map([[down, 7_000]]));
    expect(await read(other)).toEqual(new Map());
    expect(await read()).toEqual(new Map());

    const later = newDelivery(siteNo, two.id, 8, { endpointNo: up, dueAt: 8_000 });
    await database.write((tx) => addDeliveries(tx, [later]));
    expect(await read(siteNo)).toEqual(
      new Map([
        [down, 7_000],
        [up, 8_000],
      ]),
    );
    const put = (lane: number, id: string) =>
      database.autocommit.query("UPDATE callboard_delivery SET lane = $1 WHERE id = $2", [lane, id]);
    for (const lane of [1, IN_BATCH, IN_BATCH + 1]) {
      await put(lane, later.id);
      expect((await read(siteNo)).get(up)).toBe(8_000);
      expect(await dueOfEndpoint(database.read, { siteNo, endpointNo: up })).toBe(8_000);
    }
    // Behind another one of its key it is not due at any time.
    await put(BEHIND, later.id);
    expect(await read(siteNo)).toEqual(new Map([[down, 7_000]]));
    expect(await dueOfEndpoint(database.read, { siteNo, endpointNo: up })).toBeUndefined();
  });

  test("a failing endpoint shows how many deliveries wait for it, and what came back last", async () => {
    const { database, siteNo, down, up } = await standing();
    const places = [down, up].map((endpointNo) => ({ siteNo, endpointNo }));
    expect(await listFailures(database.read, [])).toEqual(new Map());
    expect(await listFailures(database.read, places)).toEqual(
      new Map([
        [down, { waiting: 2, waitMore: false, lastOutcome: "refused", lastStatus: 503 }],
        [up, { waiting: 0, waitMore: false, lastOutcome: "refused", lastStatus: 400 }],
      ]),
    );
  });

  test("what gets through at an endpoint that fails is not what failed", async () => {
    const { database, siteNo, down, two } = await standing();
    const through = newDelivery(siteNo, two.id, 7, { endpointNo: down });
    await database.write((tx) => addDeliveries(tx, [through]));
    await settle(database, [through], 200, { state: "delivered" });

    const failures = await listFailures(database.read, [{ siteNo, endpointNo: down }]);
    expect(failures.get(down)).toMatchObject({ lastOutcome: "refused", lastStatus: 503 });
  });

  test("the newest delivery of each endpoint that is asked for", async () => {
    const { database, siteNo, waiting, failed } = await standing();
    const endpoints = [waiting, failed].map(({ endpointNo }) => ({ siteNo, endpointNo }));
    expect(await newestByEndpoint(database.read, [])).toEqual([]);
    expect(await newestByEndpoint(database.read, endpoints.slice(1))).toMatchObject([{ id: failed.id }]);
    const newest = await newestByEndpoint(database.read, endpoints);
    expect(newest.map(({ id, state }) => [id, state])).toEqual([
      [failed.id, "failed"],
      [waiting.id, "waiting"],
    ]);
  });

  test("how the deliveries of events stand", async () => {
    const { database, siteNo, one, two } = await standing();
    const standings = await standingsOfEvents(database.read, siteNo, [one.id, two.id]);
    expect(standings.get(one.id)).toEqual([
      { state: "waiting", tried: true, count: 1 },
      { state: "delivered", tried: true, count: 1 },
    ]);
    expect(standings.get(two.id)).toEqual([
      { state: "waiting", tried: false, count: 1 },
      { state: "failed", tried: true, count: 1 },
    ]);
  });

  test("failures are counted by receiver and by event, up to a bound", async () => {
    const { database, siteNo, up, down } = await standing();
    const count = (wanted: Parameters<typeof countOnWalk>[1]["wanted"], limit = 10) =>
      countOnWalk(database.read, { siteNo, walk: { kind: "failed" }, range: EVERYTHING, wanted, limit });
    expect(await count({})).toEqual({ count: 1, more: false });
    expect(await count({ endpointNos: [up] })).toEqual({ count: 1, more: false });
    expect(await count({ endpointNos: [down] })).toEqual({ count: 0, more: false });
    expect(await count({ event: "jira:issue_updated" })).toEqual({ count: 1, more: false });
    expect(await count({ event: "jira:issue_created" })).toEqual({ count: 0, more: false });
    expect(await count({ test: true })).toEqual({ count: 0, more: false });
    expect(
      await countOnWalk(database.read, {
        siteNo,
        walk: { kind: "site" },
        range: EVERYTHING,
        wanted: {},
        limit: 3,
      }),
    ).toEqual({
      count: 3,
      more: true,
    });
  });

  test("what people look at has changed when a delivery ends, a test delivery as well", async () => {
    const { database, siteNo, two } = await standing();
    const signature = () => changeSignature(database.read, 60_000);
    const before = await signature();
    expect(await signature()).toBe(before);
    const made = newDelivery(siteNo, two.id, 2, { test: true });
    await database.write((tx) => addDeliveries(tx, [made]));
    const waiting = await signature();
    expect(waiting).not.toBe(before);
    await settle(database, [made], 200, { state: "delivered" });
    expect(await signature()).not.toBe(waiting);
  });

  test("the newest event and delivery of each site are found, of one event type as well", async () => {
    const { database, siteNo, one, two } = await standing();
    const { no: other } = await addSite(database, "other");
    const { no: empty } = await addSite(database, "empty");
    const elsewhere = newEvent(other, { name: one.name });
    await database.write((tx) => addEvents(tx, [elsewhere]));
    const sites = [siteNo, other, empty];
    const events = (below: string, name?: string) => newestEvents(database.read, sites, { below, name });
    expect(await events(NEWEST)).toEqual([
      { siteNo, newest: two.id },
      { siteNo: other, newest: elsewhere.id },
    ]);
    expect(await events(two.id)).toContainEqual({ siteNo, newest: one.id });
    expect(await events(NEWEST, two.name)).toEqual([{ siteNo, newest: two.id }]);
    const [newest, ...others] = await newestDeliveries(database.read, sites, { below: NEWEST });
    expect(newest?.newest.slice(0, 28)).toBe(two.id.slice(0, 28));
    expect(others).toEqual([]);

    const names = [one.name, two.name, "jira:nothing"];
    const types = await sitesOfNames(database.read, sites, names);
    expect(types.toSorted((a, b) => a.siteNo - b.siteNo || (a.name < b.name ? -1 : 1))).toEqual([
      { siteNo, name: one.name },
      { siteNo, name: two.name },
      { siteNo: other, name: elsewhere.name },
    ]);
    expect(types.findIndex(({ name }) => name === two.name)).toBeLessThan(
      types.findIndex((type) => type.siteNo === siteNo && type.name === one.name),
    );
    const listed = await listNewestNamed(database.read, types, 2);
    expect(listed.map(({ id }) => id)).toEqual(
      [elsewhere.id, two.id, one.id].toSorted().reverse().slice(0, 2),
    );
    expect(await listNewestNamed(database.read, [], 2)).toEqual([]);
  });

  test("events are listed by name", async () => {
    const { database, siteNo, two } = await standing();
    const events = await listEvents(database.read, { siteNo, name: "jira:issue_updated", limit: 5 });
    expect(events.map(({ id }) => id)).toEqual([two.id]);
  });
}
