/**
 * Subscriptions: a standing wish for an event at a URL. `removed_at` keeps the row for the sent log; only rows without
 * it match. `event` null means all events of the site (outgoing webhooks only).
 */
import { takeNumbers } from "../db/counter.ts";
import type { Queryable } from "../db/database.ts";
import { receiverOf } from "./endpoints.ts";
import type { SubscriptionSource, DynamicFacts, Subscription } from "../../model/subscription.ts";

export interface SubscriptionRow {
  site_no: number;
  no: number;
  source: SubscriptionSource;
  addon_key: string | null;
  webhook_no: number | null;
  event: string | null;
  url: string;
  params: string;
  filter: string | null;
  property_keys: string | null;
  exclude_body: number;
  endpoint_no: number;
  active: number;
  inactive_because: string | null;
  gone_since: number | null;
  position: number;
  dynamic: string | null;
  expires_at: number | null;
  created_at: number;
  removed_at: number | null;
}

export function subscriptionOf(row: SubscriptionRow): Subscription {
  return {
    siteNo: row.site_no,
    no: row.no,
    source: row.source,
    receiver: receiverOf(row),
    event: row.event ?? undefined,
    url: row.url,
    params: JSON.parse(row.params) as Record<string, string>,
    filter: row.filter ?? undefined,
    propertyKeys: row.property_keys === null ? undefined : (JSON.parse(row.property_keys) as string[]),
    excludeBody: row.exclude_body === 1,
    endpointNo: row.endpoint_no,
    active: row.active === 1,
    inactiveBecause: row.inactive_because ?? undefined,
    goneSince: row.gone_since ?? undefined,
    position: row.position,
    dynamic: row.dynamic === null ? undefined : (JSON.parse(row.dynamic) as DynamicFacts),
    expiresAt: row.expires_at ?? undefined,
    createdAt: row.created_at,
    removedAt: row.removed_at ?? undefined,
  };
}

/** Every subscription of a site, removed ones included; a delivery may still point to one. */
export async function listSubscriptions(q: Queryable, siteNo: number): Promise<readonly Subscription[]> {
  const rows = await q.query<SubscriptionRow>(
    "SELECT * FROM callboard_subscription WHERE site_no = $1 ORDER BY no",
    [siteNo],
  );
  return rows.map(subscriptionOf);
}

/** The standing subscriptions of one add-on, all or those of one source, in the order of its descriptor. */
export async function listAddonSubscriptions(
  q: Queryable,
  siteNo: number,
  addonKey: string,
  source?: SubscriptionSource,
): Promise<readonly Subscription[]> {
  const rows = await q.query<SubscriptionRow>(
    `SELECT * FROM callboard_subscription
     WHERE site_no = $1 AND addon_key = $2 AND removed_at IS NULL ${source === undefined ? "" : "AND source = $3"}
     ORDER BY source, position, no`,
    [siteNo, addonKey, ...(source === undefined ? [] : [source])],
  );
  return rows.map(subscriptionOf);
}

/** The standing subscriptions of one outgoing webhook: one for each of its event names, or one for all events. */
export async function listWebhookSubscriptions(
  q: Queryable,
  siteNo: number,
  webhookNo: number,
): Promise<readonly Subscription[]> {
  const rows = await q.query<SubscriptionRow>(
    `SELECT * FROM callboard_subscription
     WHERE site_no = $1 AND webhook_no = $2 AND removed_at IS NULL ORDER BY position, no`,
    [siteNo, webhookNo],
  );
  return rows.map(subscriptionOf);
}

export type NewSubscription = Omit<
  Subscription,
  "no" | "active" | "inactiveBecause" | "goneSince" | "createdAt" | "removedAt"
>;

/** The first of `count` new numbers, for subscriptions that refer to each other. */
export function takeSubscriptionNumbers(tx: Queryable, count: number): Promise<number> {
  return takeNumbers(tx, "subscription", count);
}

/** Resolves to the numbers given, in order: those from `from` on, or new ones. */
export async function insertSubscriptions(
  tx: Queryable,
  subscriptions: readonly NewSubscription[],
  from?: number,
): Promise<readonly number[]> {
  if (subscriptions.length === 0) return [];
  const first = from ?? (await takeSubscriptionNumbers(tx, subscriptions.length));
  const now = Date.now();
  const rows = subscriptions.map((s, index) => [
    s.siteNo,
    first + index,
    s.source,
    s.receiver.kind === "addon" ? s.receiver.addonKey : null,
    s.receiver.kind === "webhook" ? s.receiver.webhookNo : null,
    s.event ?? null,
    s.url,
    JSON.stringify(s.params),
    s.filter ?? null,
    s.propertyKeys === undefined ? null : JSON.stringify(s.propertyKeys),
    s.excludeBody ? 1 : 0,
    s.endpointNo,
    s.position,
    s.dynamic === undefined ? null : JSON.stringify(s.dynamic),
    s.expiresAt ?? null,
    now,
  ]);
  const rowsFrom = tx.dialect.rows(
    "$1",
    {
      site_no: "int",
      no: "int",
      source: "text",
      addon_key: "text",
      webhook_no: "int",
      event: "text",
      url: "text",
      params: "text",
      filter: "text",
      property_keys: "text",
      exclude_body: "int",
      endpoint_no: "int",
      position: "int",
      dynamic: "text",
      expires_at: "big",
      created_at: "big",
    },
    "r",
  );
  await tx.query(
    `INSERT INTO callboard_subscription (site_no, no, source, addon_key, webhook_no, event, url, params, filter,
       property_keys, exclude_body, endpoint_no, active, position, dynamic, expires_at, created_at)
     SELECT site_no, no, source, addon_key, webhook_no, event, url, params, filter, property_keys, exclude_body,
       endpoint_no, 1, position, dynamic, expires_at, created_at FROM ${rowsFrom}`,
    [JSON.stringify(rows)],
  );
  return subscriptions.map((_, index) => first + index);
}

/** Changes what an upgrade or an edit may change; the number stays, so what waits goes to the new URL. */
export async function updateSubscription(tx: Queryable, no: number, s: NewSubscription): Promise<void> {
  await tx.query(
    `UPDATE callboard_subscription SET event = $3, url = $4, params = $5, filter = $6, property_keys = $7,
       exclude_body = $8, endpoint_no = $9, position = $10, dynamic = $11, expires_at = $12, active = 1,
       inactive_because = NULL, gone_since = NULL, changed_in = NULL
     WHERE site_no = $1 AND no = $2`,
    [
      s.siteNo,
      no,
      s.event ?? null,
      s.url,
      JSON.stringify(s.params),
      s.filter ?? null,
      s.propertyKeys === undefined ? null : JSON.stringify(s.propertyKeys),
      s.excludeBody ? 1 : 0,
      s.endpointNo,
      s.position,
      s.dynamic === undefined ? null : JSON.stringify(s.dynamic),
      s.expiresAt ?? null,
    ],
  );
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
    `UPDATE callboard_subscription SET removed_at = $3, changed_in = NULL
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
    `UPDATE callboard_subscription SET expires_at = $3, changed_in = NULL
     WHERE site_no = $1 AND no IN (SELECT no FROM ${from})`,
    [siteNo, JSON.stringify(numbers.map((no) => [no])), expiresAt],
  );
}

/** The standing subscriptions of every site that expire at that time or before. */
export async function listExpiring(q: Queryable, until: number): Promise<readonly Subscription[]> {
  const rows = await q.query<SubscriptionRow>(
    `SELECT * FROM callboard_subscription
     WHERE removed_at IS NULL AND expires_at IS NOT NULL AND expires_at <= $1 ORDER BY site_no, no`,
    [until],
  );
  return rows.map(subscriptionOf);
}
