/** Which event types have a value where an order's pointer leads. Pure. */
import { findEventType } from "../../catalogue/index.ts";
import type { EventType, Product } from "../../catalogue/index.ts";
import { parsePointer } from "../../json/pointer.ts";

const SCALARS: readonly string[] = ["string", "integer", "number", "boolean"];

/**
 * Lists the event types whose bodies have no text, number or truth value at the pointer, as far as the catalogue says. Event types that it
 * does not know are left out.
 *
 * @param events undefined for all event types, of which only some need a key: none is listed if any of them has one
 */
export function eventTypesWithoutKey(
  pointer: string,
  events: readonly string[] | undefined,
  product: Product,
): readonly string[] {
  const path = toFieldPath(pointer);
  const types =
    events === undefined
      ? product.eventTypes
      : events.flatMap((event) => findEventType(product, event) ?? []);
  const without = types.filter((type) => !hasScalarAt(path, type));
  if (events === undefined && without.length < types.length) return [];
  return without.map(({ event }) => event);
}

export interface KeyWarning {
  readonly code: "ORDER_BY_UNKNOWN";
  readonly pointer: "/orderBy";
  readonly detail: string;
}

/** Warns if an order's pointer leads nowhere in bodies of some event types, as far as the catalogue says. */
export function findKeyWarning(
  orderBy: string | undefined,
  events: readonly string[] | undefined,
  product: Product,
): KeyWarning | undefined {
  if (orderBy === undefined) return undefined;
  const without = eventTypesWithoutKey(orderBy, events, product);
  if (without.length === 0) return undefined;
  const named = without.length > 3 ? `${without.length} of the event types` : without.join(", ");
  const detail = `The catalogue knows no value at ${orderBy} in bodies of ${named}: deliveries without one go in any order`;
  return { code: "ORDER_BY_UNKNOWN", pointer: "/orderBy", detail };
}

/** `/issues/0/id` is `issues[].id` in the catalogue. */
function toFieldPath(pointer: string): string {
  return parsePointer(pointer).reduce(
    (path, step) => (/^\d+$/.test(step) ? `${path}[]` : path === "" ? step : `${path}.${step}`),
    "",
  );
}

const hasScalarAt = (path: string, { fields }: EventType): boolean =>
  fields.some((field) => field.path === path && SCALARS.includes(field.type));
