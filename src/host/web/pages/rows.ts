/** Deliveries and events as rows of a table: the same everywhere they are listed. */
import { isOperational } from "../../../catalogue/index.ts";
import { eventOfDelivery, formatId, madeAt } from "../../model/ids.ts";
import type { SentDelivery, Standing } from "../../store/tables/delivery-log.ts";
import type { ReceiverStanding } from "../../registry/receivers.ts";
import type { Rooms } from "../rooms.ts";
import { duration } from "../../../format.ts";
import { badge, deliveryBadge, outcomeText, standingBadge } from "./html.ts";
import type { EventRecord } from "../../model/event.ts";
import type { Receiver } from "../../model/endpoint.ts";
import { formatReceiverId } from "../../model/receiver.ts";
import { formatDeliveryTitle } from "./titles.ts";
import type { EventDelivery } from "./titles.ts";

export interface ReceiverLink {
  readonly text: string;
  /** Undefined when it is gone. */
  readonly href: string | undefined;
  /** "Paused", "Inactive" or "Disabled" when it is sent nothing at the moment; else empty. */
  readonly badge: string;
}

export function receiverLink(
  siteNo: number,
  receiver: Receiver | undefined,
  { sites, receivers }: Rooms,
  endpointNo?: number,
): ReceiverLink {
  const siteKey = sites.findKey(siteNo);
  const name = receiver === undefined ? undefined : receivers.findName(siteNo, receiver);
  if (receiver === undefined || siteKey === undefined || name === undefined)
    return {
      text: receiver?.kind === "addon" ? `${receiver.addonKey} (removed)` : "removed",
      href: undefined,
      badge: "",
    };
  const standing = receivers.standing(siteNo, receiver, endpointNo);
  return { text: name, href: receiverHref(siteKey, receiver), badge: formatStandingBadge(standing) };
}

export function receiverHref(siteKey: string, receiver: Receiver): string {
  return receiver.kind === "addon"
    ? `/admin/addons/${siteKey}/${encodeURIComponent(receiver.addonKey)}`
    : `/admin/webhooks/${siteKey}/${receiver.webhookNo}`;
}

export function formatStandingBadge({ state, pausedAt }: ReceiverStanding): string {
  if (state !== "active") return badge("quiet", state === "disabled" ? "Disabled" : "Inactive");
  return pausedAt === undefined ? "" : badge("bad", "Paused");
}

export interface DeliveryRow {
  readonly id: string;
  readonly href: string;
  readonly at: number;
  readonly event: string | undefined;
  /** "test", and whether its values were saved; undefined for a delivery of an event. */
  readonly testMark: string | undefined;
  readonly site: string;
  readonly receiver: ReceiverLink;
  readonly url: string | undefined;
  readonly attempts: number;
  readonly badge: string;
  /** "503, 12 ms" of the last attempt. */
  readonly result: string;
  readonly dueAt: number | undefined;
}

/** A test of a webhook that was never saved has no receiver, and none was removed. */
export function deliveryReceiver(delivery: SentDelivery, rooms: Rooms): ReceiverLink {
  return delivery.receiver === undefined && delivery.isUnsaved
    ? { text: "not saved", href: undefined, badge: "" }
    : receiverLink(delivery.siteNo, delivery.receiver, rooms);
}

export function formatTestMark(delivery: SentDelivery): string | undefined {
  if (!delivery.test) return undefined;
  return delivery.isUnsaved ? "test, not saved" : "test";
}

export function deliveryRow(delivery: SentDelivery, rooms: Rooms): DeliveryRow {
  const { siteNo, lastOutcome, lastStatus, lastMs } = delivery;
  const id = formatId("dlv", siteNo, delivery.id);
  return {
    id,
    href: `/admin/deliveries/${id}`,
    at: madeAt(delivery.id),
    event: delivery.event,
    testMark: formatTestMark(delivery),
    site: rooms.sites.findKey(siteNo) ?? "removed site",
    receiver: deliveryReceiver(delivery, rooms),
    url: delivery.url,
    attempts: delivery.attempts,
    badge: deliveryBadge(delivery),
    result:
      lastOutcome === undefined
        ? ""
        : [outcomeText(lastOutcome, lastStatus), ...(lastMs === undefined ? [] : [duration(lastMs)])].join(
            ", ",
          ),
    dueAt: delivery.dueAt,
  };
}

export interface EventRow {
  readonly id: string;
  readonly href: string;
  readonly at: number;
  readonly name: string;
  readonly isOperational: boolean;
  readonly site: string;
  readonly project: string | undefined;
  readonly lane: "primary" | "secondary";
  readonly skipped: number;
  readonly bytes: number;
  /** Badges such as "2 delivered" and "1 retrying". Empty without deliveries. */
  readonly sent: readonly string[];
}

export function eventRow(
  event: EventRecord,
  { sites }: Rooms,
  standings: readonly Standing[] = [],
): EventRow {
  const id = formatId("evt", event.siteNo, event.id);
  return {
    id,
    href: `/admin/events/${id}`,
    at: madeAt(event.id),
    name: event.name,
    isOperational: isOperational(event.name),
    site: sites.findKey(event.siteNo) ?? "removed site",
    project: event.project,
    lane: event.lane === 0 ? "primary" : "secondary",
    skipped: event.trace.skipped.length,
    bytes: event.bodySize,
    sent: standings.map(standingBadge),
  };
}

/** The events with how what was sent of them stands. */
export async function eventRows(events: readonly EventRecord[], rooms: Rooms): Promise<readonly EventRow[]> {
  const found = new Map<string, readonly Standing[]>();
  for (const siteNo of new Set(events.map((event) => event.siteNo))) {
    const siteKey = rooms.sites.findKey(siteNo);
    const ids = events.filter((event) => event.siteNo === siteNo).map(({ id }) => id);
    const standings = siteKey === undefined ? [] : await rooms.deliveryLog.standings(siteKey, ids);
    for (const [id, standing] of standings) found.set(id, standing);
  }
  return events.map((event) => eventRow(event, rooms, found.get(event.id)));
}

export const toDeliveryTitle = (delivery: SentDelivery, { receivers }: Rooms): string =>
  formatDeliveryTitle({
    ...delivery,
    receiver: delivery.receiver && receivers.findName(delivery.siteNo, delivery.receiver),
  });

/** The deliveries of an event, for its title. A receiver that was removed is known by its endpoint. */
export const toEventDeliveries = (deliveries: readonly SentDelivery[]): readonly EventDelivery[] =>
  deliveries.map(({ siteNo, receiver, endpointNo, state }) => ({
    receiver: receiver === undefined ? `endpoint ${endpointNo}` : formatReceiverId(siteNo, receiver),
    state,
  }));

export function toEventHref(delivery: SentDelivery): string {
  return `/admin/events/${formatId("evt", delivery.siteNo, eventOfDelivery(delivery.id))}`;
}
