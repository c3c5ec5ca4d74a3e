/** The delivery log: deliveries with their attempts, and asking for them again. */
import { CallboardError } from "../../../errors.ts";
import { REASONS } from "../../delivery-log/causes.ts";
import type { ShownDelivery } from "../../delivery-log/show.ts";
import { route } from "./route.ts";
import type { Rooms } from "../rooms.ts";
import { toAuthor, presentList, toText } from "../present/values.ts";
import { PAGE_PARAMETERS, SITE_PARAMETER, TIME_PARAMETERS, pageOf } from "../http/query.ts";
import { STATE_NAMES } from "../../model/delivery.ts";
import { presentDelivery, presentAttempt, toDeliveryFilter, requireReach } from "../present/delivery.ts";
import type { FilterWords } from "../present/delivery.ts";

const GROUP = "Deliveries";

const shown = ({ delivery, body, params, attempts }: ShownDelivery, rooms: Rooms) => ({
  ...presentDelivery(delivery, rooms),
  reasonMeaning: delivery.because === undefined ? null : REASONS[delivery.because],
  params,
  body: body === undefined ? null : toText(body),
  attempts: attempts.map(presentAttempt),
});

/** What can be asked for; the same words in a query and in a body. */
const FILTER = {
  addon: { description: "Key of the add-on that receives", schema: { type: "string" } },
  webhook: { description: "Id of the outgoing webhook that receives", schema: { type: "string" } },
  endpoint: {
    description: "Number of the endpoint; needs site",
    schema: { type: "string", pattern: "^[0-9]{1,9}$" },
  },
  event: { description: "Event name", schema: { type: "string" } },
  state: { description: "State of the delivery", schema: { enum: [...STATE_NAMES] } },
  ...TIME_PARAMETERS,
  q: {
    description:
      "An id, an event name or the beginning of a URL; with since and until at most an hour apart, text in a body",
    schema: { type: "string", maxLength: 2048 },
  },
} as const;

interface BulkBody {
  readonly filter: Readonly<Record<string, string | boolean>>;
  readonly dryRun?: boolean;
}

/** The body of what is done to every delivery that a filter means; `required` must be in the filter. */
const bulkBody = (required: readonly string[]) => ({
  type: "object",
  required: ["filter"],
  additionalProperties: false,
  properties: {
    filter: {
      type: "object",
      additionalProperties: false,
      required,
      properties: {
        site: SITE_PARAMETER.site.schema,
        ...Object.fromEntries(Object.entries(FILTER).map(([name, { schema }]) => [name, schema])),
        since: { type: "string" },
        until: { type: "string" },
        test: { type: "boolean", description: "Only, or no, test deliveries" },
      },
    },
    dryRun: { type: "boolean", description: "Only count" },
  },
});

const asTexts = (words: BulkBody["filter"]): FilterWords =>
  Object.fromEntries(Object.entries(words).map(([name, value]) => [name, String(value)]));

export const deliveryRoutes = [
  route({
    method: "GET",
    path: "/deliveries",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "List deliveries, newest first",
    query: {
      ...SITE_PARAMETER,
      ...FILTER,
      test: { description: "Only, or no, test sends", schema: { type: "boolean" } },
      ...PAGE_PARAMETERS,
    },
    success: { status: 200, description: "Deliveries" },
    handle: async ({ query, caller }, rooms) => {
      const page = await rooms.deliveryLog.list(await toDeliveryFilter(query, caller, rooms), pageOf(query));
      return presentList(page, (delivery) => presentDelivery(delivery, rooms));
    },
  }),
  route({
    method: "GET",
    path: "/deliveries/{id}",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "Show a delivery with every attempt, the body as sent and the answers",
    success: { status: 200, description: "The delivery" },
    handle: async ({ params, caller }, rooms) => {
      const id = params["id"] ?? "";
      requireReach(id, caller, rooms);
      return shown(await rooms.deliveryLog.show(id), rooms);
    },
  }),
  route({
    method: "POST",
    path: "/deliveries/{id}/redeliver",
    scope: "admin",
    reach: "handler",
    group: GROUP,
    summary: "Reopen a delivery with a fresh schedule, or make a waiting one due now",
    success: { status: 202, description: "The delivery, waiting" },
    handle: async (call, rooms) => {
      const id = call.params["id"] ?? "";
      requireReach(id, call.caller, rooms);
      return presentDelivery(await rooms.deliveryLog.redeliver(id, toAuthor(call)), rooms);
    },
  }),
  route({
    method: "POST",
    path: "/deliveries/{id}/cancel",
    scope: "admin",
    reach: "handler",
    group: GROUP,
    summary: "End a delivery that waits",
    success: { status: 200, description: "The delivery, failed as cancelled" },
    handle: async (call, rooms) => {
      const id = call.params["id"] ?? "";
      requireReach(id, call.caller, rooms);
      return presentDelivery(await rooms.deliveryLog.cancel(id, toAuthor(call)), rooms);
    },
  }),
  route<BulkBody>({
    method: "POST",
    path: "/redeliveries",
    scope: "admin",
    reach: "handler",
    group: GROUP,
    summary: "Reopen every ended delivery that a filter means, in the secondary lane",
    body: bulkBody(["state"]),
    success: { status: 200, description: "How many were, or would be, reopened" },
    handle: async (call, rooms) => {
      const { filter: words, dryRun = false } = call.body;
      const filter = await toDeliveryFilter(asTexts({ test: false, ...words }), call.caller, rooms);
      if (filter.state !== "failed" && filter.state !== "delivered") {
        throw new CallboardError(
          "BODY_SCHEMA",
          "Only ended deliveries can be reopened: state failed or delivered",
          {
            errors: [{ pointer: "/filter/state", detail: "must be failed or delivered" }],
          },
        );
      }
      const made = dryRun
        ? await rooms.deliveryLog.count(filter)
        : await rooms.deliveryLog.redeliverMany(filter, toAuthor(call));
      return { ...made, dryRun };
    },
  }),
  route<BulkBody>({
    method: "POST",
    path: "/cancellations",
    scope: "admin",
    reach: "handler",
    group: GROUP,
    summary: "Cancel every waiting delivery that matches a filter",
    body: bulkBody([]),
    success: { status: 200, description: "How many were, or would be, canceled" },
    handle: async (call, rooms) => {
      const { filter: words, dryRun = false } = call.body;
      const filter = await toDeliveryFilter(asTexts({ state: "waiting", ...words }), call.caller, rooms);
      if (filter.state !== "waiting") {
        throw new CallboardError("BODY_SCHEMA", "Only waiting deliveries can be canceled: state waiting", {
          errors: [{ pointer: "/filter/state", detail: "must be waiting" }],
        });
      }
      const cancelled = dryRun
        ? await rooms.deliveryLog.count(filter)
        : await rooms.deliveryLog.cancelMany(filter, toAuthor(call));
      return { ...cancelled, dryRun };
    },
  }),
];
