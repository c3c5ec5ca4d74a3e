/** Rows for tests of the store: whole and plain, so that a test names only what it is about. */
import { openDatabase } from "../../src/host/store/database.ts";
import type { Database, Queryable } from "../../src/host/store/database.ts";
import { insertDeliveries } from "../../src/host/store/deliveries.ts";
import type { DueDelivery, NewDelivery } from "../../src/host/store/deliveries.ts";
import type { AttemptRecord } from "../../src/host/store/settle.ts";
import { insertEvents } from "../../src/host/store/events.ts";
import type { EventRecord } from "../../src/host/store/events.ts";
import { deliveryUuid, newEventUuid } from "../../src/host/store/ids.ts";
import type { Uuid } from "../../src/host/store/ids.ts";
import type { Installation } from "../../src/host/store/installations.ts";
import { migrate } from "../../src/host/store/migrate.ts";
import { createSeal } from "../../src/host/store/seal.ts";
import { insertSite } from "../../src/host/store/sites.ts";
import type { NewSite, Site } from "../../src/host/store/sites.ts";
import type { NewSubscription } from "../../src/host/store/subscriptions.ts";
import type { Webhook } from "../../src/host/store/webhooks.ts";

export const MASTER_KEY = Buffer.alloc(32, 7);
export const seal = createSeal(MASTER_KEY);

export async function openMigrated(url: string): Promise<Database> {
  const database = await openDatabase(url);
  await migrate(database);
  return database;
}

export function newSite(key: string, change: Partial<NewSite> = {}): NewSite {
  return {
    key,
    product: "jira",
    name: `The ${key}`,
    baseUrl: undefined,
    clientKey: `client-of-${key}`,
    retryProfile: undefined,
    installSigning: "signed",
    options: {},
    createdAt: Date.UTC(2026, 0, 1),
    ...change,
  };
}

export function addSite(database: Database, key = "jira"): Promise<Site> {
  return database.write((tx) => insertSite(tx, newSite(key)));
}

export function newEvent(siteNo: number, change: Partial<EventRecord> = {}): EventRecord {
  const body = change.body ?? '{"issue":{"key":"DEMO-1"}}';
  return {
    siteNo,
    id: newEventUuid(),
    clientId: undefined,
    digest: undefined,
    name: "jira:issue_created",
    project: undefined,
    actor: undefined,
    lane: 0,
    aboutAddon: undefined,
    notes: [],
    trace: { others: 0, skipped: [], missing: [] },
    body,
    bodySize: Buffer.byteLength(body),
    ...change,
  };
}

/** The events as they are read again. */
export function addEvents(tx: Queryable, events: readonly EventRecord[]): Promise<void> {
  return insertEvents(
    tx,
    events.map(({ body, ...event }) => ({ ...event, body: Buffer.from(body) })),
  );
}

/** The deliveries with their times just as they are, whatever the database's clock shows. */
export async function addDeliveries(tx: Queryable, deliveries: readonly NewDelivery[]): Promise<void> {
  await insertDeliveries(tx, deliveries, 0);
  for (const { siteNo, id, dueAt, lease } of deliveries) {
    await tx.query(
      "UPDATE callboard_delivery SET due_at = $3, lease_until = $4 WHERE site_no = $1 AND id = $2",
      [siteNo, id, dueAt, lease?.until ?? null],
    );
  }
}

/** The delivery number `index` of an event: of the endpoint 1, for the subscription 1, due at 1,000. */
export function newDelivery(
  siteNo: number,
  event: Uuid,
  index = 0,
  change: Partial<NewDelivery> = {},
): NewDelivery {
  return {
    siteNo,
    id: deliveryUuid(event, index),
    endpointNo: 1,
    subscriptionNo: 1,
    matched: [1],
    lane: 0,
    dueAt: 1_000,
    test: false,
    lease: undefined,
    ...change,
  };
}

/** What the engine holds of a delivery that was never attempted. */
export function fresh(delivery: NewDelivery): DueDelivery {
  return {
    ...delivery,
    attempts: 0,
    scheduleFrom: 0,
    redelivery: 0,
    event: "jira:issue_created",
    actor: undefined,
    body: Buffer.from("{}"),
  };
}

export function newAttempt(change: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    number: 1,
    startedAt: 1_000,
    durationMs: 5,
    outcome: "accepted",
    status: 200,
    detail: undefined,
    url: "http://127.0.0.1/hook",
    requestHeaders: ["accept", "*/*"],
    claims: undefined,
    bodySize: 26,
    answerHeaders: [["x-a", "b"]],
    answer: Buffer.from("thanks"),
    answerCut: false,
    ...change,
  };
}

export function newInstallation(
  siteNo: number,
  addonKey: string,
  change: Partial<Installation> = {},
): Installation {
  return {
    siteNo,
    addonKey,
    descriptor: {
      key: addonKey,
      name: addonKey,
      baseUrl: "http://127.0.0.1",
      authentication: { type: "jwt" },
      lifecycle: {},
      scopes: [],
      webhooks: [],
      otherModules: [],
    },
    descriptorUrl: undefined,
    baseUrl: "http://127.0.0.1",
    authentication: "jwt",
    state: "enabled",
    sharedSecret: undefined,
    previousSecret: undefined,
    previousSecretUntil: undefined,
    installedAt: 1_000,
    updatedAt: 1_000,
    disabledAt: undefined,
    ...change,
  };
}

export function newSubscription(siteNo: number, change: Partial<NewSubscription> = {}): NewSubscription {
  return {
    siteNo,
    source: "module",
    receiver: { kind: "addon", addonKey: "one" },
    event: "jira:issue_created",
    url: "http://127.0.0.1/hook",
    params: {},
    filter: undefined,
    propertyKeys: undefined,
    excludeBody: false,
    endpointNo: 1,
    position: 0,
    dynamic: undefined,
    expiresAt: undefined,
    ...change,
  };
}

export function newWebhook(siteNo: number, no: number, change: Partial<Webhook> = {}): Webhook {
  return {
    siteNo,
    no,
    name: "Chat",
    url: "http://127.0.0.1/chat",
    format: "backlog",
    project: undefined,
    events: undefined,
    filter: undefined,
    excludeBody: false,
    description: "",
    secret: undefined,
    previousSecret: undefined,
    previousSecretUntil: undefined,
    signature: "standard",
    retryProfile: undefined,
    active: true,
    inactiveBecause: undefined,
    goneSince: undefined,
    createdAt: 1_000,
    updatedAt: 1_000,
    createdBy: "somebody",
    updatedBy: "somebody",
    removedAt: undefined,
    ...change,
  };
}

/** Every table with all of its rows, as text: what somebody sees who gets hold of a dump. */
export async function dump(q: Queryable): Promise<string> {
  const tables = await q.query<{ name: string }>(
    q.dialect.name === "sqlite"
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'callboard_%'"
      : "SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'callboard_%'",
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await q.query(`SELECT * FROM ${name}`);
      const values = rows.flatMap((row) => Object.values(row));
      return values
        .map((value) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value)))
        .join("\n");
    }),
  );
  return texts.join("\n");
}
