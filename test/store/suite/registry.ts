/** Sites, installations, endpoints, subscriptions, outgoing webhooks, and the snapshot that matching works on. */
import { expect, test } from "vitest";
import { ensureEndpoint, listEndpoints, saveBreakers } from "../../../src/host/store/tables/endpoints.ts";
import {
  deletePendingInstall,
  findInstallation,
  findPendingInstall,
  listInstallations,
  listPendingInstalls,
  saveInstallation,
  savePendingInstall,
} from "../../../src/host/store/tables/installations.ts";
import {
  deleteSite,
  findSite,
  insertSite,
  listSites,
  loadSite,
  raiseVersion,
  updateSite,
} from "../../../src/host/store/tables/sites.ts";
import { loadSnapshots } from "../../support/load-snapshots.ts";
import {
  insertSubscriptions,
  listAddonSubscriptions,
  listSubscriptions,
  removeSubscriptions,
  updateSubscription,
} from "../../../src/host/store/tables/subscriptions.ts";
import { switchOff } from "../../../src/host/store/tables/switch-off.ts";
import {
  findWebhook,
  listWebhooks,
  newWebhookNo,
  saveWebhook,
} from "../../../src/host/store/tables/webhooks.ts";
import { addSite, newInstallation, newSite, newSubscription, newWebhook, seal } from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../../../src/catalogue/index.ts";

export function registryTests(open: OpenStore): void {
  test("a site comes back as it was inserted, under its key and in the list", async () => {
    const database = await open();
    const wish = newSite("jira", { baseUrl: "https://jira.test", options: { userParameters: true } });

    const site = await database.write((tx) => insertSite(tx, wish));

    expect(site).toMatchObject({ ...wish, no: 1, version: 1 });
    expect(await findSite(database.read, "jira")).toEqual(site);
    expect(await listSites(database.read)).toEqual([site]);
    await expect(loadSite(database.read, "other")).rejects.toMatchObject({ code: "SITE_NOT_FOUND" });
  });

  test("a key is given once, and a number never again", async () => {
    const database = await open();
    const { no } = await addSite(database);
    await expect(addSite(database)).rejects.toMatchObject({ code: "CONFLICT" });

    await database.write((tx) => deleteSite(tx, no));
    const again = await addSite(database);

    expect(again.no).toBeGreaterThan(no);
  });

  test("changes at the same time lose no step of a site's version", async () => {
    const database = await open();
    const { no } = await addSite(database);

    await Promise.all([
      ...Array.from({ length: 20 }, () => database.write((tx) => raiseVersion(tx, no))),
      database.write((tx) =>
        updateSite(tx, no, {
          name: "Renamed",
          baseUrl: undefined,
          retryProfile: "jira",
          installSigning: "legacy",
          options: { envelope: "cloud" },
        }),
      ),
    ]);

    expect(await loadSite(database.read, "jira")).toMatchObject({
      version: 22,
      name: "Renamed",
      retryProfile: "jira",
      installSigning: "legacy",
      options: { envelope: "cloud" },
    });
  });

  test("an endpoint is one receiver at one origin", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const addon = { kind: "addon", addonKey: "one" } as const;
    const webhook = { kind: "webhook", webhookNo: 1 } as const;
    const ensure = (receiver: typeof addon | typeof webhook, origin: string) =>
      database.write((tx) => ensureEndpoint(tx, no, receiver, origin));

    const first = await ensure(addon, "http://a.test");

    expect(await ensure(addon, "http://a.test")).toBe(first);
    expect(
      new Set([first, await ensure(addon, "http://b.test"), await ensure(webhook, "http://a.test")]).size,
    ).toBe(3);
    expect((await listEndpoints(database.read, no)).map(({ receiver }) => receiver)).toEqual([
      addon,
      addon,
      webhook,
    ]);
  });

  test("breakers are saved and read as they were", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const no = await database.write((tx) =>
      ensureEndpoint(tx, siteNo, { kind: "addon", addonKey: "one" }, "http://a.test"),
    );
    const open5 = {
      siteNo,
      no,
      failures: 5,
      openUntil: 2 ** 53 - 1,
      opened: 2,
      failingSince: 6,
      failedAttempts: 22,
      failedDeliveries: 21,
    };

    await database.write((tx) => saveBreakers(tx, [open5]));
    expect(await listEndpoints(database.read)).toMatchObject([open5]);

    const closed = {
      ...open5,
      failures: 0,
      openUntil: undefined,
      failingSince: undefined,
    };
    await database.write((tx) => saveBreakers(tx, [closed]));
    expect(await listEndpoints(database.read, siteNo)).toMatchObject([closed]);
  });

  test("an installation is replaced as a whole, its secrets come back", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const one = newInstallation(no, "one", {
      sharedSecret: "secret-1",
      previousSecret: "secret-0",
      previousSecretUntil: 5,
      descriptorUrl: "http://127.0.0.1/d.json",
      grantedScopes: [{ scope: "cranes.read", grantedAt: 1, grantedBy: "token:a" }],
    });
    await database.write((tx) => saveInstallation(tx, seal, one));
    expect(await findInstallation(database.read, seal, no, "one")).toEqual(one);

    const uninstalled = newInstallation(no, "one", { state: "uninstalled", disabledAt: 9 });
    await database.write((tx) => saveInstallation(tx, seal, uninstalled));

    expect(await listInstallations(database.read, seal, no)).toEqual([uninstalled]);
    expect(await findInstallation(database.read, seal, no, "two")).toBeUndefined();
  });

  test("a pending install is kept until it is deleted", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const { descriptor, baseUrl } = newInstallation(no, "one");
    const pending = { siteNo: no, addonKey: "one", descriptor, baseUrl, sharedSecret: "s", startedAt: 5 };
    await database.write((tx) => savePendingInstall(tx, seal, pending));
    expect(await findPendingInstall(database.read, seal, no, "one")).toEqual(pending);
    expect(await listPendingInstalls(database.read, seal)).toEqual([pending]);

    await database.write((tx) => deletePendingInstall(tx, no, "one"));

    expect(await listPendingInstalls(database.read, seal)).toEqual([]);
  });

  test("subscriptions are numbered in their order and come back whole", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const rich = newSubscription(no, {
      source: "dynamic",
      params: { a: "b" },
      filter: "project = DEMO",
      propertyKeys: ["x"],
      excludeBody: true,
      dynamic: { kind: "webhook", jqlFilter: "project = DEMO", fieldIds: ["a"] },
      expiresAt: 2 ** 53 - 1,
      position: 1,
    });
    const ofWebhook = newSubscription(no, {
      source: "webhook",
      receiver: { kind: "webhook", webhookNo: 3 },
      event: undefined,
    });

    const numbers = await database.write((tx) => insertSubscriptions(tx, [rich, ofWebhook]));

    expect(numbers).toEqual([1, 2]);
    expect(await listSubscriptions(database.read, no)).toMatchObject([
      { ...rich, no: 1, active: true },
      { ...ofWebhook, no: 2, active: true },
    ]);
    expect((await listAddonSubscriptions(database.read, no, "one")).map((each) => each.no)).toEqual([1]);
  });

  test("a removed subscription stays in the table, a changed one keeps its number and is active again", async () => {
    const database = await open();
    const { no } = await addSite(database);
    await database.write(async (tx) => {
      await insertSubscriptions(tx, [newSubscription(no), newSubscription(no, { position: 1 })]);
      await switchOff(tx, { siteNo: no, subscriptionNo: 2, because: "gone", now: 5_000 });
    });
    expect((await listSubscriptions(database.read, no))[1]).toMatchObject({
      active: false,
      inactiveBecause: "gone",
      goneSince: 5_000,
    });

    await database.write(async (tx) => {
      await removeSubscriptions(tx, no, [1]);
      await updateSubscription(tx, 2, newSubscription(no, { url: "http://127.0.0.1/new" }));
    });

    const [first, second] = await listSubscriptions(database.read, no);
    expect(first?.removedAt).toBeTypeOf("number");
    expect(second).toMatchObject({
      no: 2,
      url: "http://127.0.0.1/new",
      active: true,
      inactiveBecause: undefined,
      goneSince: undefined,
    });
    expect(await listAddonSubscriptions(database.read, no, "one")).toHaveLength(1);
  });

  test("an outgoing webhook is replaced as a whole, and not found once removed", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const no = await database.write((tx) => newWebhookNo(tx));
    const webhook = newWebhook(siteNo, no, {
      events: ["1", "2"],
      secret: "new",
      previousSecret: "old",
      previousSecretUntil: 9,
    });
    await database.write((tx) => saveWebhook(tx, seal, webhook));
    expect(await findWebhook(database.read, seal, siteNo, no)).toEqual(webhook);

    const removed = newWebhook(siteNo, no, { removedAt: 10 });
    await database.write((tx) => saveWebhook(tx, seal, removed));

    expect(await findWebhook(database.read, seal, siteNo, no)).toBeUndefined();
    expect(await listWebhooks(database.read, seal, siteNo)).toEqual([removed]);
  });

  test("a receiver that is gone switches off its webhook, or the subscription of an add-on", async () => {
    const database = await open();
    const { no } = await addSite(database);
    await database.write(async (tx) => {
      await saveWebhook(tx, seal, newWebhook(no, 1));
      await insertSubscriptions(tx, [
        newSubscription(no, { source: "webhook", receiver: { kind: "webhook", webhookNo: 1 } }),
        newSubscription(no),
      ]);
      // As earlier versions stored it.
      await switchOff(tx, { siteNo: no, subscriptionNo: 1, because: "inactive: 410", now: 5_000 });
      await switchOff(tx, { siteNo: no, subscriptionNo: 2, because: "inactive: 410", now: 5_000 });
    });

    expect(await listWebhooks(database.read, seal, no)).toMatchObject([
      { active: false, inactiveBecause: "410" },
    ]);
    expect(await listSubscriptions(database.read, no)).toMatchObject([
      { active: true },
      { active: false, inactiveBecause: "410" },
    ]);
  });

  test("a snapshot is replaced when its site changed, and is the same object when it did not", async () => {
    const database = await open();
    const jira = await addSite(database, "jira");
    const other = await addSite(database, "other");
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    const before = [snapshots.get(jira.no), snapshots.byKey("other")];

    await database.write(async (tx) => {
      await saveInstallation(tx, seal, newInstallation(jira.no, "one", { sharedSecret: "s" }));
      await insertSubscriptions(tx, [newSubscription(jira.no), newSubscription(jira.no)]);
      await removeSubscriptions(tx, jira.no, [1]);
      await raiseVersion(tx, jira.no);
      // Inside the transaction that changed it already: what is accepted now is matched against what will be committed.
      await snapshots.refresh(tx);
    });

    expect(snapshots.get(jira.no)).not.toBe(before[0]);
    expect([...(snapshots.get(jira.no)?.subscriptions.keys() ?? [])]).toEqual([2]);
    expect(snapshots.get(jira.no)?.installations.get("one")?.sharedSecret).toBe("s");
    expect(snapshots.get(other.no)).toBe(before[1]);
  });

  test("a deleted site leaves the snapshots", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));

    await database.write((tx) => deleteSite(tx, no));
    await snapshots.refresh(database.read);

    expect(snapshots.all()).toEqual([]);
    expect(snapshots.byKey("jira")).toBeUndefined();
  });
}
