/** Which schemes a product's own outgoing webhooks go to. */
import type { Product } from "./event.ts";

/**
 * "always": https with no exception, true: https or http to a place on the allow-list, false: http as well.
 * Projectrak sends to https only, in every profile; Backlog and Tracker always sent to http as well.
 */
export function httpsRule(format: Product): boolean | "always" {
  if (format === "projectrak") return "always";
  return format !== "backlog" && format !== "tracker";
}
