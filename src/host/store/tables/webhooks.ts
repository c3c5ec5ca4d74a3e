/** Outgoing webhooks: subscriptions that a user configured. `removedAt` keeps the row for the delivery log. */
import { takeNumbers } from "../db/counter.ts";
import { big, flag, inactiveReason, int, json, optional, sealed, sealedJson, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { Seal } from "../seal.ts";
import type { Webhook } from "../../model/webhook.ts";

export const webhooks = defineTable<Webhook>({
  name: "webhook",
  key: ["siteNo", "no"],
  isFollowed: true,
  columns: {
    siteNo: int(),
    no: int(),
    owner: optional(text()),
    name: text(),
    url: text(),
    format: text(),
    template: optional(text()),
    routingKey: optional(sealed("routing_key_sealed", makePlace("routing-key"))),
    project: optional(text()),
    events: optional(json()),
    filter: optional(text()),
    bodyFilter: optional(json()),
    excludeBody: flag(),
    description: text(),
    secret: optional(sealed("secret_sealed", toPlace)),
    previousSecret: optional(sealed("previous_secret_sealed", toPlace)),
    previousSecretUntil: optional(big()),
    signature: text(),
    headers: optional(sealedJson("headers_sealed", makePlace("headers"))),
    authentication: optional(sealedJson("authentication_sealed", makePlace("authentication"))),
    tls: optional(sealedJson("tls_sealed", makePlace("tls"))),
    retryProfile: optional(text()),
    pace: optional(json()),
    orderBy: optional(text()),
    batch: optional(json()),
    active: flag(),
    inactiveBecause: optional(inactiveReason),
    goneSince: optional(big()),
    createdAt: big(),
    updatedAt: big(),
    createdBy: text(),
    updatedBy: text(),
    removedAt: optional(big()),
  },
});

function toPlace(siteNo: number, no: number): string {
  return `webhook|${siteNo}/${no}|secret`;
}

function makePlace(column: string) {
  return (siteNo: number, no: number): string => `webhook|${siteNo}/${no}|${column}`;
}

/** Every webhook of a site, removed ones included, oldest first. */
export function listWebhooks(q: Queryable, seal: Seal, siteNo: number): Promise<readonly Webhook[]> {
  return webhooks.sealedBy(seal).list(q, { siteNo }, { order: "no" });
}

/** The webhooks with these numbers that are not removed, oldest first. */
export function listWebhooksByNumber(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  nos: readonly number[],
): Promise<readonly Webhook[]> {
  const chosen = q.dialect.rows("$2", { no: "int" }, "w");
  return webhooks
    .sealedBy(seal)
    .list(
      q,
      [
        `site_no = $1 AND removed_at IS NULL AND no IN (SELECT w.no FROM ${chosen})`,
        siteNo,
        JSON.stringify(nos.map((no) => [no])),
      ],
      { order: "no" },
    );
}

/** Which webhooks of a site a page begins with. */
export interface WebhookPageOptions {
  readonly siteNo: number;
  /** Number of the last webhook of the page before; 0 for the first page. */
  readonly after: number;
  /** Those of one owner alone. */
  readonly owner: string | undefined;
  readonly limit: number;
}

/** The webhooks of a page that are not removed, oldest first. */
export function listWebhookPage(
  q: Queryable,
  seal: Seal,
  { siteNo, after, owner, limit }: WebhookPageOptions,
): Promise<readonly Webhook[]> {
  const owned = owner === undefined ? "" : "AND owner = $3";
  return webhooks
    .sealedBy(seal)
    .list(
      q,
      [
        `site_no = $1 AND no > $2 AND removed_at IS NULL ${owned}`,
        siteNo,
        after,
        ...(owner === undefined ? [] : [owner]),
      ],
      { order: "no", limit },
    );
}

export function findWebhook(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  no: number,
): Promise<Webhook | undefined> {
  return webhooks.sealedBy(seal).find(q, { siteNo, no, removedAt: undefined });
}

/** A new number for a webhook of any site: the numeric id of the product-compatible APIs. */
export function newWebhookNo(tx: Queryable): Promise<number> {
  return takeNumbers(tx, "webhook");
}

/** Inserts it, or replaces the row of the same site and number as a whole. */
export function saveWebhook(tx: Queryable, seal: Seal, webhook: Webhook): Promise<void> {
  return webhooks.sealedBy(seal).save(tx, webhook);
}
