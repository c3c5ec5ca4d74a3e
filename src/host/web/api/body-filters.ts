/** Tells which of the latest events a body filter matches, and saves nothing. */
import { MAX_TRIED, DEFAULT_TRIED } from "../../delivery-log/try-body-filter.ts";
import type { TriedEvent } from "../../delivery-log/try-body-filter.ts";
import { formatId, madeAt } from "../../model/ids.ts";
import { isoTime } from "../present/values.ts";
import { refuseOperational } from "../http/subject.ts";
import { route } from "./route.ts";
import { BODY_FILTER } from "../schema/parts.ts";
import { body, integer, string } from "../schema/schema.ts";
import { TRIED_FILTER } from "../schema/delivery.ts";

const toTried = ({ event, result, reason }: TriedEvent) => ({
  eventId: formatId("evt", event.siteNo, event.id),
  event: event.name,
  createdAt: isoTime(madeAt(event.id)),
  result,
  reason: reason ?? null,
});

export const bodyFilterRoutes = [
  route({
    id: "tryBodyFilter",
    method: "POST",
    path: "/sites/{site}/body-filters/try",
    scope: "read",
    subject: "webhooks",
    idempotencyKey: "nothing",
    group: "Outgoing webhooks",
    summary: "Try a body filter on the latest events of a site; nothing is saved",
    body: body(
      { bodyFilter: BODY_FILTER },
      {
        event: string("Event type, with * for any text; all when left out", { minLength: 1, maxLength: 200 }),
        limit: integer("Maximum number of events", {
          minimum: 1,
          maximum: MAX_TRIED,
          default: DEFAULT_TRIED,
        }),
      },
    ),
    example: { bodyFilter: { "issue.fields.priority.name": { $in: ["High", "Highest"] } }, limit: 20 },
    success: {
      status: 200,
      description: "Each event with its result and the reason, newest first, and counts",
      schema: TRIED_FILTER,
    },
    errors: ["BODY_FILTER", "BODY_FILTER_TOO_COMPLEX", "RATE_LIMITED"],
    handle: async ({ params, body: given, caller }, { deliveryLog, rates }) => {
      rates.bodyFilterTrials.take(caller.tokenId);
      const { bodyFilter, event, limit = DEFAULT_TRIED } = given;
      const events = event === undefined ? undefined : [event];
      refuseOperational(caller, events);
      const { items, counts } = await deliveryLog.tryBodyFilter(params["site"] ?? "", {
        bodyFilter,
        events,
        limit,
      });
      return { items: items.map(toTried), counts };
    },
  }),
];
