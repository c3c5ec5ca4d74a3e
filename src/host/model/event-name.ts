/** Checks the event type of a subscription, and lists the event types that match a wildcard. Pure. */
import {
  eventsOf,
  factsOf,
  findEvent,
  nearestNames,
  productsNaming,
  sameNameIn,
} from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import { fitsPattern, isPattern } from "./event-pattern.ts";

/** Reports whether wildcards and "all event types" include the event type. They don't include host events. */
export const isReachedByWildcard = (product: Product, event: string): boolean =>
  findEvent(product, event)?.isHostEvent !== true;

/** Returns the event types of the catalogue that match a wildcard. */
export function eventsFitting(product: Product, pattern: string): readonly string[] {
  return eventsOf(product)
    .filter(({ event, isHostEvent }) => !isHostEvent && fitsPattern(event, pattern))
    .map(({ event }) => event);
}

/** Maximum length of a quoted name. */
const LONGEST_NAME = 200;

/**
 * Returns the reason why the product has no such event type, as a sentence without its period. Undefined if it has one, and
 * for a number where the catalogue doesn't have all numbers of the product.
 */
export function whyUnknownEvent(product: Product, event: string): string | undefined {
  if (findEvent(product, event) !== undefined) return undefined;
  if (factsOf(product).numbersEvents === true && /^\d+$/.test(event)) return undefined;
  const quoted = JSON.stringify(event.slice(0, LONGEST_NAME));
  if (isPattern(event)) {
    return eventsFitting(product, event).length > 0
      ? undefined
      : `${quoted} matches no event type of ${product}`;
  }
  const hint = likelyEvents(product, event);
  const others = productsNaming(event);
  // A name that lacks only its prefix takes precedence over equal names of other products.
  if (others.length > 0 && sameNameIn(product, event) === undefined) {
    return `${quoted} is an event type of ${others.join(" and ")}, not of ${product}`;
  }
  const question = hint.length === 0 ? "" : `; did you mean ${hint.join(" or ")}?`;
  return `${product} has no event type ${quoted}${question}`;
}

/** Returns similar names: the one that differs in its prefix only, otherwise up to three. */
function likelyEvents(product: Product, event: string): readonly string[] {
  const same = sameNameIn(product, event);
  return same === undefined ? nearestNames(product, event) : [same];
}
