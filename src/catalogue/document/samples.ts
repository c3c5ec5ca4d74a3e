/** The samples of own products as they are delivered. */
import { defineProduct } from "../product.ts";
import type { ProductData } from "../product.ts";

/** Returns a function for the sample of an event type with the envelope's members. */
export function createSampleReader(data: ProductData): (event: string) => unknown {
  // Schemas and scopes have no part in samples: listing fields takes long, and scopes may still be refused.
  const events = Object.entries(data.events).map(
    ([name, { schema: _schema, ...rest }]) => [name, rest] as const,
  );
  const { byName } = defineProduct({ ...data, schemas: {}, scopes: {}, events: Object.fromEntries(events) });
  return (event) => byName.get(event)?.sample();
}
