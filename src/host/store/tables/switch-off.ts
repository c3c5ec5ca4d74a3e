/**
 * What a receiver that is gone for good switches off: the outgoing webhook, or the add-on's subscription; never the
 * installation. And the way back.
 */
import { groupBy } from "../../../group-by.ts";
import type { Queryable } from "../db/database.ts";
import { failWaiting, listWaitingKeys } from "./ended.ts";
import { raiseVersion } from "./sites.ts";
import { subscriptions } from "./subscriptions.ts";
import { webhooks } from "./webhooks.ts";
import type { Receiver } from "../../model/endpoint.ts";
import type { SiteKey } from "../../model/order.ts";

interface SubscriptionAt {
  readonly siteNo: number;
  readonly subscriptionNo: number;
}

/**
 * Locks what {@link switchOff} will change of these subscriptions, and lists the keys that it will hold: a transaction that holds keys
 * beside them takes all of them at once, so that two never wait for each other.
 */
export async function prepareSwitchOff(
  tx: Queryable,
  subscribed: readonly SubscriptionAt[],
): Promise<readonly SiteKey[]> {
  if (!tx.dialect.isShared) return [];
  const keys: SiteKey[] = [];
  const bySite = [...groupBy(subscribed, ({ siteNo }) => siteNo)].toSorted(([one], [other]) => one - other);
  for (const [siteNo, those] of bySite) {
    const bind = [siteNo, JSON.stringify(those.map(({ subscriptionNo }) => [subscriptionNo]))];
    const theirWebhooks = `SELECT webhook_no FROM callboard_subscription WHERE site_no = $1
       AND no IN (SELECT no FROM ${tx.dialect.rows("$2", { no: "int" }, "r")})`;
    await tx.query(
      `SELECT 1 AS one FROM callboard_webhook WHERE site_no = $1 AND no IN (${theirWebhooks}) ORDER BY no FOR UPDATE`,
      bind,
    );
    const beside = await tx.query<{ no: number }>(
      `SELECT no FROM callboard_subscription WHERE site_no = $1 AND removed_at IS NULL
         AND (webhook_no IN (${theirWebhooks}) OR no IN (SELECT no FROM ${tx.dialect.rows("$2", { no: "int" }, "o")}))`,
      bind,
    );
    keys.push(...(await listWaitingKeys(tx, { siteNo, subscriptionNos: beside.map(({ no }) => no) })));
  }
  return keys;
}

interface SwitchOffOptions extends SubscriptionAt {
  readonly because: string;
  readonly now: number;
}

/** Ends waiting deliveries as `gone`. Returns false if it was inactive before. */
export async function switchOff(
  tx: Queryable,
  { siteNo, subscriptionNo, because, now }: SwitchOffOptions,
): Promise<boolean> {
  const switchedOff = await tx.query<{ no: number }>(
    `${webhooks.update}active = 0, inactive_because = $3, updated_at = $4, gone_since = $4
     WHERE site_no = $1 AND active = 1 AND removed_at IS NULL
       AND no = (SELECT webhook_no FROM callboard_subscription WHERE site_no = $1 AND no = $2) RETURNING no`,
    [siteNo, subscriptionNo, because, now],
  );
  const removed = await tx.query<{ no: number }>(
    `${subscriptions.update}active = 0, inactive_because = $3, gone_since = $4
     WHERE site_no = $1 AND no = $2 AND webhook_no IS NULL AND active = 1 AND removed_at IS NULL RETURNING no`,
    [siteNo, subscriptionNo, because, now],
  );
  const [webhook] = switchedOff;
  const beside =
    webhook === undefined
      ? []
      : await tx.query<{ no: number }>(
          "SELECT no FROM callboard_subscription WHERE site_no = $1 AND webhook_no = $2 AND removed_at IS NULL",
          [siteNo, webhook.no],
        );
  const numbers = [...removed, ...beside].map(({ no }) => no);
  await failWaiting(tx, { siteNo, subscriptionNos: numbers, now, because: "gone" });
  if (webhook === undefined && removed.length === 0) return false;
  await raiseVersion(tx, siteNo);
  return true;
}

interface SwitchOnOptions {
  readonly siteNo: number;
  readonly receiver: Receiver;
  readonly endpointNo: number | undefined;
  readonly now: number;
}

/**
 * Switches on again what a 410 switched off of this receiver: all of it, or at one endpoint. Resolves to how many there were:
 * subscriptions of an add-on, or the one webhook.
 */
export async function switchOn(
  tx: Queryable,
  { siteNo, receiver, endpointNo, now }: SwitchOnOptions,
): Promise<number> {
  const rows = await (receiver.kind === "webhook"
    ? tx.query(
        `${webhooks.update}active = 1, inactive_because = NULL, gone_since = NULL, updated_at = $3
         WHERE site_no = $1 AND no = $2 AND gone_since IS NOT NULL AND removed_at IS NULL RETURNING no`,
        [siteNo, receiver.webhookNo, now],
      )
    : tx.query(
        `${subscriptions.update}active = 1, inactive_because = NULL, gone_since = NULL
         WHERE site_no = $1 AND addon_key = $2 AND gone_since IS NOT NULL AND removed_at IS NULL
           ${endpointNo === undefined ? "" : "AND endpoint_no = $3"} RETURNING no`,
        [siteNo, receiver.addonKey, ...(endpointNo === undefined ? [] : [endpointNo])],
      ));
  if (rows.length > 0) await raiseVersion(tx, siteNo);
  return rows.length;
}
