import { deliveryUuid, newEventUuid } from "../../src/host/model/ids.ts";
import type { Uuid } from "../../src/host/model/ids.ts";
import type { NewSite } from "../../src/host/store/tables/sites.ts";
import type { NewSubscription } from "../../src/host/store/tables/subscriptions.ts";
import type { DueDelivery, NewDelivery, AttemptRecord } from "../../src/host/model/delivery.ts";
import type { EventRecord } from "../../src/host/model/event.ts";
import type { Installation } from "../../src/host/model/installation.ts";
import type { Webhook } from "../../src/host/model/webhook.ts";

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
    outcome: { kind: "accepted" },
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
    grantedScopes: [],
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
    bodyFilter: undefined,
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
    template: undefined,
    routingKey: undefined,
    project: undefined,
    events: undefined,
    filter: undefined,
    bodyFilter: undefined,
    excludeBody: false,
    description: "",
    secret: undefined,
    previousSecret: undefined,
    previousSecretUntil: undefined,
    signature: "standard",
    headers: undefined,
    authentication: undefined,
    tls: undefined,
    retryProfile: undefined,
    orderBy: undefined,
    batch: undefined,
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
