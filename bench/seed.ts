/** Fills a database with what a measurement needs, through the store itself, before a host opens it. */
import type { Descriptor } from "../src/protocol/descriptor.ts";
import { takeNumbers } from "../src/host/store/db/counter.ts";
import { openDatabase } from "../src/host/store/db/database.ts";
import type { Database, Queryable } from "../src/host/store/db/database.ts";
import { subscribeWebhook } from "../src/host/registry/outgoing/subscriptions.ts";
import { endpoints, ensureEndpoint } from "../src/host/store/tables/endpoints.ts";
import { saveInstallation } from "../src/host/store/tables/installations.ts";
import { migrate } from "../src/host/store/db/migrate.ts";
import { createSeal } from "../src/host/store/seal.ts";
import { findSite, insertSite, raiseVersion } from "../src/host/store/tables/sites.ts";
import { insertSubscriptions } from "../src/host/store/tables/subscriptions.ts";
import { saveWebhook } from "../src/host/store/tables/webhooks.ts";
import type { BatchSettings } from "../src/host/model/batch-settings.ts";
import type { Installation } from "../src/host/model/installation.ts";
import type { Site } from "../src/host/model/site.ts";
import type { Webhook } from "../src/host/model/webhook.ts";
import { newInstallation, newSite, newWebhook } from "../test/support/rows.ts";

export const MASTER_KEY = "0123456789abcdef".repeat(4);
/** First API token of a server. */
export const TOKEN = "benchmark-token-0123456789";
export const SECRET = "a-shared-secret-of-the-benchmark-0123456789";
/** Which of the events an add-on subscribes to. */
export const EVENT = "jira:issue_updated";

export interface SeededAddon {
  readonly key: string;
  readonly port: number;
  readonly event?: string;
  /** What it subscribes to instead of one event. */
  readonly events?: readonly string[];
  /** JSON pointer in whose order its deliveries go. */
  readonly orderBy?: string;
}

export async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(url);
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
  }
}

const createDescriptor = (key: string, baseUrl: string): Descriptor => ({
  key,
  name: key,
  baseUrl,
  authentication: { type: "jwt" },
  lifecycle: {},
  scopes: [],
  webhooks: [],
  otherModules: [],
});

const createInstallation = (siteNo: number, addonKey: string, baseUrl: string, now: number): Installation =>
  newInstallation(siteNo, addonKey, {
    descriptor: createDescriptor(addonKey, baseUrl),
    baseUrl,
    sharedSecret: SECRET,
    installedAt: now,
    updatedAt: now,
  });

type WebhookWish = Pick<Webhook, "url" | "events" | "createdAt"> & Partial<Webhook>;

/** An outgoing webhook whose requests are signed with {@link SECRET}, by the header of Jira's own. */
const createWebhook = (siteNo: number, no: number, wish: WebhookWish): Webhook =>
  newWebhook(siteNo, no, {
    name: `webhook ${no}`,
    format: "jira",
    secret: SECRET,
    signature: "hub",
    updatedAt: wish.createdAt,
    createdBy: "bench",
    updatedBy: "bench",
    ...wish,
  });

const insertJira = (tx: Queryable, createdAt: number): Promise<Site> =>
  insertSite(tx, newSite("jira", { name: "Jira", clientKey: "bench-client", createdAt }));

export interface SeededWebhook {
  readonly port: number;
  readonly batch?: BatchSettings;
  readonly orderBy?: string;
}

/** A site `jira` with these outgoing webhooks for {@link EVENT}. */
export async function seedWebhooks(database: Database, wanted: readonly SeededWebhook[]): Promise<void> {
  const seal = createSeal(Buffer.from(MASTER_KEY, "hex"));
  const createdAt = Date.now();
  await database.write(async (tx) => {
    const site = await insertJira(tx, createdAt);
    const first = await takeNumbers(tx, "webhook", wanted.length);
    for (const [index, { port, ...settings }] of wanted.entries()) {
      const url = `http://127.0.0.1:${port}/hook`;
      const webhook = createWebhook(site.no, first + index, { url, events: [EVENT], createdAt, ...settings });
      await saveWebhook(tx, seal, webhook);
      await subscribeWebhook(tx, webhook, new URL(url).origin);
    }
    await raiseVersion(tx, site.no);
  });
}

/** A site `jira` with these add-ons installed and enabled, each with one subscription unless it names more. */
export async function seedAddons(database: Database, addons: readonly SeededAddon[]): Promise<number> {
  const seal = createSeal(Buffer.from(MASTER_KEY, "hex"));
  const now = Date.now();
  return database.write(async (tx) => {
    const site = await insertJira(tx, now);
    for (const { key, port, event = EVENT, events = [event], orderBy } of addons) {
      const baseUrl = `http://127.0.0.1:${port}`;
      await saveInstallation(tx, seal, {
        ...createInstallation(site.no, key, baseUrl, now),
        descriptor: {
          ...createDescriptor(key, baseUrl),
          webhooks: events.map((each) => ({ event: each, url: "/hook" })),
        },
      });
      const receiver = { kind: "addon", addonKey: key } as const;
      const endpointNo = await ensureEndpoint(tx, site.no, receiver, baseUrl);
      if (orderBy !== undefined) await endpoints.set(tx, { siteNo: site.no, no: endpointNo }, { orderBy });
      await insertSubscriptions(
        tx,
        events.map((each, position) => ({
          siteNo: site.no,
          source: "module" as const,
          receiver,
          event: each,
          url: `${baseUrl}/hook`,
          params: {},
          filter: undefined,
          bodyFilter: undefined,
          propertyKeys: undefined,
          excludeBody: false,
          endpointNo,
          position,
          dynamic: undefined,
          expiresAt: undefined,
        })),
      );
    }
    await raiseVersion(tx, site.no);
    return site.no;
  });
}

const ADDON_PREFIX = "addon-";
/** The first add-on of a seeded registry; it has 50 dynamic webhooks at most. */
export const ADDON_KEY = `${ADDON_PREFIX}0`;
const DYNAMIC_EACH = 50;
const MONTH_MS = 30 * 24 * 3_600_000;

/** An event type that webhooks of a seeded registry subscribe to beside {@link EVENT}. */
const OTHER_EVENT = "jira:issue_deleted";

export interface SeededRegistry {
  readonly webhooks: number;
  readonly dynamic: number;
  readonly sites: number;
  /** Webhooks on the site `jira`, the others being on the other sites. Evenly spread when left out. */
  readonly webhooksOnFirst?: number;
  /** Webhooks that subscribe to {@link EVENT}. All of them when left out. */
  readonly subscribed?: number;
  /** Add-ons on the site `jira`, each with a subscription to another event type. */
  readonly addons?: number;
  /** What the keys of its add-ons begin with. */
  readonly addonPrefix?: string;
  /** Sites that were made before: `jira` is the first of all, and may be there. */
  readonly sitesBefore?: number;
}

/** 10,000 endpoints on 200 sites, 2,000 webhooks of the first one, 500 receivers of an event. */
export const TEN_THOUSAND_ENDPOINTS: SeededRegistry = {
  sites: 200,
  webhooks: 9_000,
  webhooksOnFirst: 2_000,
  subscribed: 500,
  dynamic: 0,
  addons: 1_000,
};

/** The site `jira` among others, with so many outgoing webhooks in all, and dynamic webhooks on it. */
export async function seedRegistry(database: Database, wanted: SeededRegistry): Promise<void> {
  const seal = createSeal(Buffer.from(MASTER_KEY, "hex"));
  const now = Date.now();
  await database.write(async (tx) => {
    const sites: number[] = [];
    const { addonPrefix = ADDON_PREFIX, sitesBefore = 0 } = wanted;
    for (let site = sitesBefore; site < sitesBefore + wanted.sites; site += 1) {
      const key = site === 0 ? "jira" : `jira-${site}`;
      const made = newSite(key, { name: key, clientKey: `bench-${key}`, createdAt: now });
      const found = site === 0 ? await findSite(tx, key) : undefined;
      sites.push((found ?? (await insertSite(tx, made))).no);
    }
    const getSite = (index: number): number => sites[index % sites.length] ?? 0;
    const { webhooksOnFirst, subscribed = wanted.webhooks, addons: plainAddons = 0 } = wanted;
    const siteOfWebhook = (index: number): number => {
      if (webhooksOnFirst === undefined) return getSite(index);
      return index < webhooksOnFirst ? getSite(0) : getSite(1 + (index % (sites.length - 1)));
    };
    const getEvent = (index: number): string => (index < subscribed ? EVENT : OTHER_EVENT);
    const firstWebhook = wanted.webhooks === 0 ? 1 : await takeNumbers(tx, "webhook", wanted.webhooks);
    const webhooks = Array.from({ length: wanted.webhooks }, (_, index) => ({
      siteNo: siteOfWebhook(index),
      no: firstWebhook + index,
      url: `https://hooks-${firstWebhook + index - 1}.example.com/callboard`,
    }));
    for (const [index, { siteNo, no, url }] of webhooks.entries()) {
      await saveWebhook(
        tx,
        seal,
        createWebhook(siteNo, no, { url, project: "BENCH", events: [getEvent(index)], createdAt: now }),
      );
    }
    const addons = Array.from(
      { length: Math.max(plainAddons, Math.ceil(wanted.dynamic / DYNAMIC_EACH)) },
      (_, index) => `${addonPrefix}${index}`,
    );
    for (const key of addons) {
      await saveInstallation(tx, seal, createInstallation(getSite(0), key, "https://addon.example.com", now));
    }
    const endpoints = [
      ...webhooks.map(({ siteNo, no, url }) => [siteNo, null, no, new URL(url).origin] as const),
      ...addons.map((key) => [getSite(0), key, null, "https://addon.example.com"] as const),
    ];
    if (endpoints.length === 0) return;
    const first = await takeNumbers(tx, "endpoint", endpoints.length);
    const columns = {
      site_no: "int",
      no: "int",
      addon_key: "text",
      webhook_no: "int",
      origin: "text",
    } as const;
    await tx.query(
      `INSERT INTO callboard_endpoint (site_no, no, addon_key, webhook_no, origin, failures, opened, failed_deliveries, created_at)
       SELECT site_no, no, addon_key, webhook_no, origin, 0, 0, 0, 0 FROM ${tx.dialect.rows("$1", columns, "r")}`,
      [JSON.stringify(endpoints.map(([siteNo, ...rest], index) => [siteNo, first + index, ...rest]))],
    );
    const plain = {
      params: {},
      bodyFilter: undefined,
      propertyKeys: undefined,
      excludeBody: false,
      position: 0,
    } as const;
    await insertSubscriptions(tx, [
      ...webhooks.map(({ siteNo, no, url }, index) => ({
        ...plain,
        siteNo,
        source: "webhook" as const,
        receiver: { kind: "webhook", webhookNo: no } as const,
        event: getEvent(index),
        url,
        filter: undefined,
        endpointNo: first + index,
        dynamic: undefined,
        expiresAt: undefined,
      })),
      ...addons.slice(0, plainAddons).map((addonKey, index) => ({
        ...plain,
        siteNo: getSite(0),
        source: "module" as const,
        receiver: { kind: "addon", addonKey } as const,
        event: OTHER_EVENT,
        url: "https://addon.example.com/hook",
        filter: undefined,
        endpointNo: first + webhooks.length + index,
        dynamic: undefined,
        expiresAt: undefined,
      })),
      ...Array.from({ length: wanted.dynamic }, (_, index) => ({
        ...plain,
        siteNo: getSite(0),
        source: "dynamic" as const,
        receiver: { kind: "addon", addonKey: addons[Math.floor(index / DYNAMIC_EACH)] ?? "" } as const,
        event: EVENT,
        url: "https://addon.example.com/dynamic",
        filter: "project = BENCH",
        endpointNo: first + Math.floor(index / DYNAMIC_EACH),
        dynamic: { kind: "webhook", jqlFilter: "project = BENCH" } as const,
        expiresAt: now + MONTH_MS,
      })),
    ]);
    for (const siteNo of sites) await raiseVersion(tx, siteNo);
  });
}
