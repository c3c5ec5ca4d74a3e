/**
 * Subscriptions: an event type and a URL of a receiver. `removed_at` keeps the row for the delivery log; only rows without it
 * match. `event` null means all events of the site (outgoing webhooks only).
 */
import { takeNumbers } from "../db/counter.ts";
import { big, flag, inactiveReason, int, json, optional, receiver, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { SubscriptionSource, Subscription } from "../../model/subscription.ts";

export const subscriptions = defineTable<Subscription>({
  name: "subscription",
  key: ["siteNo", "no"],
  isFollowed: true,
  columns: {
    siteNo: int(),
    no: int(),
    source: text(),
    receiver,
    event: optional(text()),
    url: text(),
    params: json(),
    filter: optional(text()),
    bodyFilter: optional(json()),
    propertyKeys: optional(json()),
    excludeBody: flag(),
    endpointNo: int(),
    active: flag(),
    inactiveBecause: optional(inactiveReason),
    goneSince: optional(big()),
    position: int(),
    dynamic: optional(json()),
    expiresAt: optional(big()),
    createdAt: big(),
    removedAt: optional(big()),
  },
});

/** Every subscription of a site, removed ones included; a delivery may still point to one. */
export function listSubscriptions(q: Queryable, siteNo: number): Promise<readonly Subscription[]> {
  return subscriptions.list(q, { siteNo }, { order: "no" });
}

/** The standing subscriptions of one add-on, all or those of one source, in the order of its descriptor. */
export function listAddonSubscriptions(
  q: Queryable,
  siteNo: number,
  addonKey: string,
  source?: SubscriptionSource,
): Promise<readonly Subscription[]> {
  const own = { siteNo, receiver: { kind: "addon", addonKey }, removedAt: undefined } as const;
  const where = source === undefined ? own : { ...own, source };
  return subscriptions.list(q, where, { order: "source, position, no" });
}

/** The standing subscriptions of one outgoing webhook: one for each of its event names, or one for all events. */
export function listWebhookSubscriptions(
  q: Queryable,
  siteNo: number,
  webhookNo: number,
): Promise<readonly Subscription[]> {
  const where = { siteNo, receiver: { kind: "webhook", webhookNo }, removedAt: undefined } as const;
  return subscriptions.list(q, where, { order: "position, no" });
}

export type NewSubscription = Omit<
  Subscription,
  "no" | "active" | "inactiveBecause" | "goneSince" | "createdAt" | "removedAt"
>;

const STANDING = { active: true, inactiveBecause: undefined, goneSince: undefined };

/** The first of `count` new numbers, for subscriptions that refer to each other. */
export function takeSubscriptionNumbers(tx: Queryable, count: number): Promise<number> {
  return takeNumbers(tx, "subscription", count);
}

/** Resolves to the numbers given, in order: those from `from` on, or new ones. */
export async function insertSubscriptions(
  tx: Queryable,
  added: readonly NewSubscription[],
  from?: number,
): Promise<readonly number[]> {
  if (added.length === 0) return [];
  const first = from ?? (await takeSubscriptionNumbers(tx, added.length));
  const createdAt = Date.now();
  const numbered = added.map((each, index) => ({ ...each, ...STANDING, no: first + index, createdAt }));
  await subscriptions.insertMany(tx, numbered);
  return numbered.map(({ no }) => no);
}

/** Changes what an upgrade or an edit may change; the number stays, so what waits goes to the new URL. */
export async function updateSubscription(
  tx: Queryable,
  no: number,
  subscription: NewSubscription,
): Promise<void> {
  const { siteNo, event, url, params, filter, bodyFilter, propertyKeys, excludeBody } = subscription;
  const { endpointNo, position, dynamic, expiresAt } = subscription;
  const changes = {
    event,
    url,
    params,
    filter,
    bodyFilter,
    propertyKeys,
    excludeBody,
    endpointNo,
    position,
    dynamic,
    expiresAt,
  };
  await subscriptions.set(tx, { siteNo, no }, { ...changes, ...STANDING });
}

/**
 * They match no more; what waits for them fails as `unsubscribed` at its next turn. Resolves to the numbers of those that stood
 * until now.
 */
export async function removeSubscriptions(
  tx: Queryable,
  siteNo: number,
  numbers: readonly number[],
): Promise<readonly number[]> {
  if (numbers.length === 0) return [];
  const from = tx.dialect.rows("$2", { no: "int" }, "r");
  const removed = await tx.query<{ no: number }>(
    `${subscriptions.update}removed_at = $3
     WHERE site_no = $1 AND removed_at IS NULL AND no IN (SELECT no FROM ${from}) RETURNING no`,
    [siteNo, JSON.stringify(numbers.map((no) => [no])), Date.now()],
  );
  return removed.map(({ no }) => no);
}

/** From now on they expire at that time. */
export async function setExpiry(
  tx: Queryable,
  siteNo: number,
  numbers: readonly number[],
  expiresAt: number,
): Promise<void> {
  const from = tx.dialect.rows("$2", { no: "int" }, "r");
  await tx.query(
    `${subscriptions.update}expires_at = $3
     WHERE site_no = $1 AND no IN (SELECT no FROM ${from})`,
    [siteNo, JSON.stringify(numbers.map((no) => [no])), expiresAt],
  );
}

/** The standing subscriptions of every site that expire at that time or before. */
export function listExpiring(q: Queryable, until: number): Promise<readonly Subscription[]> {
  const expires = "removed_at IS NULL AND expires_at IS NOT NULL AND expires_at <= $1";
  return subscriptions.list(q, [expires, until], { order: "site_no, no" });
}
