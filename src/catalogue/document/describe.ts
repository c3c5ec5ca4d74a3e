/** A product in the shape of a product file: built-in products can be read, exported and copied like own ones. */
import { memberOf } from "../../json/member.ts";
import type { JsonObject } from "../../json/object.ts";
import type { EventData, EventType } from "../event-type.ts";
import type { Product, ProductData } from "../product.ts";

/** Returns the product as data. What code supplies beyond that (bodies, particular forms) is not in it. */
export function toProductDocument(product: Product): ProductData {
  const { key, name, description, retryProfile, eventTypes } = product;
  // Each event type has the shared schemas that it reaches.
  const schemas = Object.assign(
    {},
    ...eventTypes.map((type) => memberOf(type.schema(), "schemas")),
  ) as Record<string, object>;
  return {
    product: key,
    name,
    description,
    retryProfile,
    ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
    events: Object.fromEntries(eventTypes.map((type) => [type.event, toEventData(type)])),
  };
}

function toEventData(type: EventType): EventData {
  const { group, name, description, status, variables } = type;
  const { schemas: _schemas, ...schema } = type.schema() as JsonObject;
  return {
    name,
    description,
    group,
    ...(status === "current" ? {} : { status }),
    schema,
    sample: type.sample() as object,
    ...(variables.length === 0 ? {} : { variables }),
  };
}
