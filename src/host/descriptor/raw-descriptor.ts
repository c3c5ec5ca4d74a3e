/** Reads parts of a descriptor that is not validated yet. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the entries of `modules.webhooks`, of any type. Empty without such an array. */
export function webhookEntriesOf(descriptor: JsonObject): readonly unknown[] {
  const modules = descriptor["modules"];
  const webhooks: unknown = isObject(modules) ? modules["webhooks"] : undefined;
  return Array.isArray(webhooks) ? webhooks : [];
}
