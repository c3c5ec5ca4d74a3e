/** Event types by their display names. */
import { findEventType } from "../../../catalogue/index.ts";
import type { Catalogue, EventType } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { whyUnknownEvent } from "../../model/event-name.ts";

/** @throws {CallboardError} PRODUCT_UNKNOWN, EVENT_NOT_FOUND */
export function requireEventType(
  { product: key = "", event = "" }: Readonly<Record<string, string>>,
  catalogue: Catalogue,
): EventType {
  const product = catalogue.require(key);
  const found = findEventType(product, event);
  if (found !== undefined) return found;
  const why =
    whyUnknownEvent(catalogue, product, event) ??
    `The catalogue of ${key} has no event ${JSON.stringify(event)}`;
  throw new CallboardError("EVENT_NOT_FOUND", why);
}
