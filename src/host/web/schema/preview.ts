/** Previews of outgoing webhooks, as responses have them. */
import { HEADERS } from "./delivery.ts";
import { array, integer, named, nullable, object, choice, string } from "./schema.ts";

const UNIT = choice("Unit; characters are UTF-16 code units", ["characters", "bytes"]);

export const WEBHOOK_PREVIEWS = named(
  "WebhookPreviews",
  object("What a webhook would send", {
    limit: nullable(
      object("What the target of the format accepts; null if nothing is known of it", {
        max: integer("Maximum size"),
        unit: UNIT,
      }),
    ),
    items: array(
      "One request for the sample, then one for each of the latest events",
      object("A request that would be sent", {
        eventId: nullable(string("ID of the event; null for the sample")),
        event: string("Event type"),
        url: nullable(string("URL; null if nothing would be sent")),
        headers: nullable(HEADERS),
        body: nullable(string("Body, without a routing key; null if nothing would be sent")),
        size: nullable(integer("Size in the unit of the limit; in bytes without one")),
        cut: nullable(
          object("Sizes of a text that is cut to fit", {
            from: integer("Size of the whole"),
            to: integer("Size of what would be sent"),
          }),
        ),
        problem: nullable(string("Why nothing would be sent")),
      }),
    ),
  }),
);
