/** What is wrong with an event type that somebody names for a site, and which event types a wildcard stands for. Pure. */
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

/** Whether wildcards and "all events" stand for the event type: for those of a product, not for what the host tells. */
export const isReachedByWildcard = (product: Product, event: string): boolean =>
  findEvent(product, event)?.isHostEvent !== true;

/** The event types of the catalogue that a wildcard stands for. */
export function eventsFitting(product: Product, pattern: string): readonly string[] {
  return eventsOf(product)
    .filter(({ event, isHostEvent }) => !isHostEvent && fitsPattern(event, pattern))
    .map(({ event }) => event);
}

/** Longer names are cut where they are quoted. */
const LONGEST_NAME = 200;

/**
 * Why nothing of the product has this name, in a sentence without its period; undefined when something has, and for a
 * number where the product has more of them than the catalogue.
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
  // A name that only lacks its prefix is meant, whatever other products have.
  if (others.length > 0 && sameNameIn(product, event) === undefined) {
    return `${quoted} is an event type of ${others.join(" and ")}, not of ${product}`;
  }
  const question = hint.length === 0 ? "" : `; did you mean ${hint.join(" or ")}?`;
  return `${product} has no event type ${quoted}${question}`;
}

/** The names that may be meant: the one that differs in its prefix only, otherwise up to three near ones. */
function likelyEvents(product: Product, event: string): readonly string[] {
  const same = sameNameIn(product, event);
  return same === undefined ? nearestNames(product, event) : [same];
}
