/** Keeps an add-on's subscriptions in step with the webhooks of its descriptor. */

import type { ResolvedWebhook, WebhookDiff } from "../../protocol/descriptor.ts";
import type { Queryable } from "../store/db/database.ts";
import { ensureEndpoint } from "../store/tables/endpoints.ts";
import {
  insertSubscriptions,
  listAddonSubscriptions,
  removeSubscriptions,
  updateSubscription,
} from "../store/tables/subscriptions.ts";
import type { NewSubscription } from "../store/tables/subscriptions.ts";
import type { Installation } from "../model/installation.ts";
import type { Subscription } from "../model/subscription.ts";

/** A standing subscription as the webhook that it was made from. */
export interface SubscribedWebhook extends ResolvedWebhook {
  readonly subscription: Subscription;
}

/** The subscriptions that came from the descriptor; dynamic ones are the add-on's own business. */
export async function listSubscribedWebhooks(
  q: Queryable,
  installation: Installation | undefined,
): Promise<readonly SubscribedWebhook[]> {
  if (installation === undefined) return [];
  const { siteNo, addonKey, descriptor } = installation;
  const subscriptions = await listAddonSubscriptions(q, siteNo, addonKey);
  return subscriptions
    .filter(({ source }) => source === "module")
    .map((subscription) => ({
      event: subscription.event ?? "",
      url: descriptor.webhooks[subscription.position]?.url ?? subscription.url,
      resolvedUrl: subscription.url,
      params: subscription.params,
      ...(subscription.filter === undefined ? {} : { filter: subscription.filter }),
      ...(subscription.bodyFilter === undefined ? {} : { bodyFilter: subscription.bodyFilter }),
      excludeBody: subscription.excludeBody,
      ...(subscription.propertyKeys === undefined ? {} : { propertyKeys: subscription.propertyKeys }),
      position: subscription.position,
      subscription,
    }));
}

/**
 * Writes a diff. A changed webhook keeps its number, so that what waits for it goes to the new url; a kept one that was
 * switched off is switched on again, because the add-on has just said that it wants it.
 */
export async function applyDiff(
  tx: Queryable,
  siteNo: number,
  addonKey: string,
  diff: WebhookDiff<SubscribedWebhook>,
): Promise<void> {
  const endpoints = new Map<string, number>();
  const receiver = { kind: "addon", addonKey } as const;

  async function wanted(webhook: ResolvedWebhook): Promise<NewSubscription> {
    const { origin } = new URL(webhook.resolvedUrl);
    const endpointNo = endpoints.get(origin) ?? (await ensureEndpoint(tx, siteNo, receiver, origin));
    endpoints.set(origin, endpointNo);
    return {
      siteNo,
      source: "module",
      receiver,
      event: webhook.event,
      url: webhook.resolvedUrl,
      params: webhook.params,
      filter: webhook.filter,
      bodyFilter: webhook.bodyFilter,
      propertyKeys: webhook.propertyKeys,
      excludeBody: webhook.excludeBody,
      endpointNo,
      position: webhook.position,
      dynamic: undefined,
      expiresAt: undefined,
    };
  }

  await removeSubscriptions(
    tx,
    siteNo,
    diff.removed.map(({ subscription }) => subscription.no),
  );
  const restored = diff.kept.filter(
    ({ before, after }) => before.position !== after.position || !before.subscription.active,
  );
  for (const { before, after } of [...diff.changed, ...restored]) {
    await updateSubscription(tx, before.subscription.no, await wanted(after));
  }
  const added: NewSubscription[] = [];
  for (const webhook of diff.added) added.push(await wanted(webhook));
  await insertSubscriptions(tx, added);
}

/** An add-on that moved to another origin keeps no dynamic registration that goes to the one that it left. */
export async function dropLeftBehind(
  tx: Queryable,
  siteNo: number,
  addonKey: string,
  baseUrl: string,
): Promise<void> {
  const { origin } = new URL(baseUrl);
  const left = (await listAddonSubscriptions(tx, siteNo, addonKey)).filter(
    ({ source, url }) => source === "dynamic" && new URL(url).origin !== origin,
  );
  await removeSubscriptions(
    tx,
    siteNo,
    left.map(({ no }) => no),
  );
}
