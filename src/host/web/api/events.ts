import type { ErrorCode } from "../../../errors.ts";
import { receiverFields } from "../../model/receiver.ts";
import { WHY_KINDS } from "../../delivery-log/why.ts";
import type { WhyKind, WhyRow } from "../../delivery-log/why.ts";
import { formatId, madeAt, parseWebhookId } from "../../model/ids.ts";
import type { Route } from "./route.ts";
import { route } from "./route.ts";
import { presentDelivery } from "../present/delivery.ts";
import { toFlow, isoTime, presentList } from "../present/values.ts";
import type { Rooms } from "../rooms.ts";
import { MAX_EVENTS_IN_BATCH } from "../http/event-envelope.ts";
import {
  TIME_PARAMETERS,
  readChoice,
  readPage,
  pageParameters,
  listReachedSites,
  readTime,
} from "../http/query.ts";
import type { EventRecord } from "../../model/event.ts";
import type { EventTerms } from "../../model/terms.ts";
import { EVENT_DETAIL, EVENT_PAGE, PUBLISHED_BATCH, PUBLISHED_EVENT, WHY_PAGE } from "../schema/delivery.ts";
import { anyObject, array, body, boolean, named, choice as oneOfTexts, string } from "../schema/schema.ts";
import { ADDON_KEY, EVENT_NAME, LINE, WEBHOOK_ID } from "../schema/parts.ts";
import { ID_CURSOR, NUMBER_CURSOR } from "../../model/cursor.ts";

const GROUP = "Events";

const presentTerms = (terms: EventTerms | undefined) =>
  terms === undefined
    ? null
    : {
        expiresAt: isoTime(terms.expiresAt),
        retry: terms.retry ?? true,
        deliverAfter: isoTime(terms.deliverAfter),
      };

export const presentEvent = (event: EventRecord) => ({
  id: formatId("evt", event.siteNo, event.id),
  clientId: event.clientId ?? null,
  event: event.name,
  project: event.project ?? null,
  user: event.actor ?? null,
  flow: toFlow(event.lane),
  terms: presentTerms(event.terms),
  notes: event.notes,
  bodyBytes: event.bodySize,
  createdAt: isoTime(madeAt(event.id)),
});

const toWhy = ({ siteNo, receiver, deliveries, changed, ...row }: WhyRow, rooms: Rooms) => ({
  ...receiverFields(siteNo, receiver),
  name: row.name,
  site: rooms.sites.findKey(siteNo) ?? null,
  kind: row.kind,
  reason: row.reason,
  changed: changed ?? null,
  deliveries: deliveries.map(({ id, state, because }) => ({
    id: formatId("dlv", siteNo, id),
    state,
    reason: because ?? null,
  })),
});

const envelopeText = (description: string, maxLength: number) =>
  string(description, { minLength: 1, maxLength }, LINE);

const EVENT_BODY = named(
  "NewEvent",
  body(
    { event: envelopeText("Event type", 200) },
    {
      payload: anyObject("Forwarded byte for byte"),
      project: envelopeText("Key or ID of the project, for webhooks of one project", 255),
      user: envelopeText("User who caused the event", 255),
      id: envelopeText("The same ID with the same contents is accepted once", 200),
      flow: oneOfTexts("Lane of its deliveries; primary when left out", ["primary", "secondary"]),
      expiresAt: string("Time at which deliveries that wait end as expired, ISO 8601 with an offset"),
      retry: boolean("False: each delivery is attempted once"),
      deliverAfter: string(
        "Time of the first attempt, ISO 8601 with an offset, or a delay such as 15m; up to 7 days",
      ),
      clientKey: envelopeText("The site's clientKey; that of another site is refused", 255),
    },
  ),
);

const OF_PUBLISHING = [
  "EVENT_CONFLICT",
  "EVENT_OFF_SCHEMA",
  "EVENT_SCHEMA",
  "LIMIT_REACHED",
  "PRODUCT_MISSING",
] as const satisfies readonly ErrorCode[];

const INTAKE: readonly Route[] = [
  {
    id: "publishEvent",
    method: "POST",
    path: "/sites/{site}/events",
    scope: "events:write",
    reach: "site",
    group: GROUP,
    summary: "Publish an event; 202 means that the event and its deliveries are committed",
    body: EVENT_BODY,
    idempotencyKey: "event-id",
    example: {
      event: "jira:issue_created",
      id: "issue-10007-created",
      payload: { issue: { key: "DEMO-7" } },
    },
    success: { status: 202, description: "The event and its deliveries", schema: PUBLISHED_EVENT },
    errors: OF_PUBLISHING,
    answeredBy: { kind: "intake" },
  },
  {
    id: "publishEvents",
    method: "POST",
    path: "/sites/{site}/events/batch",
    scope: "events:write",
    reach: "site",
    group: GROUP,
    summary: "Publish up to 1,000 events in one transaction",
    body: body({
      events: array("Events to publish", EVENT_BODY, { minItems: 1, maxItems: MAX_EVENTS_IN_BATCH }),
    }),
    example: {
      events: [
        { event: "jira:issue_created", id: "issue-10007-created", payload: { issue: { key: "DEMO-7" } } },
      ],
    },
    // Each event has an ID of its own.
    idempotencyKey: "nothing",
    success: { status: 202, description: "One result for each event, in order", schema: PUBLISHED_BATCH },
    errors: [...OF_PUBLISHING, "IDEMPOTENCY_KEY"],
    answeredBy: { kind: "intake" },
  },
];

export const eventRoutes = [
  ...INTAKE,
  route({
    id: "listEvents",
    method: "GET",
    path: "/sites/{site}/events",
    scope: "read",
    group: GROUP,
    summary: "List the accepted events, newest first, without their bodies",
    query: {
      event: EVENT_NAME,
      ...TIME_PARAMETERS,
      ...pageParameters(ID_CURSOR),
    },
    success: { status: 200, description: "Events", schema: EVENT_PAGE },
    handle: async ({ params, query }, { deliveryLog }) => {
      const filter = {
        name: query["event"],
        since: readTime(query, "since"),
        until: readTime(query, "until"),
      };
      return presentList(
        await deliveryLog.listEvents([params["site"] ?? ""], filter, readPage(query)),
        presentEvent,
      );
    },
  }),
  route({
    id: "showEvent",
    method: "GET",
    path: "/sites/{site}/events/{id}",
    scope: "read",
    group: GROUP,
    summary: "Show an event with its deliveries and the skipped subscriptions",
    success: {
      status: 200,
      description: "The event with its body, its deliveries and the skipped subscriptions",
      schema: EVENT_DETAIL,
    },
    errors: ["EVENT_NOT_FOUND"],
    handle: async ({ params }, rooms) => {
      const shown = await rooms.deliveryLog.showEvent(params["site"] ?? "", params["id"] ?? "");
      const { event } = shown;
      return {
        ...presentEvent(event),
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
    id: "explainEvent",
    method: "GET",
    path: "/sites/{site}/events/{id}/why",
    scope: "read",
    group: GROUP,
    summary: "Explain for each receiver why it did or didn't get an event",
    query: {
      addon: ADDON_KEY,
      webhook: WEBHOOK_ID,
      kind: oneOfTexts("Rows of this kind", WHY_KINDS),
      q: string("Part of a receiver's name, key or ID, or of the reason", { minLength: 1, maxLength: 200 }),
      ...pageParameters(NUMBER_CURSOR),
    },
    success: { status: 200, description: "One row for each receiver, with its reason", schema: WHY_PAGE },
    errors: ["EVENT_NOT_FOUND", "ADDON_NOT_FOUND", "WEBHOOK_NOT_FOUND"],
    handle: async ({ params, query, caller }, rooms) => {
      const filter = {
        addonKey: query["addon"],
        webhook: query["webhook"] === undefined ? undefined : parseWebhookId(query["webhook"]),
        kind: readChoice<WhyKind>(query, "kind", WHY_KINDS),
        search: query["q"],
      };
      const page = await rooms.deliveryLog.explainEvent(params["site"] ?? "", params["id"] ?? "", {
        reachable: await listReachedSites(undefined, caller, rooms),
        filter,
        page: readPage(query),
      });
      return presentList(page, (row) => toWhy(row, rooms));
    },
  }),
];
