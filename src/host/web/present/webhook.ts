/** An outgoing webhook, as pages and API show it. */
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";

/** Returns Projectrak's status of a webhook: OK after any 2xx, otherwise ERROR. Null before the first attempt. */
export function toStatus(last: ShownWebhook["last"]): "OK" | "ERROR" | null {
  if (last === undefined) return null;
  return last.outcome === "accepted" ? "OK" : "ERROR";
}
