/** A webhook whose values are not saved, as deliveries need it: with a subscription, on a site where it is alone. Pure. */
import type { SiteSnapshot } from "./site-snapshot.ts";
import { NEW_SUBSCRIPTION } from "./subscription.ts";
import type { Subscription } from "./subscription.ts";
import type { Webhook } from "./webhook.ts";

/** @param saved the subscription of the webhook that is being edited */
export function draftSubscription(webhook: Webhook, saved?: Subscription): Subscription {
  const { siteNo, no, url, filter, bodyFilter, excludeBody, createdAt } = webhook;
  return {
    ...NEW_SUBSCRIPTION,
    siteNo,
    no: saved?.no ?? 0,
    source: "webhook",
    receiver: { kind: "webhook", webhookNo: no },
    event: undefined,
    url,
    filter,
    bodyFilter,
    excludeBody,
    endpointNo: saved?.endpointNo ?? 0,
    createdAt,
  };
}

/** Returns the site with the draft as its only webhook. */
export function withDraft(site: SiteSnapshot, webhook: Webhook, subscription: Subscription): SiteSnapshot {
  return {
    ...site,
    webhooks: new Map([[webhook.no, webhook]]),
    subscriptions: new Map([[subscription.no, subscription]]),
  };
}
