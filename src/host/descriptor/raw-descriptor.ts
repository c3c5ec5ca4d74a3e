/** Reads parts of a descriptor that is not validated yet. */

import { isObject } from "../../json/object.ts";
import type { JsonObject } from "../../json/object.ts";

/** Returns the entries of `modules.webhooks`, of any type. Empty without such an array. */
export function listWebhookEntries(descriptor: JsonObject): readonly unknown[] {
  const modules = descriptor["modules"];
  const webhooks: unknown = isObject(modules) ? modules["webhooks"] : undefined;
  return Array.isArray(webhooks) ? webhooks : [];
}
