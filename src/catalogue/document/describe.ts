/** A product in the shape of a product file: built-in products can be read, exported and copied like own ones. */
import { formatPointer } from "../../json/pointer.ts";
import { memberOf } from "../../json/member.ts";
import type { EventData, EventType } from "../event-type.ts";
import type { Product, ProductData } from "../product.ts";
import { listVariablePlaces } from "../variable-places.ts";

/**
 * Returns the product as data; under a key of its own it is a product file that can be applied. What code supplies beyond that
 * (bodies, particular forms) is not in it, and neither are host events of Atlassian Connect, which belong to the host.
 */
export function toProductDocument(product: Product): ProductData {
  const { key, name, description, retryProfile, eventPath, eventTypes } = product;
  return {
    product: key,
    name,
    description,
    ...(eventPath === undefined ? {} : { eventPath }),
    retryProfile,
    events: Object.fromEntries(
      eventTypes
        .filter(({ isHostEvent }) => !isHostEvent)
        .map((type) => [type.event, toEventData(type, product)]),
    ),
  };
}

function toEventData(type: EventType, product: Product): EventData {
  const { group, name, description, status } = type;
  const sample = type.sample() as object;
  const variables = type.variables.flatMap((variable) => {
    const place = listVariablePlaces(variable, product).find((path) =>
      isValue(path.reduce(memberOf, sample)),
    );
    return place === undefined ? [] : [[variable, formatPointer(place)] as const];
  });
  return {
    name,
    description,
    group,
    ...(status === "current" ? {} : { status }),
    schema: type.schema(),
    sample,
    ...(variables.length === 0 ? {} : { variables: Object.fromEntries(variables) }),
  };
}

const isValue = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
