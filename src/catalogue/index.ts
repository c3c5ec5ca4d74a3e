/**
 * The catalogue: products as values, each with its event types, their fields, schemas and samples, and the bodies it sends.
 * A built-in product is a folder and one entry of the list below.
 */
import type { Problem } from "../errors.ts";
import { readJsonRounded } from "../json/excerpt.ts";
import { backlog } from "./backlog/product.ts";
import { createCatalogue } from "./catalogue.ts";
import { confluence } from "./confluence/product.ts";
import type { EventType } from "./event-type.ts";
import { jira } from "./jira/product.ts";
import type { Product } from "./product.ts";
import { projectrak } from "./projectrak/product.ts";
import { tracker } from "./tracker/product.ts";
import { prepareSchema, problemsIn } from "./validate.ts";

export { assertPresent, createLiveCatalogue } from "./catalogue.ts";
export type { Catalogue, LiveCatalogue } from "./catalogue.ts";
export { DEFAULT_PRODUCT } from "./default-product.ts";
export { ENVELOPES } from "./event-type.ts";
export type { EventType, Field } from "./event-type.ts";
export type { BodyShape, TargetLimit, WebhookFormat } from "./formats.ts";
export * from "./names.ts";
export { readPayload } from "./payload.ts";
export type { Payload, ScannedPayload } from "./payload.ts";
export type * from "./payloads.ts";
export { defineProduct } from "./product.ts";
export { groupEventTypes, MAX_SEARCH_LENGTH, searchEventTypes } from "./search.ts";
export type { BodyInput, BuiltBody, Product, ProductData, SchemaPolicy } from "./product.ts";
export { listVariablePlaces } from "./variable-places.ts";

/** The products of a host that is given no others. */
export const BUILT_IN_PRODUCTS: readonly Product[] = [jira, confluence, projectrak, backlog, tracker];

export const builtInCatalogue = createCatalogue(BUILT_IN_PRODUCTS);

/** Loads and compiles what building bodies of the product needs, with others having their turn in between. */
export async function prepareBodies({ bodySchema }: Product): Promise<void> {
  if (bodySchema !== undefined) await prepareSchema(bodySchema);
}

/** Returns the problems of a body under its schema. Only for trusted schemas: a hostile one can take hours. */
export function schemaProblems(event: EventType, body: Buffer): readonly Problem[] {
  return problemsIn(event.schema(), readJsonRounded(body));
}
