/** A product in the shape of a product file: built-in products can be read, exported and copied like own ones. */
import type { EventData, EventType } from "../event-type.ts";
import type { Product, ProductData } from "../product.ts";

/** Returns the product as data. What code supplies beyond that (bodies, particular forms) is not in it. */
export function toProductDocument(product: Product): ProductData {
  const { key, name, description, retryProfile, scopes, eventTypes } = product;
  return {
    product: key,
    name,
    description,
    retryProfile,
    ...(scopes === undefined ? {} : { scopes: Object.fromEntries(scopes) }),
    events: Object.fromEntries(eventTypes.map((type) => [type.event, toEventData(type)])),
  };
}

function toEventData(type: EventType): EventData {
  const { group, name, description, status, variables } = type;
  return {
    name,
    description,
    group,
    ...(status === "current" ? {} : { status }),
    schema: type.schema(),
    sample: type.sample() as object,
    ...(variables.length === 0 ? {} : { variables }),
  };
}
