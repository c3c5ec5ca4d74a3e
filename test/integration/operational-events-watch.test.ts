/** What no request brings about is looked at by every process, and told by one of them, once. */
import { X509Certificate, randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { createAnnouncer } from "../../src/host/events/announce.ts";
import { createWatch } from "../../src/host/events/watch.ts";
import { createExpiry } from "../../src/host/registry/dynamic/expiry.ts";
import { createTokens } from "../../src/host/admin/tokens.ts";
import { endpoints, listEndpoints } from "../../src/host/store/tables/endpoints.ts";
import { insertSite, raiseVersion } from "../../src/host/store/tables/sites.ts";
import { insertSubscriptions } from "../../src/host/store/tables/subscriptions.ts";
import { saveWebhook } from "../../src/host/store/tables/webhooks.ts";
import { silentLogger } from "../../src/logger.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { ALL_OPERATIONAL, expectAsInCatalogue, toldIn } from "../support/operational.ts";
import { newWebhook } from "../support/rows.ts";
import { createAuthority } from "../support/tls-files.ts";
import { waitFor } from "../support/wait-for.ts";
import { startBench } from "../support/with-engine.ts";
import type { Bench } from "../support/with-engine.ts";
import { builtInCatalogue } from "../../src/catalogue/index.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const MIB = 1024 * 1024;
const QUEUE_LIMIT = 20;

let watcher: Receiver;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** What the watches see; a test changes it. */
interface World {
  /** Added to the database's time. */
  later: number;
  space: { freeBytes: number; allBytes: number } | undefined;
  retentionMs: number;
  proxyFails: boolean;
}
const PROXY_FAILURE = { reason: "proxy-tls", detail: "The proxy's certificate has expired" };

interface Process {
  readonly bench: Bench;
  readonly look: () => Promise<void>;
}

async function startProcess(url: string, world: World): Promise<Process> {
  // What fails waits.
  const bench = await startBench(url, { findRetrySchedule: () => ({ steps: [DAY], jitter: 0 }) });
  open.push(bench.stop);
  const { database, snapshots, slots, seal } = bench;
  const now = () => database.now() + world.later;
  const announcer = createAnnouncer({
    snapshots,
    slots: () => slots,
    baseUrl: () => "http://callboard.test",
    now: database.now,
  });
  const watch = createWatch({
    database,
    snapshots,
    announcer,
    certificates: { take: () => [] },
    logger: silentLogger,
    now,
    queueLimit: QUEUE_LIMIT,
    admission: { free: () => world.space },
    retentionMs: () => Promise.resolve(world.retentionMs),
    tellFailures: bench.records.tellFailures,
    proxyFails: () => Promise.resolve(world.proxyFails),
    proxyFailure: () => (world.proxyFails ? PROXY_FAILURE : undefined),
  });
  const expiry = createExpiry({
    catalogue: builtInCatalogue,
    announcer,
    database,
    seal,
    logger: silentLogger,
    now,
    checkUrl: (text) => new URL(text),
    readWebhooks: () => Promise.resolve([]),
    countFilterCharacters: () => undefined,
    changed: async (siteNo) => {
      await snapshots.refresh(database.read, siteNo);
    },
  });
  return {
    bench,
    look: async () => {
      await watch.look();
      await expiry.look();
    },
  };
}

/** Processes on one database, of which the first has Callboard's own site and whoever listens there and on jira. */
async function startProcesses(url: string, count: number) {
  const world: World = { later: 0, space: undefined, retentionMs: 30 * DAY, proxyFails: false };
  const first = await startProcess(url, world);
  const { bench } = first;
  const own = await bench.database.write((tx) =>
    insertSite(tx, {
      key: "callboard",
      product: "callboard",
      name: "Callboard",
      baseUrl: undefined,
      clientKey: randomUUID(),
      retryProfile: undefined,
      installSigning: "signed",
      options: {},
      createdAt: 0,
    }),
  );
  watcher = await startReceiver();
  open.push(watcher.close);
  await bench.snapshots.refresh(bench.database.read);
  await bench.addAddon("own", watcher.url, { siteNo: own.no }, ALL_OPERATIONAL);
  const all = [first];
  while (all.length < count) all.push(await startProcess(url, world));
  const lookAll = () => Promise.all(all.map(({ look }) => look()));
  const refreshAll = () =>
    Promise.all(all.map(({ bench: each }) => each.snapshots.refresh(each.database.read)));
  return { world, bench, lookAll, refreshAll };
}
const told = (event: string) => toldIn(watcher.received).filter((each) => each.event === event);

const DATABASES = {
  "one process on SQLite": { url: () => Promise.resolve("sqlite::memory:"), count: 1 },
  "three processes on PostgreSQL": { url: newPostgresUrl, count: 3 },
};

describe.each(Object.values(DATABASES).map((each, at) => [Object.keys(DATABASES)[at], each] as const))(
  "%s",
  (_name, { url, count }) => {
    /** Looks often, and says how many events of this type came of it. */
    async function lookFor(event: string, lookAll: () => Promise<unknown>, expected: number) {
      for (let each = 0; each < 3; each += 1) await lookAll();
      await waitFor(() => expect(told(event).length).toBeGreaterThanOrEqual(expected));
      await lookAll();
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(told(event)).toHaveLength(expected);
      for (const each of told(event)) expectAsInCatalogue(each);
      return told(event).at(-1)!;
    }

    test("storage.low when little is free, and again only after more was", async () => {
      const { world, lookAll } = await startProcesses(await url(), count);
      world.space = { freeBytes: 300 * MIB, allBytes: 100_000 * MIB };
      await lookAll();
      world.space = { freeBytes: 200 * MIB, allBytes: 100_000 * MIB };
      const low = await lookFor("storage.low", lookAll, 1);
      expect(low).toMatchObject({ site: "callboard", state: "low", freeBytes: 200 * MIB });
      // Not yet more than a little.
      world.space = { freeBytes: 300 * MIB, allBytes: 100_000 * MIB };
      await lookAll();
      world.space = { freeBytes: 200 * MIB, allBytes: 100_000 * MIB };
      await lookFor("storage.low", lookAll, 1);
      world.space = { freeBytes: 400 * MIB, allBytes: 100_000 * MIB };
      await lookAll();
      world.space = { freeBytes: 200 * MIB, allBytes: 100_000 * MIB };
      await lookFor("storage.low", lookAll, 2);
    }, 30_000);

    test("proxy.failing when the proxy fails, and again only after it worked", async () => {
      const { world, lookAll } = await startProcesses(await url(), count);
      await lookFor("proxy.failing", lookAll, 0);
      world.proxyFails = true;
      expect(await lookFor("proxy.failing", lookAll, 1)).toMatchObject({
        site: "callboard",
        state: "failing",
        ...PROXY_FAILURE,
      });
      world.proxyFails = false;
      await lookAll();
      world.proxyFails = true;
      await lookFor("proxy.failing", lookAll, 2);
    }, 30_000);

    test("retention.behind when events are an hour older than they should be, and once for that", async () => {
      const { world, bench, lookAll } = await startProcesses(await url(), count);
      await bench.post();
      world.retentionMs = DAY;
      world.later = DAY + 30 * MINUTE;
      await lookFor("retention.behind", lookAll, 0);
      world.later = DAY + 90 * MINUTE;
      const behind = await lookFor("retention.behind", lookAll, 1);
      expect(behind).toMatchObject({ site: "callboard", state: "behind" });
      expect(Date.parse(String(behind["since"]))).toBeLessThan(bench.database.now());
      world.later += 11 * MINUTE;
      await lookFor("retention.behind", lookAll, 1);
    }, 30_000);

    test("token.expiring 30, 7 and 1 days before the end of a webhook's bearer token, once each", async () => {
      const { world, bench, lookAll, refreshAll } = await startProcesses(await url(), count);
      const { database, seal, siteNo } = bench;
      const expiresAt = database.now() + 40 * DAY;
      await database.write(async (tx) => {
        const authentication = { value: { kind: "bearer", token: "t", expiresAt }, since: 1 } as const;
        await saveWebhook(tx, seal, newWebhook(siteNo, 1, { name: "Build", authentication }));
        await raiseVersion(tx, siteNo);
      });
      await refreshAll();
      await lookFor("token.expiring", lookAll, 0);
      for (const [index, days] of [30, 7, 1].entries()) {
        world.later = (40 - days) * DAY + 2 * MINUTE;
        const last = await lookFor("token.expiring", lookAll, index + 1);
        expect(last).toMatchObject({
          site: "jira",
          token: "Build",
          daysLeft: days,
          receiver: { kind: "webhook", name: "Build" },
          expiresAt: new Date(expiresAt).toISOString(),
        });
        // Another look within a minute finds that it was looked at, and one after that that it was announced.
        world.later += 2 * MINUTE;
        await lookFor("token.expiring", lookAll, index + 1);
      }
    }, 60_000);

    test("certificate.expiring 30, 7 and 1 days before the end of an endpoint's client certificate, once each", async () => {
      const { world, bench, lookAll, refreshAll } = await startProcesses(await url(), count);
      const { database, seal, siteNo } = bench;
      const authority = createAuthority();
      const { certificate, key } = authority.issue("callboard", 40);
      authority.remove();
      const expiresAt = Date.parse(new X509Certificate(certificate).validTo);
      await bench.addAddon("bell", "https://addon.example.com");
      const [endpoint] = (await listEndpoints(database.read, siteNo)).filter(
        ({ origin }) => origin === "https://addon.example.com",
      );
      const no = endpoint?.no ?? 0;
      await database.write(async (tx) => {
        const tls = { value: { client: { certificate, key } }, since: 1 };
        await endpoints.sealedBy(seal).set(tx, { siteNo, no }, { tls });
        await raiseVersion(tx, siteNo);
      });
      await refreshAll();
      await lookFor("certificate.expiring", lookAll, 0);
      for (const [index, days] of [30, 7, 1].entries()) {
        world.later = expiresAt - days * DAY + 2 * MINUTE - database.now();
        const last = await lookFor("certificate.expiring", lookAll, index + 1);
        expect(last).toMatchObject({
          site: "jira",
          certificate: "client certificate",
          daysLeft: days,
          receiver: { kind: "addon", origin: endpoint?.origin },
          expiresAt: new Date(expiresAt).toISOString(),
        });
        world.later += 2 * MINUTE;
        await lookFor("certificate.expiring", lookAll, index + 1);
      }
    }, 60_000);

    test("token.expiring seven days ahead, once, on the site of the token; not for a revoked one", async () => {
      const { world, bench, lookAll } = await startProcesses(await url(), count);
      const { database } = bench;
      const by = { actor: "test", address: "" };
      const tokens = createTokens({ database });
      const token = (name: string, days: number, siteKey?: string) =>
        tokens.create({ name, scopes: ["read"], siteKey, expiresAt: database.now() + days * DAY }, by);
      await token("of-the-server", 10);
      await token("of-jira", 10, "jira");
      await token("later", 30);
      const revoked = await token("revoked", 10);
      await tokens.revoke(revoked.record.id, by);
      await lookFor("token.expiring", lookAll, 0);
      world.later = 2 * DAY;
      await lookFor("token.expiring", lookAll, 0);
      world.later = 3 * DAY + MINUTE;
      await lookFor("token.expiring", lookAll, 2);
      expect(
        told("token.expiring")
          .map((each) => [each["token"], each.site])
          .toSorted(),
      ).toEqual([
        ["of-jira", "jira"],
        ["of-the-server", "callboard"],
      ]);
      world.later = 5 * DAY;
      await lookFor("token.expiring", lookAll, 2);
    }, 30_000);

    test("queue.high once, and again after a tenth of the limit has gone", async () => {
      const { bench, world, lookAll } = await startProcesses(await url(), count);
      const receiver = await startReceiver((_request, response) => void response.writeHead(503).end());
      open.push(receiver.close);
      await bench.addAddon("slow", receiver.url);
      const send = (count: number) => Promise.all(Array.from({ length: count }, () => bench.post()));
      /** As of the next time that the queue is looked at. */
      const lookLater = (expected: number) => {
        world.later += MINUTE;
        return lookFor("queue.high", lookAll, expected);
      };
      const end = (count: number) =>
        bench.database.autocommit.query(
          "UPDATE callboard_delivery SET state = 3 WHERE id IN (SELECT id FROM callboard_delivery WHERE state = 0 LIMIT $1)",
          [count],
        );
      await send(19);
      await lookLater(0);
      await send(1);
      expect(await lookLater(1)).toMatchObject({ site: "callboard", state: "high", waiting: 20, limit: 20 });
      await lookLater(1);
      // Not yet a tenth less.
      await end(1);
      await lookLater(1);
      await send(1);
      await lookLater(1);
      await end(3);
      await lookLater(1);
      await send(3);
      await lookLater(2);
    }, 30_000);

    test("webhook.expiring three days ahead, and webhook.expired, once for each add-on", async () => {
      const { world, bench, lookAll } = await startProcesses(await url(), count);
      const { database, siteNo } = bench;
      const expiresAt = database.now() + 30 * DAY;
      for (const [key, webhooks] of [
        ["one", 2],
        ["other", 1],
      ] as const) {
        await bench.addAddon(key, "http://127.0.0.1:9", {}, []);
        await database.write(async (tx) => {
          await insertSubscriptions(
            tx,
            Array.from({ length: webhooks }, (_, position) => ({
              siteNo,
              source: "dynamic" as const,
              receiver: { kind: "addon", addonKey: key } as const,
              event: "jira:issue_created",
              url: "http://127.0.0.1:9/hook",
              params: {},
              filter: undefined,
              bodyFilter: undefined,
              propertyKeys: undefined,
              excludeBody: false,
              endpointNo: 2,
              position,
              dynamic: { kind: "webhook", jqlFilter: "" } as const,
              expiresAt,
            })),
          );
          await raiseVersion(tx, siteNo);
        });
      }
      world.later = 26 * DAY;
      await lookFor("webhook.expiring", lookAll, 0);
      world.later = 27 * DAY + MINUTE;
      await lookFor("webhook.expiring", lookAll, 2);
      expect(counts("webhook.expiring")).toEqual([
        ["one", 2],
        ["other", 1],
      ]);
      expect(told("webhook.expiring")[0]).toMatchObject({
        site: "jira",
        state: "expiring",
        expiresAt: new Date(expiresAt).toISOString(),
      });
      world.later = 29 * DAY;
      await lookFor("webhook.expiring", lookAll, 2);
      world.later = 30 * DAY + MINUTE;
      await lookFor("webhook.expired", lookAll, 2);
      expect(counts("webhook.expired")).toEqual([
        ["one", 2],
        ["other", 1],
      ]);
      expect(told("webhook.expiring")).toHaveLength(2);
    }, 30_000);
  },
);

const counts = (event: string) =>
  told(event)
    .map(({ receiver, count }) => [(receiver as { key: string }).key, count] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
