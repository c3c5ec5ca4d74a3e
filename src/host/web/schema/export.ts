/** Exports, as responses have them. */
import { named, string } from "./schema.ts";

export const EVENT_LINES = named(
  "EventLines",
  string(
    "One JSON object on each line: an Event, with its payload as text in `body`; null once it was deleted",
  ),
);

export const DELIVERY_LINES = named("DeliveryLines", string("One JSON object on each line: a Delivery"));
