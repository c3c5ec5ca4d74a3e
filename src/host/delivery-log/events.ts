/** The events that were accepted, and for each where it went, where not, and why. */
import { findEventType, prepareSchemaOf, schemaProblems } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Queryable } from "../store/db/database.ts";
import { findEvent, listEvents } from "../store/tables/events.ts";
import { pageFrom, requireIdCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { lastDeliveryOf, parseId } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { OLDEST, deliveriesOfEvents } from "../store/tables/delivery-log.ts";
import type { SentDelivery } from "../store/tables/delivery-log.ts";
import { rangeOf } from "./filter.ts";
import type { Receiver } from "../model/endpoint.ts";
import type { EventRecord } from "../model/event.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

export interface EventFilter {
  readonly name?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export interface EventPage {
  readonly items: readonly EventRecord[];
  readonly next: Uuid | undefined;
}

/** Newest first, without bodies. @throws CallboardError QUERY_INVALID */
export async function listSiteEvents(
  q: Queryable,
  siteNo: number,
  filter: EventFilter,
  page: PageRequest,
): Promise<EventPage> {
  const range = rangeOf(filter, page.cursor === undefined ? undefined : requireIdCursor(page.cursor));
  const rows = await listEvents(q, {
    siteNo,
    since: range.from,
    before: range.below,
    limit: page.limit + 1,
    ...(filter.name === undefined ? {} : { name: filter.name }),
  });
  return pageFrom(rows, page.limit, ({ id }) => id);
}

/** A subscription that named the event and did not get it. */
export interface Skipped {
  readonly subscriptionNo: number;
  /** Undefined when the subscription is gone by now. */
  readonly receiver: Receiver | undefined;
  readonly url: string | undefined;
  readonly because: string;
}

export interface ShownEvent {
  readonly event: EventRecord;
  readonly deliveries: readonly SentDelivery[];
  readonly skipped: readonly Skipped[];
  /** Subscriptions of the site that name other events. */
  readonly others: number;
  /** Variables of a URL for which the event had no value. */
  readonly missing: EventRecord["trace"]["missing"];
}

/** Beyond this a body is not parsed to be shown. */
const LONGEST_CHECKED_BYTES = 1024 * 1024;

/**
 * Where the body is off the event's schema, in a sentence. Found out when somebody looks, so that accepting an event does
 * not wait for it.
 */
async function schemaNotes(
  product: Product,
  { name, body, bodySize }: EventRecord,
): Promise<readonly string[]> {
  const known = findEventType(product, name);
  if (known === undefined || body === "" || bodySize > LONGEST_CHECKED_BYTES) return [];
  await prepareSchemaOf(known);
  const [first, ...others] = schemaProblems(known, Buffer.from(body));
  if (first === undefined) return [];
  const where = first.pointer === "" ? "its top" : first.pointer;
  const more = others.length === 0 ? "" : `, and in ${others.length} more places`;
  return [`The body is not what the catalogue has for ${name}: at ${where} it ${first.detail}${more}.`];
}

/** @throws CallboardError EVENT_NOT_FOUND */
export async function loadEvent(
  q: Queryable,
  { site }: SiteSnapshot,
  publicId: string,
): Promise<{ readonly event: EventRecord; readonly deliveries: readonly SentDelivery[] }> {
  const { siteNo, id } = parseId("evt", publicId);
  const event = siteNo === site.no ? await findEvent(q, siteNo, id) : undefined;
  if (event === undefined) throw new CallboardError("EVENT_NOT_FOUND", "There is no event with this id");
  const everything = { from: OLDEST, below: `${lastDeliveryOf(id)}g` };
  const deliveries = await deliveriesOfEvents(q, siteNo, [id], everything, {});
  return { event, deliveries: deliveries.toReversed() };
}

/** Its notes tell as well where the body is off the event's schema. @throws CallboardError EVENT_NOT_FOUND */
export async function showEvent(q: Queryable, snapshot: SiteSnapshot, publicId: string): Promise<ShownEvent> {
  const { event, deliveries } = await loadEvent(q, snapshot, publicId);
  return {
    event: { ...event, notes: [...event.notes, ...(await schemaNotes(snapshot.product, event))] },
    deliveries,
    skipped: event.trace.skipped.map(({ subscriptionNo, because }) => {
      const subscription = snapshot.subscriptions.get(subscriptionNo);
      return { subscriptionNo, receiver: subscription?.receiver, url: subscription?.url, because };
    }),
    others: event.trace.others,
    missing: event.trace.missing,
  };
}
