/** An outgoing webhook, as pages and API show it. */
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import { isoTime } from "./values.ts";

/** Returns Projectrak's status of a webhook: OK after any 2xx, otherwise ERROR. Null before the first attempt. */
export function toStatus(last: ShownWebhook["last"]): "OK" | "ERROR" | null {
  if (last === undefined) return null;
  return last.outcome === "accepted" ? "OK" : "ERROR";
}

export const presentPublicKeys = (keys: ShownWebhook["publicKeys"]) =>
  keys.map(({ text, jwk, until }) => ({ kid: jwk.kid, key: text, until: isoTime(until) }));
