/** The registry in memory follows the tables by the rows that changed, and is what would be loaded anew. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { getEventIndex } from "../../../src/host/model/event-index.ts";
import type { Database, Queryable } from "../../../src/host/store/db/database.ts";
import { resumeEndpoints, turnEndpoint } from "../../../src/host/store/tables/endpoint-life.ts";
import { ensureEndpoint, saveBreakers } from "../../../src/host/store/tables/endpoints.ts";
import { saveInstallation } from "../../../src/host/store/tables/installations.ts";
import {
  deleteSite,
  insertSite,
  loadSite,
  raiseVersion,
  updateSite,
} from "../../../src/host/store/tables/sites.ts";
import { createSnapshots } from "../../../src/host/store/snapshot.ts";
import { loadSnapshots } from "../../support/load-snapshots.ts";
import {
  insertSubscriptions,
  removeSubscriptions,
  setExpiry,
  updateSubscription,
} from "../../../src/host/store/tables/subscriptions.ts";
import { switchOff, switchOn } from "../../../src/host/store/tables/switch-off.ts";
import { newWebhookNo, saveWebhook } from "../../../src/host/store/tables/webhooks.ts";
import { addSite, newInstallation, newSite, newSubscription, newWebhook, seal } from "../../support/store.ts";
import type { OpenStore, StoreKind } from "../conformance.ts";
import type { SiteSnapshot } from "../../../src/host/model/site-snapshot.ts";
import { BUILT_IN_PRODUCTS, builtInCatalogue, createLiveCatalogue } from "../../../src/catalogue/index.ts";

const ORIGINS = ["https://a.example", "https://b.example"] as const;
const EVENTS = [undefined, "jira:issue_*", "jira:issue_created", "jira:issue_updated"] as const;

/** What a person, an add-on or a receiver makes of the registry. Small numbers, so that changes meet the same rows. */
type Change =
  | { readonly kind: "webhook"; readonly no: number; readonly isRemoved: boolean; readonly event: number }
  | { readonly kind: "addon"; readonly key: string; readonly state: "enabled" | "disabled" | "uninstalled" }
  | { readonly kind: "dynamic"; readonly key: string; readonly count: number; readonly event: number }
  | { readonly kind: "edit" | "remove" | "extend" | "gone" | "fails" | "pauses"; readonly no: number }
  | { readonly kind: "on" | "resume" | "rename" | "recreate" };

const key = fc.constantFrom("one", "two");
const no = fc.integer({ min: 1, max: 6 });
const event = fc.nat({ max: EVENTS.length - 1 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("webhook" as const), no, isRemoved: fc.boolean(), event }),
  fc.record({
    kind: fc.constant("addon" as const),
    key,
    state: fc.constantFrom("enabled" as const, "disabled" as const, "uninstalled" as const),
  }),
  fc.record({ kind: fc.constant("dynamic" as const), key, count: fc.integer({ min: 1, max: 3 }), event }),
  fc.record({ kind: fc.constantFrom("edit", "remove", "extend", "gone", "fails", "pauses"), no }),
  fc.record({ kind: fc.constantFrom("on", "resume", "rename", "recreate") }),
);

const createReceiver = (number: number) => ({ kind: "webhook", webhookNo: number }) as const;

async function make(tx: Queryable, siteNo: number, wish: Change): Promise<void> {
  switch (wish.kind) {
    case "webhook": {
      const removedAt = wish.isRemoved ? 5_000 : undefined;
      await saveWebhook(tx, seal, newWebhook(siteNo, wish.no, { removedAt, secret: `s${wish.event}` }));
      const endpointNo = await ensureEndpoint(
        tx,
        siteNo,
        createReceiver(wish.no),
        ORIGINS[wish.event % 2] ?? "",
      );
      await insertSubscriptions(tx, [
        newSubscription(siteNo, {
          source: "webhook",
          receiver: createReceiver(wish.no),
          event: EVENTS[wish.event],
          endpointNo,
        }),
      ]);
      break;
    }
    case "addon":
      await saveInstallation(tx, seal, newInstallation(siteNo, wish.key, { state: wish.state }));
      break;
    case "dynamic":
      await insertSubscriptions(
        tx,
        Array.from({ length: wish.count }, () =>
          newSubscription(siteNo, {
            source: "dynamic",
            receiver: { kind: "addon", addonKey: wish.key },
            event: EVENTS[wish.event] ?? "jira:issue_created",
          }),
        ),
      );
      break;
    case "edit":
      await updateSubscription(tx, wish.no, newSubscription(siteNo, { event: "jira:issue_updated" }));
      break;
    case "remove":
      await removeSubscriptions(tx, siteNo, [wish.no]);
      break;
    case "extend":
      await setExpiry(tx, siteNo, [wish.no], 9_000);
      break;
    case "gone":
      await switchOff(tx, { siteNo, subscriptionNo: wish.no, because: "410", now: 6_000 });
      break;
    case "fails":
      await saveBreakers(tx, [
        {
          siteNo,
          no: wish.no,
          failures: 1,
          openUntil: undefined,
          opened: 0,
          failingSince: 1_000,
          failedAttempts: 60,
          failedDeliveries: 30,
        },
      ]);
      break;
    case "pauses":
      await turnEndpoint(tx, { siteNo, endpointNo: wish.no }, { kind: "paused", since: 1_000 }, 7_000);
      break;
    case "on":
      await switchOn(tx, {
        siteNo,
        receiver: { kind: "addon", addonKey: "one" },
        endpointNo: undefined,
        now: 8_000,
      });
      break;
    case "resume":
      await resumeEndpoints(tx, siteNo, [1, 2, 3, 4, 5, 6], 8_000);
      break;
    case "rename":
      await updateSite(tx, siteNo, newSite("jira", { name: "Another name" }));
      break;
    case "recreate":
      await deleteSite(tx, siteNo);
      await insertSite(tx, newSite("jira"));
      return;
  }
  await raiseVersion(tx, siteNo);
}

/** In an order that does not depend on how it came about, and with what is derived from it. */
function toContents(snapshot: SiteSnapshot | undefined) {
  if (snapshot === undefined) return undefined;
  const sorted = <K, V>(map: ReadonlyMap<K, V>) => [...map].sort(([one], [other]) => (one < other ? -1 : 1));
  const { named, wild } = getEventIndex(snapshot.product, snapshot.subscriptions);
  return {
    site: snapshot.site,
    subscriptions: sorted(snapshot.subscriptions),
    installations: sorted(snapshot.installations),
    webhooks: sorted(snapshot.webhooks),
    endpoints: sorted(snapshot.endpoints),
    sizes: [snapshot.subscriptions.size, snapshot.webhooks.size, snapshot.endpoints.size],
    named: sorted(named).map(([name, group]) => [name, sorted(group)]),
    wild: sorted(wild),
  };
}

/** Counts the rows that it reads. */
function counting(q: Queryable) {
  const counted = {
    rows: 0,
    dialect: q.dialect,
    query: async <R extends object>(sql: string, bind?: readonly unknown[]): Promise<R[]> => {
      const rows = await q.query<R>(sql, bind);
      counted.rows += rows.length;
      return rows;
    },
  };
  return counted;
}

async function addWebhooks(database: Database, siteNo: number, count: number): Promise<void> {
  await database.write(async (tx) => {
    for (let each = 0; each < count; each += 1) {
      const webhookNo = await newWebhookNo(tx);
      await saveWebhook(tx, seal, newWebhook(siteNo, webhookNo));
      const receiver = createReceiver(webhookNo);
      const endpointNo = await ensureEndpoint(tx, siteNo, receiver, "https://a.example");
      await insertSubscriptions(tx, [newSubscription(siteNo, { source: "webhook", receiver, endpointNo })]);
    }
    await raiseVersion(tx, siteNo);
  });
}

export function snapshotTests(open: OpenStore, kind: StoreKind): void {
  test("after any sequence of changes, what was followed is what is loaded anew, whenever it was loaded first", async () => {
    const changes = fc.array(change, { minLength: 1, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat({ max: 5 }), async (wishes, loadedBefore) => {
        const database = await open();
        await addSite(database);
        const snapshots = await createSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
        for (const [position, wish] of wishes.entries()) {
          const { no: siteNo } = await loadSite(database.read, "jira");
          if (position === loadedBefore) await snapshots.load([siteNo]);
          const [loaded] = snapshots.all();
          if (loaded !== undefined) getEventIndex(builtInCatalogue.require("jira"), loaded.subscriptions);
          await database.write((tx) => make(tx, siteNo, wish));
          // Several changes can be met at once, and the one site that changed can be named.
          if (position % 3 === 0) continue;
          await snapshots.refresh(database.read, ...(wish.kind === "recreate" ? [] : [siteNo]));
          const again = wish.kind === "recreate" || wishes[position - 1]?.kind === "recreate";
          if (again) await snapshots.refresh(database.read);
        }
        await snapshots.refresh(database.read);
        await snapshots.loadAll();
        const anew = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));

        expect(snapshots.all().length).toBe(1);
        expect(toContents(snapshots.byKey("jira"))).toEqual(toContents(anew.byKey("jira")));
        await database.close();
      }),
      { numRuns: kind === "memory" ? 40 : 8 },
    );
  });

  test("a site with more rows than are read at once has all of them", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const subscriptions = Array.from({ length: 1_001 }, () =>
      newSubscription(siteNo, { source: "dynamic", receiver: { kind: "addon", addonKey: "one" } }),
    );
    await database.write(async (tx) => {
      await insertSubscriptions(tx, subscriptions);
      for (let addon = 0; addon < 41; addon += 1)
        await saveInstallation(tx, seal, newInstallation(siteNo, `addon-${addon}`));
      await raiseVersion(tx, siteNo);
    });
    const { no: other } = await addSite(database, "other");
    await database.write((tx) => saveInstallation(tx, seal, newInstallation(other, "one")));
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    const sizes = (of: number) => {
      const snapshot = snapshots.get(of);
      return [snapshot?.subscriptions.size, snapshot?.installations.size];
    };
    expect([sizes(siteNo), sizes(other)]).toEqual([
      [1_001, 41],
      [0, 1],
    ]);
  });

  test("a change reads the rows that it changed, however many there are beside them", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    for (let other = 0; other < 20; other += 1) await addSite(database, `other-${other}`);
    await addWebhooks(database, siteNo, 200);
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    const before = snapshots.get(siteNo)!;
    expect(before.webhooks.size).toBe(200);

    await addWebhooks(database, siteNo, 1);
    const read = counting(database.read);
    await snapshots.refresh(read, siteNo);

    // The last change of products, the site, the webhook, its endpoint and its subscription.
    expect(read.rows).toBe(5);
    const after = snapshots.get(siteNo)!;
    expect(after.webhooks.size).toBe(201);
    expect(before.webhooks.size).toBe(200);
    for (const [no, webhook] of before.webhooks) expect(after.webhooks.get(no)).toBe(webhook);

    read.rows = 0;
    await snapshots.refresh(read);
    expect(read.rows, "whether any product or site changed").toBe(2);
  });

  test("what was removed, and a site that was deleted, are not there after a refresh", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const { no: other } = await addSite(database, "other");
    await addWebhooks(database, siteNo, 2);
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    const [subscription = 0] = snapshots.get(siteNo)?.subscriptions.keys() ?? [];
    const [removed = 0, kept] = [...(snapshots.get(siteNo)?.webhooks.keys() ?? [])];
    await database.write(async (tx) => {
      await removeSubscriptions(tx, siteNo, [subscription]);
      await saveWebhook(tx, seal, newWebhook(siteNo, removed, { removedAt: 5_000 }));
      await raiseVersion(tx, siteNo);
      await deleteSite(tx, other);
    });
    await snapshots.refresh(database.read);
    const { subscriptions, webhooks } = snapshots.get(siteNo)!;
    expect([subscriptions.size, subscriptions.has(subscription)]).toEqual([1, false]);
    expect([...webhooks.keys()]).toEqual([kept]);
    expect([snapshots.get(other), snapshots.byKey("other"), snapshots.all().length]).toEqual([
      undefined,
      undefined,
      1,
    ]);
  });

  test("a version that a process raised without marking its changes is loaded whole", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    await addWebhooks(database, siteNo, 2);
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));

    await database.write(async (tx) => {
      await tx.query("UPDATE callboard_webhook SET name = 'renamed' WHERE site_no = $1 AND no = 1", [siteNo]);
      await tx.query("UPDATE callboard_site SET version = version + 1 WHERE no = $1", [siteNo]);
    });
    await addWebhooks(database, siteNo, 1);
    await snapshots.refresh(database.read);

    expect(snapshots.get(siteNo)?.webhooks.get(1)?.name).toBe("renamed");
    expect(snapshots.get(siteNo)?.webhooks.size).toBe(3);
    await addWebhooks(database, siteNo, 1);
    const read = counting(database.read);
    await snapshots.refresh(read, siteNo);
    expect(read.rows).toBe(5);
  });

  test("a refresh that is overtaken by another one takes nothing back", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    await addWebhooks(database, siteNo, 1);
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    await addWebhooks(database, siteNo, 1);
    let goOn = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (goOn = resolve));
    const slow: Queryable = {
      dialect: database.dialect,
      query: async (sql, bind) => {
        const rows = await database.read.query(sql, bind);
        if (sql.includes("callboard_subscription")) await stopped;
        return rows as never[];
      },
    };

    const overtaken = snapshots.refresh(slow, siteNo);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await addWebhooks(database, siteNo, 1);
    await snapshots.refresh(database.read, siteNo);
    goOn();
    await overtaken;

    expect(snapshots.get(siteNo)?.subscriptions.size).toBe(3);
    const anew = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    expect(toContents(snapshots.get(siteNo))).toEqual(toContents(anew.get(siteNo)));
  });

  test("a start reads the sites alone, and a site that is needed has its own rows read", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    for (let other = 0; other < 20; other += 1) await addSite(database, `other-${other}`);
    const { no: last } = await addSite(database, "last");
    await addWebhooks(database, siteNo, 3);
    await addWebhooks(database, last, 200);
    const read = counting(database.read);
    const counted = { ...database, read };
    const snapshots = await createSnapshots(counted, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));

    expect(snapshots.heads().map(({ site: { key } }) => key)).toContain("other-19");
    // And the last change of products.
    expect([read.rows, snapshots.all().length, snapshots.areAllLoaded()]).toEqual([23, 0, false]);
    expect([snapshots.get(last)?.site.key, snapshots.byKey("last")?.product.key]).toEqual(["last", "jira"]);
    expect(() => snapshots.get(last)?.webhooks).toThrow("before it is loaded");

    read.rows = 0;
    await Promise.all([snapshots.load([siteNo, siteNo]), snapshots.load([siteNo])]);
    expect(read.rows, "its site, its webhooks, endpoints, subscriptions, and the change of products").toBe(
      11,
    );
    expect([snapshots.isLoaded(siteNo), snapshots.isLoaded(last)]).toEqual([true, false]);
    expect(snapshots.get(siteNo)?.webhooks.size).toBe(3);

    await snapshots.loadAll();
    const anew = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    expect([snapshots.areAllLoaded(), snapshots.all().length]).toEqual([true, 22]);
    expect(toContents(snapshots.get(last))).toEqual(toContents(anew.get(last)));
    read.rows = 0;
    await snapshots.load([last]);
    expect(read.rows).toBe(0);
  });

  test("sites that changed or were deleted before they were loaded are as they are now", async () => {
    const database = await open();
    const { no: changed } = await addSite(database, "changed");
    const { no: deleted } = await addSite(database, "deleted");
    await addWebhooks(database, changed, 1);
    await addWebhooks(database, deleted, 1);
    const snapshots = await createSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    await addWebhooks(database, changed, 1);
    await database.write((tx) => deleteSite(tx, deleted));

    await snapshots.load([changed, deleted]);
    expect([snapshots.get(changed)?.webhooks.size, snapshots.get(deleted)]).toEqual([2, undefined]);
    expect([snapshots.heads().length, snapshots.areAllLoaded()]).toEqual([1, true]);
    const later = await createSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    await later.refresh(database.read, changed);
    expect(later.get(changed)?.webhooks.size, "a site that is refreshed is loaded, changed or not").toBe(2);
    await addWebhooks(database, changed, 1);
    const read = counting(database.read);
    await snapshots.refresh(read);
    expect(snapshots.get(changed)?.webhooks.size).toBe(3);
    // What changed alone: three rows of the webhook, the site twice, its number, and the changes of products twice.
    expect(read.rows).toBeLessThanOrEqual(8);
  });

  test("a site that is refreshed while it is loaded with others keeps the later state", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const { no: other } = await addSite(database, "other");
    await addWebhooks(database, siteNo, 1);
    const [reached, letGo] = [gate(), gate()];
    const read: Queryable = {
      dialect: database.dialect,
      query: async (sql, bind) => {
        const rows = await database.read.query(sql, bind);
        if (sql.includes("callboard_endpoint")) {
          reached.open();
          await letGo.opened;
        }
        return rows as never[];
      },
    };
    const slow = { ...database, read };
    const snapshots = await createSnapshots(slow, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));

    const loading = snapshots.loadAll();
    await reached.opened;
    await addWebhooks(database, siteNo, 1);
    await snapshots.refresh(database.read, siteNo);
    await database.write((tx) => deleteSite(tx, other));
    await snapshots.refresh(database.read);
    letGo.open();
    await loading;

    expect([snapshots.get(siteNo)?.webhooks.size, snapshots.get(other)]).toEqual([2, undefined]);
  });

  test("a load that is stopped is refused, and what was loaded stays", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const { no: other } = await addSite(database, "other");
    const snapshots = await createSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    await snapshots.load([siteNo]);
    snapshots.stopLoading();

    await expect(snapshots.loadAll()).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
    expect([snapshots.isLoaded(siteNo), snapshots.isLoaded(other)]).toEqual([true, false]);
  });

  // The others have one transaction at a time.
  if (kind === "memory" || kind === "file") return;

  test("what began first and is committed last is found by those who know the version between", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    const [written, letGo] = [gate(), gate()];

    const first = database.write(async (tx) => {
      await saveInstallation(tx, seal, newInstallation(siteNo, "first"));
      written.open();
      await letGo.opened;
      await raiseVersion(tx, siteNo);
    });
    await written.opened;
    await addWebhooks(database, siteNo, 1);
    await snapshots.refresh(database.read);
    expect([...snapshots.get(siteNo)!.installations.keys()]).toEqual([]);
    letGo.open();
    await first;
    await snapshots.refresh(database.read);

    expect([...snapshots.get(siteNo)!.installations.keys()]).toEqual(["first"]);
    expect(snapshots.get(siteNo)?.webhooks.size).toBe(1);
  });

  test("a row that another transaction holds does not hold up a change of its site", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    await addWebhooks(database, siteNo, 1);
    const fails = (failures: number) => ({
      siteNo,
      no: 1,
      failures,
      openUntil: undefined,
      opened: 0,
      failingSince: 1_000,
      failedAttempts: failures,
      failedDeliveries: 0,
    });
    // It begins to fail: the row waits to be marked by the next change of its site.
    await database.write((tx) => saveBreakers(tx, [fails(1)]));
    const [written, letGo] = [gate(), gate()];

    const holder = database.write(async (tx) => {
      await saveBreakers(tx, [fails(2)]);
      written.open();
      await letGo.opened;
      // As with a pause: the site's version after the endpoint's row.
      await raiseVersion(tx, siteNo);
    });
    await written.opened;
    await addWebhooks(database, siteNo, 1);
    letGo.open();
    await holder;

    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    expect(snapshots.get(siteNo)?.webhooks.size).toBe(2);
    expect(snapshots.get(siteNo)?.endpoints.get(1)?.failures).toBe(2);
  });
}

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}
