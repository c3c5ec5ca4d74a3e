/**
 * Finds event types of a product by words. Pure: what is remembered of a product changes no result, and a search of 10,000 event
 * types then takes a millisecond.
 */
import type { EventType } from "./event-type.ts";
import type { Product } from "./product.ts";

/** Maximum length of the words of a search; the rest is left out. */
export const MAX_SEARCH_LENGTH = 200;

export interface EventTypeGroup {
  /** The key of the product. */
  readonly product: string;
  readonly group: string;
  readonly eventTypes: readonly EventType[];
}

/** Puts event types together by product and group, in the order in which each comes first. */
export function groupEventTypes(eventTypes: readonly EventType[]): readonly EventTypeGroup[] {
  const groups = new Map<string, EventTypeGroup & { readonly eventTypes: EventType[] }>();
  for (const eventType of eventTypes) {
    const { product, group } = eventType;
    const key = `${product} ${group}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { product, group, eventTypes: [eventType] });
    else known.eventTypes.push(eventType);
  }
  return [...groups.values()];
}

interface Listing {
  /** By group, in the order in which the product first names each. */
  readonly eventTypes: readonly EventType[];
  /** Searchable text of each event type, in lowercase. */
  readonly texts: readonly string[];
}

const listings = new WeakMap<Product, Listing>();

function listingFor(product: Product): Listing {
  const known = listings.get(product);
  if (known !== undefined) return known;
  const eventTypes = groupEventTypes(product.eventTypes).flatMap((group) => group.eventTypes);
  const texts = eventTypes.map(({ event, name, group, description }) =>
    `${event} ${name} ${group} ${description}`.toLowerCase(),
  );
  const listing = { eventTypes, texts };
  listings.set(product, listing);
  return listing;
}

/** Returns the event types whose name, label, group or description has every one of the words, by group. "" finds all. */
export function searchEventTypes(product: Product, search: string): readonly EventType[] {
  const words = search.slice(0, MAX_SEARCH_LENGTH).toLowerCase().split(/\s+/).filter(Boolean);
  const { eventTypes, texts } = listingFor(product);
  if (words.length === 0) return eventTypes;
  return eventTypes.filter((_each, index) => words.every((word) => texts[index]?.includes(word)));
}
