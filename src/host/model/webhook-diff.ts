/** Compares webhook modules: what an upgrade does to an add-on's subscriptions. */

import type { ResolvedWebhook, WebhookDiff } from "../../protocol/descriptor.ts";
import { toSortedText } from "../../json/sorted.ts";

/** Returns equal texts for webhooks that request the same. */
export function identifyWebhook(webhook: Omit<ResolvedWebhook, "position">): string {
  const params = Object.entries(webhook.params).sort(([a], [b]) => (a < b ? -1 : 1));
  const { event, resolvedUrl, filter, bodyFilter, excludeBody, propertyKeys = [] } = webhook;
  return JSON.stringify([
    event,
    resolvedUrl,
    params,
    filter ?? null,
    toSortedText(bodyFilter ?? null),
    excludeBody,
    [...propertyKeys].sort(),
  ]);
}

/**
 * Pairs old and new webhooks: first equal ones, then those with the same event type and url, then those of an event type in
 * order. A pair that differs in more than its position is `changed`.
 */
export function diffWebhooks<B extends ResolvedWebhook>(
  before: readonly B[],
  after: readonly ResolvedWebhook[],
): WebhookDiff<B> {
  const same = pairUp(before, after, identifyWebhook);
  const sameUrl = pairUp(same.before, same.after, ({ event, url }) => JSON.stringify([event, url]));
  const sameEvent = pairUp(sameUrl.before, sameUrl.after, ({ event }) => event);
  return {
    added: sameEvent.after,
    removed: sameEvent.before,
    changed: [...sameUrl.pairs, ...sameEvent.pairs],
    kept: same.pairs,
  };
}

interface Pairing<B> {
  readonly pairs: readonly { readonly before: B; readonly after: ResolvedWebhook }[];
  /** Webhooks without a partner. */
  readonly before: readonly B[];
  readonly after: readonly ResolvedWebhook[];
}

function pairUp<B extends ResolvedWebhook>(
  before: readonly B[],
  after: readonly ResolvedWebhook[],
  toKey: (webhook: ResolvedWebhook) => string,
): Pairing<B> {
  const waiting = new Map<string, B[]>();
  for (const webhook of before) {
    const key = toKey(webhook);
    const queue = waiting.get(key);
    if (queue === undefined) waiting.set(key, [webhook]);
    else queue.push(webhook);
  }
  const pairs: { before: B; after: ResolvedWebhook }[] = [];
  const unpaired: ResolvedWebhook[] = [];
  for (const webhook of after) {
    const partner = waiting.get(toKey(webhook))?.shift();
    if (partner === undefined) unpaired.push(webhook);
    else pairs.push({ before: partner, after: webhook });
  }
  const paired = new Set(pairs.map((pair) => pair.before));
  return { pairs, before: before.filter((webhook) => !paired.has(webhook)), after: unpaired };
}
