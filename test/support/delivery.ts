import { newInstallation, newSite, newSubscription, newWebhook } from "./rows.ts";
import type { DueDelivery } from "../../src/host/model/delivery.ts";
import type { Endpoint } from "../../src/host/model/endpoint.ts";
import type { Installation } from "../../src/host/model/installation.ts";
import type { Site } from "../../src/host/model/site.ts";
import type { SiteSnapshot } from "../../src/host/model/site-snapshot.ts";
import type { Subscription } from "../../src/host/model/subscription.ts";
import type { Webhook } from "../../src/host/model/webhook.ts";
import { builtInCatalogue } from "../../src/catalogue/index.ts";

export const DELIVERY_ID = "0198c0ffee0070008000000000000001";

export function dueDelivery(change: Partial<DueDelivery> = {}): DueDelivery {
  return {
    siteNo: 1,
    id: DELIVERY_ID,
    endpointNo: 1,
    subscriptionNo: 1,
    matched: [1],
    lane: 0,
    dueAt: 1_000,
    test: false,
    lease: undefined,
    attempts: 0,
    scheduleFrom: 0,
    redelivery: 0,
    event: "jira:issue_created",
    actor: undefined,
    body: Buffer.from('{"a":1}'),
    ...change,
  };
}

export function standingSubscription(change: Partial<Subscription> = {}): Subscription {
  return {
    ...newSubscription(1),
    no: 1,
    active: true,
    inactiveBecause: undefined,
    goneSince: undefined,
    createdAt: 1_000,
    removedAt: undefined,
    ...change,
  };
}

export function standingEndpoint(change: Partial<Endpoint> = {}): Endpoint {
  return {
    siteNo: 1,
    no: 1,
    receiver: { kind: "addon", addonKey: "one" },
    origin: "http://127.0.0.1",
    failures: 0,
    openUntil: undefined,
    opened: 0,
    failingSince: undefined,
    failedAttempts: 0,
    failedDeliveries: 0,
    failingStage: 0,
    pausedAt: undefined,
    probeAt: undefined,
    resumedAt: undefined,
    expired: 0,
    ...change,
  };
}

export interface SiteParts {
  readonly site?: Partial<Site>;
  readonly subscriptions?: readonly Partial<Subscription>[];
  readonly installations?: readonly Partial<Installation>[];
  readonly webhooks?: readonly Partial<Webhook>[];
  readonly endpoints?: readonly Partial<Endpoint>[];
}

/** What is left out is there once, as far as an add-on needs it; subscriptions are numbered from 1. */
export function createSite({
  site = {},
  subscriptions = [{}],
  installations = [{}],
  webhooks = [],
  endpoints = [{}],
}: SiteParts = {}): SiteSnapshot {
  return {
    product: builtInCatalogue.get(site.product ?? "jira"),
    site: { ...newSite("jira"), no: 1, version: 1, removedAt: undefined, ...site } as Site,
    subscriptions: new Map(
      subscriptions.map((change, index) => [
        change.no ?? index + 1,
        standingSubscription({ no: index + 1, ...change }),
      ]),
    ),
    installations: new Map(
      installations.map((change) => [
        change.addonKey ?? "one",
        newInstallation(1, change.addonKey ?? "one", { sharedSecret: "of nobody", ...change }),
      ]),
    ),
    webhooks: new Map(
      webhooks.map((change, index) => [change.no ?? index + 1, newWebhook(1, index + 1, change)]),
    ),
    endpoints: new Map(
      endpoints.map((change, index) => [
        change.no ?? index + 1,
        standingEndpoint({ no: index + 1, ...change }),
      ]),
    ),
  };
}
