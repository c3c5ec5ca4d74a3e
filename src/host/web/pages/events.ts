/** Received events, and for each why it went where it went: the answer to "why was nothing sent?". */
import { formatId, parseId } from "../../model/ids.ts";
import { CallboardError } from "../../../errors.ts";
import { requireSite } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import { listReachedSites } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";
import { bodyView, toBodyPart } from "./body-view.ts";
import type { Page } from "./page.ts";
import { findSiteEventType, toEventTypeHref } from "./event-type-link.ts";
import { listChips } from "./list.ts";
import { createPaging } from "./paging.ts";
import { deliveryRow, eventRow, eventRows, receiverLink, toEventDeliveries } from "./rows.ts";
import { formatEventTitle } from "./titles.ts";

const PATH = "/admin/events";
const PAGE_ROWS = 50;

/** The site of an event's id, when the caller may look at it. @throws {CallboardError} EVENT_NOT_FOUND, SCOPE */
function siteOfEvent(id: string, caller: Caller, { sites }: Rooms): string {
  const siteKey = sites.findKey(parseId("evt", id).siteNo);
  if (siteKey === undefined)
    throw new CallboardError("EVENT_NOT_FOUND", "The site of this event was removed");
  requireSite(caller, siteKey);
  return siteKey;
}

export const eventPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    scope: "read",
    answer: async ({ query, caller }, rooms) => {
      const site = query.get("site") ?? "";
      const name = query.get("event")?.trim() ?? "";
      const reached = await listReachedSites(undefined, caller, rooms);
      const siteKeys = site === "" ? reached : await listReachedSites(site, caller, rooms);
      const paging = createPaging(PATH, query);
      const { items, next } = await rooms.deliveryLog.listEvents(
        siteKeys,
        { name: name === "" ? undefined : name },
        { limit: PAGE_ROWS, cursor: paging.cursor },
      );
      return {
        kind: "view",
        view: "events",
        title: "Events",
        section: "events",
        live: paging.cursor === undefined,
        data: {
          rows: await eventRows(items, rooms),
          older: paging.older(next),
          newer: paging.newer,
          newest: paging.newest,
          chips: listChips(PATH, query, [
            { name: "event", label: "Event" },
            { name: "site", label: "Site" },
          ]),
          clearHref: PATH,
          isFiltered: site !== "" || name !== "",
          site,
          name,
          sites: reached,
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/:id`,
    scope: "read",
    answer: async ({ params, query, caller }, rooms) => {
      const id = params["id"] ?? "";
      const siteKey = siteOfEvent(id, caller, rooms);
      const shown = await rooms.deliveryLog.showEvent(siteKey, id);
      const { event } = shown;
      const part = toBodyPart(query);
      const paging = createPaging(`${PATH}/${id}`, query);
      const search = query.get("q")?.trim() ?? "";
      const why = await rooms.deliveryLog.explainEvent(siteKey, id, {
        reachable: await listReachedSites(undefined, caller, rooms),
        filter: { isSent: false, search: search === "" ? undefined : search },
        page: { limit: PAGE_ROWS, cursor: paging.cursor },
      });
      const eventType = await findSiteEventType(siteKey, event.name, rooms);
      const isRemoved = event.body === "" && event.bodySize > 0;
      return {
        kind: "view",
        view: "event",
        title: formatEventTitle(event.name, toEventDeliveries(shown.deliveries)),
        section: "events",
        live: true,
        data: {
          event,
          row: eventRow(event, rooms),
          eventTypeHref: eventType && toEventTypeHref(eventType),
          logHref: `/admin/deliveries?${new URLSearchParams({ site: siteKey, event: event.name }).toString()}`,
          // The page of an event with thousands of receivers is as long as that of any other: the list has the rest.
          rows: shown.deliveries.slice(0, PAGE_ROWS).map((delivery) => ({
            ...deliveryRow(delivery, rooms),
            batchId: delivery.batchId && formatId("bat", delivery.siteNo, delivery.batchId),
          })),
          sentTo: shown.deliveries.length,
          allHref: `/admin/deliveries?q=${id}`,
          why: {
            rows: why.items.map(({ siteNo, receiver, name, reason, changed }) => ({
              receiver: { ...receiverLink(siteNo, receiver, rooms), text: name },
              reason,
              changed,
            })),
            total: why.total,
            search,
            older: paging.older(why.next),
            newer: paging.newer,
            newest: paging.newest,
          },
          missing: shown.missing.flatMap(({ variables }) => variables),
          sent: isRemoved ? undefined : bodyView(Buffer.from(event.body), part),
          isPart: part.pointer !== "" || part.from > 0,
          pointer: part.pointer,
          part: (pointer: string, from: number) =>
            `${PATH}/${id}?part=${encodeURIComponent(pointer)}&from=${from}#body`,
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/:id/body`,
    scope: "read",
    answer: async ({ params, caller }, rooms) => {
      const id = params["id"] ?? "";
      const { event } = await rooms.deliveryLog.showEvent(siteOfEvent(id, caller, rooms), id);
      return {
        kind: "file",
        name: `${formatId("evt", event.siteNo, event.id)}.json`,
        contentType: "application/octet-stream",
        body: event.body,
      };
    },
  },
];
