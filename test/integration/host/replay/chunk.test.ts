/** What one chunk decides, on a database of its own: each reason to leave an event out, and where the chunk ends. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { examineChunk, numberCreated } from "../../../../src/host/replay/chunk.ts";
import type { ChunkRequest } from "../../../../src/host/replay/chunk.ts";
import { createBacklog } from "../../../../src/host/events/backlog.ts";
import { createChange } from "../../../../src/host/store/tables/replay-deliveries.ts";
import { countWaiting } from "../../../../src/host/store/tables/deliveries.ts";
import { createSparseLog, silentLogger } from "../../../../src/logger.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { ensureEndpoint } from "../../../../src/host/store/tables/endpoints.ts";
import { deliveryUuid, firstUuidAt, formatId, newEventUuid } from "../../../../src/host/model/ids.ts";
import { saveInstallation } from "../../../../src/host/store/tables/installations.ts";
import { raiseVersion } from "../../../../src/host/store/tables/sites.ts";
import { loadSnapshots } from "../../../support/load-snapshots.ts";
import { insertSubscriptions } from "../../../../src/host/store/tables/subscriptions.ts";
import type { NewSubscription } from "../../../../src/host/store/tables/subscriptions.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  newDelivery,
  newEvent,
  newInstallation,
  newSubscription,
  openMigrated,
  seal,
} from "../../../support/store.ts";
import type { EventRecord } from "../../../../src/host/model/event.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../../../../src/catalogue/index.ts";

const ONE = { kind: "addon", addonKey: "one" } as const;

let database: Database;
let siteNo: number;
beforeEach(async () => {
  database = await openMigrated("sqlite::memory:");
  siteNo = (await addSite(database)).no;
});
afterEach(() => database.close());

/** The site with the add-on `one` and these subscriptions of it. */
async function subscribe(...changes: readonly Partial<NewSubscription>[]): Promise<SiteSnapshot> {
  await database.write(async (tx) => {
    await saveInstallation(tx, seal, newInstallation(siteNo, "one"));
    const endpointNo = await ensureEndpoint(tx, siteNo, ONE, "http://127.0.0.1");
    await insertSubscriptions(
      tx,
      changes.map((change) => newSubscription(siteNo, { endpointNo, ...change })),
    );
    await raiseVersion(tx, siteNo);
  });
  const snapshot = (await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS))).get(siteNo);
  if (snapshot === undefined) throw new Error("the site is there");
  return snapshot;
}

async function publish(...changes: readonly Partial<EventRecord>[]): Promise<readonly string[]> {
  const events = changes.map((change) => newEvent(siteNo, change));
  await database.write((tx) => addEvents(tx, events));
  return events.map(({ id }) => id);
}

function examine(snapshot: SiteSnapshot, change: Partial<ChunkRequest> = {}) {
  return examineChunk(database.read, {
    window: {
      siteNo,
      receiver: ONE,
      since: 0,
      until: Date.now() + 60_000,
      events: undefined,
      onlyMissing: true,
    },
    snapshot,
    after: firstUuidAt(0),
    maxEvents: 50,
    maxDeliveries: 200,
    keptFrom: "",
    full: new Set(),
    ...change,
  });
}

const listReasons = ({ results }: Awaited<ReturnType<typeof examine>>) =>
  results.map((result) =>
    result.kind === "sent" ? result.kind : `${result.example.kind}: ${result.example.reason}`,
  );

test("an event whose body retention has deleted, or is about to, is counted and named", async () => {
  const snapshot = await subscribe({});
  const ids = await publish({}, {}, { body: "", bodySize: 0 });
  await database.autocommit.query("UPDATE callboard_event SET body = NULL WHERE id = $1", [ids[0]]);
  const chunk = await examine(snapshot, { keptFrom: ids[2] ?? "" });
  expect(listReasons(chunk)).toEqual([
    "body-deleted: its body was deleted after the retention period",
    "body-deleted: its body was deleted after the retention period",
    "sent",
  ]);
  expect(chunk.results[0]).toMatchObject({ example: { event: formatId("evt", siteNo, ids[0] ?? "") } });
});

test("a test delivery of another receiver makes the event a test", async () => {
  const snapshot = await subscribe({});
  const [id = ""] = await publish({});
  await database.write((tx) =>
    addDeliveries(tx, [newDelivery(siteNo, id, 0, { endpointNo: 99, test: true })]),
  );
  expect(listReasons(await examine(snapshot))).toEqual(["test: the event is a test delivery"]);
});

test("an event about an add-on goes to that add-on only, and to none by a wildcard", async () => {
  const event = "connect_addon_enabled";
  const events = [
    { name: event, aboutAddon: "one" },
    { name: event, aboutAddon: "another" },
  ];
  await publish(...events);
  expect(listReasons(await examine(await subscribe({ event })))).toEqual([
    "sent",
    `not-matched: ${event} goes only to the add-on that it is about`,
  ]);
});

test("all events of a wildcard are without those of the host itself", async () => {
  const snapshot = await subscribe({ event: undefined });
  await publish({}, { name: "connect_addon_enabled", aboutAddon: "one" });
  expect(listReasons(await examine(snapshot))).toEqual([
    "sent",
    "not-subscribed: not subscribed to connect_addon_enabled",
  ]);
});

test("a disabled add-on gets nothing, and the reason says so", async () => {
  const { installations, ...rest } = await subscribe({});
  await publish({});
  const disabled = { ...installations.get("one")!, state: "disabled" as const };
  const snapshot = { ...rest, installations: new Map([["one", disabled]]) };
  expect(listReasons(await examine(snapshot))).toEqual(["not-matched: the add-on is disabled"]);
});

test("subscriptions of other receivers create nothing", async () => {
  const snapshot = await subscribe({}, { receiver: { kind: "addon", addonKey: "two" }, endpointNo: 77 });
  await publish({});
  const chunk = await examine(snapshot);
  expect(chunk.created.map(({ wanted }) => wanted.subscriptionNo)).toEqual([1]);
});

test("a chunk ends before the event that would exceed its deliveries, and the next one begins there", async () => {
  const snapshot = await subscribe({}, { url: "http://127.0.0.1/second" });
  const ids = await publish({}, {}, {});
  const first = await examine(snapshot, { maxDeliveries: 3 });
  expect([first.cursor, first.created.length, first.results.length, first.isLast]).toEqual([
    ids[0],
    2,
    1,
    false,
  ]);
  const rest = await examine(snapshot, { maxDeliveries: 4, after: first.cursor });
  expect([rest.cursor, rest.created.length, rest.isLast]).toEqual([ids[2], 4, true]);
});

test("a single event with more deliveries than a chunk may add still goes out", async () => {
  const snapshot = await subscribe({}, { url: "http://127.0.0.1/second" });
  const [id] = await publish({});
  expect(await examine(snapshot, { maxDeliveries: 1 })).toMatchObject({ cursor: id, isLast: true });
});

test("event types are looked for one by one, and merged in order", async () => {
  const snapshot = await subscribe({ event: undefined });
  const ids = await publish({ name: "jira:issue_deleted" }, { name: "jira:issue_updated" }, {}, {});
  const window = { siteNo, receiver: ONE, since: 0, until: Date.now() + 60_000, onlyMissing: true };
  const chunk = await examine(snapshot, {
    window: { ...window, events: ["jira:issue_created", "jira:issue_deleted"] },
  });
  expect(chunk.created.map(({ event }) => event)).toEqual([ids[0], ids[2], ids[3]]);
});

test("new deliveries are numbered behind the last one of their event", () => {
  const [one, two] = [newEventUuid(), newEventUuid()];
  const wanted = { endpointNo: 1, subscriptionNo: 1, matched: [1] };
  const created = [one, one, two].map((event) => ({ event, seen: 0, wanted }));
  expect(numberCreated(created, new Map([[one, deliveryUuid(one, 4)]]))).toEqual({
    rows: [deliveryUuid(one, 5), deliveryUuid(one, 6), deliveryUuid(two, 0)].map((id) => ({
      id,
      seen: 0,
      wanted,
    })),
  });
  expect(numberCreated(created, new Map([[one, deliveryUuid(one, 65_533)]]))).toEqual({ full: one });
});

test("an event with 65,535 deliveries is left out with that reason", async () => {
  const snapshot = await subscribe({});
  const [id = ""] = await publish({});
  expect(listReasons(await examine(snapshot, { full: new Set([id]) }))).toEqual([
    "too-many-deliveries: the event has 65,535 deliveries already",
  ]);
});

test("the backlog of live events counts no delivery of a replay, neither while it waits nor when it ends", async () => {
  const snapshot = await subscribe({});
  const ids = await publish({}, {}, {});
  const { created, endpointNos } = await examine(snapshot);
  const numbered = numberCreated(created, new Map());
  const rows = "rows" in numbered ? numbered.rows : [];
  expect(rows).toHaveLength(ids.length);
  expect(await create(rows, endpointNos)).toBe(true);
  const [endpointNo = 0] = endpointNos;
  expect((await countWaiting(database.read, [{ siteNo, endpointNo }], 10)).get(endpointNo)).toBe(0);

  const logger = silentLogger;
  const backlog = createBacklog({
    database,
    most: 2,
    logger,
    sparse: createSparseLog(logger),
    describeEndpoint: () => ({}),
  });
  const live = { siteNo, endpointNo, test: false };
  backlog.reserve(live);
  backlog.committed([live]);
  backlog.settled([{ ...live, replayNo: 7, state: "delivered" }]);
  expect(backlog.getWaiting(endpointNo)).toBe(1);
  backlog.settled([{ ...live, state: "delivered" }]);
  expect(backlog.getWaiting(endpointNo)).toBe(0);
});

const create = (rows: Parameters<typeof createChange>[2]["rows"], endpointNos: readonly number[]) =>
  database.batch({
    checks: [],
    changes: [createChange(database.dialect, { siteNo, no: 7 }, { endpointNos, rows, now: database.now() })],
  });

test("an event that got a delivery meanwhile gets no second one", async () => {
  const snapshot = await subscribe({});
  await publish({});
  const { created, endpointNos } = await examine(snapshot);
  const [{ event, seen, wanted }] = created as [(typeof created)[number]];
  const createAt = (index: number) => create([{ id: deliveryUuid(event, index), seen, wanted }], endpointNos);
  expect([await createAt(0), await createAt(1)]).toEqual([true, false]);
});
