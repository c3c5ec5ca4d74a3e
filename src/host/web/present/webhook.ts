/** An outgoing webhook, as pages and API show it. */
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";

/** As Projectrak shows it: OK for any 2xx, ERROR for everything else; null before the first attempt. */
export function toStatus(last: ShownWebhook["last"]): "OK" | "ERROR" | null {
  if (last === undefined) return null;
  return last.outcome === "accepted" ? "OK" : "ERROR";
}
