/** Which event type of a product a name or a body means, and which it may have meant. */
import { distance } from "fastest-levenshtein";
import { readMember } from "../json/member.ts";
import { callboard } from "./callboard/product.ts";
import type { Envelope, EventType } from "./event-type.ts";
import type { WebhookFormat } from "./formats.ts";
import type { Payload } from "./payload.ts";
import { readShort } from "./payload.ts";
import { toBareName } from "./product.ts";
import type { Product } from "./product.ts";

/** The product of which Callboard's own site is. */
export const OPERATIONAL_PRODUCT = callboard.key;

/** Whether a site of the product with this key is Callboard's own: there is one, created at the first start. */
export const isOperationalProduct = (key: string): boolean => key === OPERATIONAL_PRODUCT;

/** Callboard's own event types, for the sites of every product. */
export const operationalEvents = callboard.eventTypes;

export const findOperationalEvent = (event: string): EventType | undefined => callboard.byName.get(event);

/** Whether the event type is one of Callboard's own, on the site of whatever product. */
export const isOperational = (event: string): boolean => callboard.byName.has(event);

/** The event type of that name, alias or number: one of the product's own, or an operational one. */
export function findEventType({ byName, byAlias }: Product, event: string): EventType | undefined {
  return byName.get(event) ?? byAlias.get(event) ?? callboard.byName.get(event);
}

/** The format of that key; the product's own for any other. */
export const findFormat = ({ formats }: Product, key: string): WebhookFormat =>
  formats.find((format) => format.key === key) ?? formats[0];

/**
 * JSON text to try an event type with: its sample, or what a body of the product has around the event where the product
 * accepts names that nobody knows yet.
 */
export function createSampleText(product: Product, event: string, envelope?: Envelope): string {
  return findEventType(product, event)?.sampleText(envelope) ?? product.sampleOfUnknown(event);
}

/** The event type that a parsed body names; undefined where it names none. */
export const findEventName = (product: Product, body: unknown): string | undefined =>
  nameFrom(product, (path) => path.reduce(readMember, body));

/** The same for a payload that is not parsed. */
export const findEventNameIn = (product: Product, payload: Payload): string | undefined =>
  nameFrom(product, (path) => readShort(payload, path));

function nameFrom(
  { byAlias, eventPath, numbersEvents }: Product,
  read: (path: readonly string[]) => unknown,
): string | undefined {
  const named = eventPath && read(eventPath);
  if (!numbersEvents) {
    // A Connect host says "enabled" or "disabled" in bodies about add-ons, which are aliases.
    return typeof named === "string" ? named : byAlias.get(String(read(["eventType"])))?.event;
  }
  return Number.isSafeInteger(named) ? (byAlias.get(String(named))?.event ?? String(named)) : undefined;
}

/**
 * The names that could have been meant, best first; none when nothing is near. A prefix such as `jira:`, upper case and
 * what stands between words play no part.
 */
export function findNearestNames(product: Product, event: string, most = 3): readonly string[] {
  const wanted = toBareName(event);
  if (wanted === "") return [];
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  return [...new Set([product, callboard])]
    .flatMap(({ bareNames }) => [...bareNames])
    .map(([name, bareName]) => ({ name, rank: rankName(bareName, wanted, farthest) }))
    .filter(({ rank }) => rank <= farthest)
    .sort((one, other) => one.rank - other.rank || one.name.localeCompare(other.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** The name that differs in nothing but its prefix, upper case or what stands between words; undefined without one. */
export function findSameName(product: Product, event: string): string | undefined {
  const [nearest] = findNearestNames(product, event, 1);
  return nearest !== undefined && toBareName(nearest) === toBareName(event) ? nearest : undefined;
}

/** How far a name is from what was written: below 1 when one contains the other, otherwise letters to change. */
function rankName(name: string, wanted: string, farthest: number): number {
  if (wanted.length > 3 && (name.includes(wanted) || wanted.includes(name))) {
    return Math.abs(name.length - wanted.length) / 1000;
  }
  // No fewer letters can be changed: most names need no closer look.
  const least = Math.abs(name.length - wanted.length);
  return least > farthest ? least : distance(name, wanted);
}
