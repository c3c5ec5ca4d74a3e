/** An outgoing webhook, as pages and API show it. */
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import type { Caller } from "../http/access.ts";
import { isoTime } from "./values.ts";

/** Returns Projectrak's status of a webhook: OK after any 2xx, otherwise ERROR. Null before the first attempt. */
export function toStatus(last: ShownWebhook["last"]): "OK" | "ERROR" | null {
  if (last === undefined) return null;
  return last.outcome === "accepted" ? "OK" : "ERROR";
}

/** A tenant's webhooks belong to the tenant, whatever is asked for. */
export const ownedBy = (values: WebhookValues, { portal }: Caller): WebhookValues =>
  portal?.kind === "tenant" ? { ...values, owner: portal.owner } : values;

export const presentPublicKeys = (keys: ShownWebhook["publicKeys"]) =>
  keys.map(({ text, jwk, until }) => ({ kid: jwk.kid, key: text, until: isoTime(until) }));
