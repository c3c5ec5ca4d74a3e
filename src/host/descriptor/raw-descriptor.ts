/** Reads parts of a descriptor whose shape is not known yet. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The entries of `modules.webhooks`, whatever they are; none when there is no such array. */
export function webhookEntriesOf(descriptor: JsonObject): readonly unknown[] {
  const modules = descriptor["modules"];
  const webhooks: unknown = isObject(modules) ? modules["webhooks"] : undefined;
  return Array.isArray(webhooks) ? webhooks : [];
}
