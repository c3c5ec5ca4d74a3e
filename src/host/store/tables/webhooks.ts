/** Outgoing webhooks: what a person configured for a project, in a product's format. `removedAt` keeps the sent log whole. */
import { takeNumbers } from "../db/counter.ts";
import type { Queryable } from "../db/database.ts";
import type { Seal } from "../seal.ts";
import type { WebhookSignature, Webhook } from "../../model/webhook.ts";

export interface WebhookRow {
  site_no: number;
  no: number;
  name: string;
  url: string;
  format: string;
  project: string | null;
  events: string | null;
  filter: string | null;
  exclude_body: number;
  description: string;
  secret_sealed: Buffer | null;
  previous_secret_sealed: Buffer | null;
  previous_secret_until: number | null;
  signature: WebhookSignature;
  retry_profile: string | null;
  active: number;
  inactive_because: string | null;
  gone_since: number | null;
  created_at: number;
  updated_at: number;
  created_by: string;
  updated_by: string;
  removed_at: number | null;
}

export const webhookPlace = (siteNo: number, no: number) => `webhook|${siteNo}/${no}|secret`;

export function webhookOf(row: WebhookRow, seal: Seal): Webhook {
  const open = (sealed: Buffer | null) =>
    sealed === null ? undefined : seal.open(webhookPlace(row.site_no, row.no), sealed);
  return {
    siteNo: row.site_no,
    no: row.no,
    name: row.name,
    url: row.url,
    format: row.format,
    project: row.project ?? undefined,
    events: row.events === null ? undefined : (JSON.parse(row.events) as string[]),
    filter: row.filter ?? undefined,
    excludeBody: row.exclude_body === 1,
    description: row.description,
    secret: open(row.secret_sealed),
    previousSecret: open(row.previous_secret_sealed),
    previousSecretUntil: row.previous_secret_until ?? undefined,
    signature: row.signature,
    retryProfile: row.retry_profile ?? undefined,
    active: row.active === 1,
    inactiveBecause: row.inactive_because ?? undefined,
    goneSince: row.gone_since ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    removedAt: row.removed_at ?? undefined,
  };
}

/** Every webhook of a site, removed ones included, oldest first. */
export async function listWebhooks(q: Queryable, seal: Seal, siteNo: number): Promise<readonly Webhook[]> {
  const rows = await q.query<WebhookRow>("SELECT * FROM callboard_webhook WHERE site_no = $1 ORDER BY no", [
    siteNo,
  ]);
  return rows.map((row) => webhookOf(row, seal));
}

export async function findWebhook(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  no: number,
): Promise<Webhook | undefined> {
  const [row] = await q.query<WebhookRow>(
    "SELECT * FROM callboard_webhook WHERE site_no = $1 AND no = $2 AND removed_at IS NULL",
    [siteNo, no],
  );
  return row === undefined ? undefined : webhookOf(row, seal);
}

/** A new number for a webhook of any site: the numeric id of the product-compatible APIs. */
export function newWebhookNo(tx: Queryable): Promise<number> {
  return takeNumbers(tx, "webhook");
}

/** Inserts it, or replaces the row of the same site and number as a whole. */
export async function saveWebhook(tx: Queryable, seal: Seal, webhook: Webhook): Promise<void> {
  const sealed = (secret: string | undefined) =>
    secret === undefined ? null : seal.seal(webhookPlace(webhook.siteNo, webhook.no), secret);
  await tx.query("DELETE FROM callboard_webhook WHERE site_no = $1 AND no = $2", [
    webhook.siteNo,
    webhook.no,
  ]);
  await tx.query(
    `INSERT INTO callboard_webhook (site_no, no, name, url, format, project, events, filter, exclude_body, description,
       secret_sealed, previous_secret_sealed, previous_secret_until, signature, retry_profile, active, inactive_because,
       created_at, updated_at, created_by, updated_by, removed_at, gone_since)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
    [
      webhook.siteNo,
      webhook.no,
      webhook.name,
      webhook.url,
      webhook.format,
      webhook.project ?? null,
      webhook.events === undefined ? null : JSON.stringify(webhook.events),
      webhook.filter ?? null,
      webhook.excludeBody ? 1 : 0,
      webhook.description,
      sealed(webhook.secret),
      sealed(webhook.previousSecret),
      webhook.previousSecretUntil ?? null,
      webhook.signature,
      webhook.retryProfile ?? null,
      webhook.active ? 1 : 0,
      webhook.inactiveBecause ?? null,
      webhook.createdAt,
      webhook.updatedAt,
      webhook.createdBy,
      webhook.updatedBy,
      webhook.removedAt ?? null,
      webhook.goneSince ?? null,
    ],
  );
}
