/** A product in the shape of a product file: built-in products can be read, exported and copied like own ones. */
import { formatPointer } from "../../json/pointer.ts";
import { readMember } from "../../json/member.ts";
import { isScalar } from "../../json/scalar.ts";
import type { EventData, EventType } from "../event-type.ts";
import type { Product, ProductData } from "../product.ts";
import { listVariablePlaces } from "../variable-places.ts";
import { collectSharedSchemas, splitSchema } from "./shared-schemas.ts";

/**
 * Returns the product as data; under a key of its own it is a product file that can be applied. What code supplies beyond that
 * (bodies, particular forms) is not in it, and neither are host events of Atlassian Connect, which belong to the host.
 */
export function toProductDocument(product: Product): ProductData {
  const { key, name, description, retryProfile, schemaPolicy, scopes, eventPath } = product;
  const eventTypes = product.eventTypes.filter(({ isHostEvent }) => !isHostEvent);
  const schemas = collectSharedSchemas(eventTypes);
  return {
    product: key,
    name,
    description,
    ...(eventPath === undefined ? {} : { eventPath }),
    retryProfile,
    ...(schemaPolicy === "note" ? {} : { schemaPolicy }),
    ...(scopes === undefined ? {} : { scopes: Object.fromEntries(scopes) }),
    ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
    events: Object.fromEntries(eventTypes.map((type) => [type.event, toEventData(type, product)])),
  };
}

function toEventData(type: EventType, product: Product): EventData {
  const { group, name, description, status, replacedBy } = type;
  const sample = type.sample() as object;
  const variables = type.variables.flatMap((variable) => {
    const place = listVariablePlaces(variable, product).find((path) =>
      isScalar(path.reduce(readMember, sample)),
    );
    return place === undefined ? [] : [[variable, formatPointer(place)] as const];
  });
  return {
    name,
    description,
    group,
    ...(status === "current" ? {} : { status }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
    schema: splitSchema(type).schema,
    sample,
    ...(variables.length === 0 ? {} : { variables: Object.fromEntries(variables) }),
  };
}
