import { receiverFields } from "../../model/receiver.ts";
import { WHY_KINDS } from "../../delivery-log/why.ts";
import type { WhyKind, WhyRow } from "../../delivery-log/why.ts";
import { formatId, madeAt, parseWebhookId } from "../../model/ids.ts";
import type { Route } from "./route.ts";
import { route } from "./route.ts";
import { presentDelivery } from "../present/delivery.ts";
import { isoTime, presentList } from "../present/values.ts";
import type { Rooms } from "../rooms.ts";
import { PAGE_PARAMETERS, TIME_PARAMETERS, oneOf, pageOf, sitesOf, timeOf } from "../http/query.ts";
import type { EventRecord } from "../../model/event.ts";

const GROUP = "Events";

const eventOf = (event: EventRecord) => ({
  id: formatId("evt", event.siteNo, event.id),
  clientId: event.clientId ?? null,
  event: event.name,
  project: event.project ?? null,
  user: event.actor ?? null,
  flow: event.lane === 0 ? "primary" : "secondary",
  notes: event.notes,
  bodyBytes: event.bodySize,
  createdAt: isoTime(madeAt(event.id)),
});

const whyOf = ({ siteNo, receiver, deliveries, changed, ...row }: WhyRow, rooms: Rooms) => ({
  ...receiverFields(siteNo, receiver),
  name: row.name,
  site: rooms.sites.keyOf(siteNo) ?? null,
  kind: row.kind,
  reason: row.reason,
  changed: changed ?? null,
  deliveries: deliveries.map(({ id, state, because }) => ({
    id: formatId("dlv", siteNo, id),
    state,
    reason: because ?? null,
  })),
});

const EVENT_BODY = {
  type: "object",
  required: ["event"],
  properties: {
    event: { type: "string", description: "Event name" },
    payload: { type: "object", description: "Forwarded byte for byte" },
    project: { type: "string" },
    user: { type: "string" },
    id: {
      type: "string",
      maxLength: 200,
      description: "The same id with the same contents is accepted once",
    },
    flow: { enum: ["primary", "secondary"] },
  },
} as const;

const INTAKE: readonly Route[] = [
  {
    method: "POST",
    path: "/sites/{site}/events",
    scope: "events:write",
    reach: "site",
    group: GROUP,
    summary: "Hand in an event; 202 means that it and its deliveries are committed",
    body: EVENT_BODY,
    success: { status: 202, description: "The event and its deliveries" },
    answeredBy: { kind: "intake" },
  },
  {
    method: "POST",
    path: "/sites/{site}/events/batch",
    scope: "events:write",
    reach: "site",
    group: GROUP,
    summary: "Hand in up to 1,000 events in one transaction",
    body: {
      type: "object",
      required: ["events"],
      properties: { events: { type: "array", minItems: 1, maxItems: 1000, items: EVENT_BODY } },
    },
    success: { status: 202, description: "One result for each event, in order" },
    answeredBy: { kind: "intake" },
  },
];

export const eventRoutes = [
  ...INTAKE,
  route({
    method: "GET",
    path: "/sites/{site}/events",
    scope: "read",
    group: GROUP,
    summary: "List the accepted events, newest first, without their bodies",
    query: {
      event: { description: "Event name", schema: { type: "string" } },
      ...TIME_PARAMETERS,
      ...PAGE_PARAMETERS,
    },
    success: { status: 200, description: "Events" },
    handle: async ({ params, query }, { deliveryLog }) => {
      const filter = { name: query["event"], since: timeOf(query, "since"), until: timeOf(query, "until") };
      return presentList(await deliveryLog.listEvents(params["site"] ?? "", filter, pageOf(query)), eventOf);
    },
  }),
  route({
    method: "GET",
    path: "/sites/{site}/events/{id}",
    scope: "read",
    group: GROUP,
    summary: "Show an event and why it went where it went",
    success: {
      status: 200,
      description: "The event, its body, its deliveries, and who did not get it and why",
    },
    handle: async ({ params }, rooms) => {
      const shown = await rooms.deliveryLog.showEvent(params["site"] ?? "", params["id"] ?? "");
      const { event } = shown;
      return {
        ...eventOf(event),
        body: event.body === "" && event.bodySize > 0 ? null : event.body,
        matched: shown.deliveries.map((delivery) => presentDelivery(delivery, rooms)),
        skipped: shown.skipped.map(({ receiver, url, because }) => ({
          ...receiverFields(event.siteNo, receiver),
          url: url ?? null,
          because,
        })),
        others: shown.others,
        missing: [...new Set(shown.missing.flatMap(({ variables }) => variables))],
      };
    },
  }),
  route({
    method: "GET",
    path: "/sites/{site}/events/{id}/why",
    scope: "read",
    group: GROUP,
    summary: "Explain for each receiver why it got an event or not",
    query: {
      addon: { description: "Key of the add-on to explain", schema: { type: "string" } },
      webhook: { description: "ID of the outgoing webhook to explain", schema: { type: "string" } },
      kind: { description: "Rows of this kind", schema: { enum: [...WHY_KINDS] } },
      q: {
        description: "Part of a receiver's name, key or ID, or of the reason",
        schema: { type: "string", maxLength: 200 },
      },
      ...PAGE_PARAMETERS,
    },
    success: { status: 200, description: "One row for each receiver, with its reason" },
    handle: async ({ params, query, caller }, rooms) => {
      const filter = {
        addonKey: query["addon"],
        webhook: query["webhook"] === undefined ? undefined : parseWebhookId(query["webhook"]),
        kind: oneOf<WhyKind>(query, "kind", WHY_KINDS),
        search: query["q"],
      };
      const page = await rooms.deliveryLog.explainEvent(
        params["site"] ?? "",
        params["id"] ?? "",
        await sitesOf(undefined, caller, rooms),
        filter,
        pageOf(query),
      );
      return presentList(page, (row) => whyOf(row, rooms));
    },
  }),
];
