/** Checks the event type of a subscription, and lists the event types that match a wildcard. Pure. */
import { findEventType, findNearestNames, findSameName } from "../../catalogue/index.ts";
import type { Catalogue, Product } from "../../catalogue/index.ts";
import { fitsPattern, isPattern } from "./event-pattern.ts";

/** Reports whether wildcards and "all event types" include the event type. They don't include host events. */
export const isReachedByWildcard = (product: Product, event: string): boolean =>
  findEventType(product, event)?.isHostEvent !== true;

/** Returns the event types of the catalogue that match a wildcard. */
export function eventsFitting(product: Product, pattern: string): readonly string[] {
  return product.eventTypes
    .filter(({ event, isHostEvent }) => !isHostEvent && fitsPattern(event, pattern))
    .map(({ event }) => event);
}

/** Maximum length of a quoted name. */
const MAX_NAME_LENGTH = 200;

/**
 * Returns the reason why the product has no such event type, as a sentence without its period. Undefined if it has one, and
 * for a number where the catalogue doesn't have all numbers of the product.
 */
export function whyUnknownEvent(
  catalogue: Pick<Catalogue, "listNaming">,
  product: Product,
  event: string,
): string | undefined {
  if (findEventType(product, event) !== undefined) return undefined;
  if (product.numbersEvents && /^\d+$/.test(event)) return undefined;
  const quoted = JSON.stringify(event.slice(0, MAX_NAME_LENGTH));
  if (isPattern(event)) {
    return eventsFitting(product, event).length > 0
      ? undefined
      : `${quoted} matches no event type of ${product.key}`;
  }
  const hint = likelyEvents(product, event);
  const others = catalogue.listNaming(event);
  // A name that lacks only its prefix takes precedence over equal names of other products.
  if (others.length > 0 && findSameName(product, event) === undefined) {
    return `${quoted} is an event type of ${others.join(" and ")}, not of ${product.key}`;
  }
  const question = hint.length === 0 ? "" : `; did you mean ${hint.join(" or ")}?`;
  return `${product.key} has no event type ${quoted}${question}`;
}

/** Returns similar names: the one that differs in its prefix only, otherwise up to three. */
function likelyEvents(product: Product, event: string): readonly string[] {
  const same = findSameName(product, event);
  return same === undefined ? findNearestNames(product, event) : [same];
}
