/** Keeps the subscriptions of an outgoing webhook in step with its values. */
import type { Queryable } from "../../store/db/database.ts";
import { failWaiting } from "../../store/tables/ended.ts";
import { ensureEndpoint } from "../../store/tables/endpoints.ts";
import {
  insertSubscriptions,
  listWebhookSubscriptions,
  removeSubscriptions,
  updateSubscription,
} from "../../store/tables/subscriptions.ts";
import type { NewSubscription } from "../../store/tables/subscriptions.ts";
import type { Webhook } from "../../model/webhook.ts";

/**
 * One subscription for each event name, or a single one for all events. A subscription whose event stays keeps its number,
 * so that what waits for it goes to the new URL.
 */
export async function subscribeWebhook(tx: Queryable, webhook: Webhook, origin: string): Promise<void> {
  const { siteNo, no } = webhook;
  const receiver = { kind: "webhook", webhookNo: no } as const;
  const endpointNo = await ensureEndpoint(tx, siteNo, receiver, origin);
  const wanted = (webhook.events ?? [undefined]).map((event, position): NewSubscription => ({
    siteNo,
    source: "webhook",
    receiver,
    event,
    url: webhook.url,
    params: {},
    filter: webhook.filter,
    bodyFilter: webhook.bodyFilter,
    propertyKeys: undefined,
    excludeBody: webhook.excludeBody,
    endpointNo,
    position,
    dynamic: undefined,
    expiresAt: undefined,
  }));
  const standing = await listWebhookSubscriptions(tx, siteNo, no);
  const kept = new Map(standing.map((subscription) => [subscription.event, subscription.no]));
  const added: NewSubscription[] = [];
  for (const subscription of wanted) {
    const known = kept.get(subscription.event);
    if (known === undefined) added.push(subscription);
    else await updateSubscription(tx, known, subscription);
    kept.delete(subscription.event);
  }
  await insertSubscriptions(tx, added);
  await unsubscribe(tx, siteNo, [...kept.values()]);
}

/** They match no more, and what waits for them fails as `unsubscribed`. */
export async function unsubscribe(tx: Queryable, siteNo: number, numbers: readonly number[]): Promise<void> {
  await removeSubscriptions(tx, siteNo, numbers);
  await failWaiting(tx, { siteNo, subscriptionNos: numbers, now: Date.now() });
}
