/** Tells which of the latest events a body filter matches, and saves nothing. */
import { MAX_TRIED, DEFAULT_TRIED } from "../../delivery-log/try-body-filter.ts";
import type { TriedEvent } from "../../delivery-log/try-body-filter.ts";
import type { BodyFilter } from "../../model/body-filter.ts";
import { formatId, madeAt } from "../../model/ids.ts";
import { isoTime } from "../present/values.ts";
import { route } from "./route.ts";

interface Body {
  readonly bodyFilter: BodyFilter;
  readonly event?: string;
  readonly limit?: number;
}

const triedOf = ({ event, result, reason }: TriedEvent) => ({
  eventId: formatId("evt", event.siteNo, event.id),
  event: event.name,
  createdAt: isoTime(madeAt(event.id)),
  result,
  reason: reason ?? null,
});

export const bodyFilterRoutes = [
  route<Body>({
    method: "POST",
    path: "/sites/{site}/body-filters/try",
    scope: "read",
    group: "Outgoing webhooks",
    summary: "Try a body filter on the latest events of a site; nothing is saved",
    body: {
      type: "object",
      required: ["bodyFilter"],
      additionalProperties: false,
      properties: {
        bodyFilter: { type: "object", description: "Conditions on the body, see docs/filters.md" },
        event: {
          type: "string",
          minLength: 1,
          maxLength: 200,
          description: "Event type, with * for any text; all when left out",
        },
        limit: { type: "integer", minimum: 1, maximum: MAX_TRIED, default: DEFAULT_TRIED },
      },
    },
    success: {
      status: 200,
      description: "Each event with its result and the reason, newest first, and counts",
    },
    handle: async ({ params, body, caller }, { deliveryLog, rates }) => {
      rates.bodyFilterTrials.take(caller.tokenId);
      const { bodyFilter, event, limit = DEFAULT_TRIED } = body;
      const events = event === undefined ? undefined : [event];
      const { items, counts } = await deliveryLog.tryBodyFilter(params["site"] ?? "", {
        bodyFilter,
        events,
        limit,
      });
      return { items: items.map(triedOf), counts };
    },
  }),
];
