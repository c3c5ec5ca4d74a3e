/** The events that were accepted, and for each where it went, where not, and why. */
import { findEventType, operationalEvents } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import { defined } from "../../defined.ts";
import { CallboardError } from "../../errors.ts";
import type { Queryable } from "../store/db/database.ts";
import {
  findEvent,
  listEvents,
  listEventsOnSites,
  listEventsWithKeys,
  listNewestNamed,
} from "../store/tables/events.ts";
import { newestKeys } from "../store/tables/newest-keys.ts";
import { newestEvents, sitesOfNames } from "../store/tables/newest.ts";
import { pageFrom, requireIdCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { toLastDelivery, parseId } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { OLDEST, deliveriesOfEvents } from "../store/tables/delivery-log.ts";
import type { SentDelivery } from "../store/tables/delivery-log.ts";
import { toIdRange } from "./filter.ts";
import { walkManySites } from "./by-time.ts";
import { walkInGroups } from "./merge.ts";
import { describeOff, describeUnchecked } from "../model/body-check.ts";
import type { CheckBody } from "../model/body-check.ts";
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

/** Events of these sites, newest first, without bodies. @throws {CallboardError} QUERY_INVALID */
export async function listSiteEvents(
  q: Queryable,
  siteNos: readonly number[],
  { name, ...times }: EventFilter,
  { limit, cursor }: PageRequest,
): Promise<EventPage> {
  const range = toIdRange(times, cursor === undefined ? undefined : requireIdCursor(cursor));
  const wanted = { since: range.from, before: range.below, limit: limit + 1, ...defined({ name }) };
  const [siteNo = 0, ...others] = siteNos;
  if (others.length === 0) return pageFrom(await listEvents(q, { ...wanted, siteNo }), limit, ({ id }) => id);
  const { rows } = await walkManySites(
    siteNos,
    q.dialect.isDistributed
      ? undefined
      : {
          next: (below, most) =>
            newestKeys(q, { kind: "events", name }, { range: { from: range.from, below }, limit: most }),
          read: (keys, most) => listEventsWithKeys(q, keys.slice(0, most)),
        },
    async (before, most) =>
      walkInGroups(
        await newestEvents(q, siteNos, { from: range.from, below: before, name }),
        most,
        (group, since = range.from) =>
          q.dialect.isDistributed
            ? listEach(q, group, { ...wanted, before, since, limit: most })
            : listEventsOnSites(q, { ...wanted, before, since, limit: most, siteNos: group }),
      ),
    { below: range.below, limit: limit + 1 },
  );
  return pageFrom(rows, limit, ({ id }) => id);
}

/** Site by site: a statement about several would need all servers. */
async function listEach(
  q: Queryable,
  siteNos: readonly number[],
  filter: Omit<Parameters<typeof listEvents>[1], "siteNo">,
): Promise<readonly EventRecord[]> {
  const listed: EventRecord[] = [];
  for (const siteNo of siteNos) listed.push(...(await listEvents(q, { ...filter, siteNo })));
  return listed;
}

/** The newest operational events of these sites, with their bodies. */
export async function listOperational(
  q: Queryable,
  siteNos: readonly number[],
  most: number,
): Promise<readonly EventRecord[]> {
  const names = operationalEvents.map(({ event }) => event);
  // More types than events are asked for can't have one among the newest.
  const types = (await sitesOfNames(q, siteNos, names)).slice(0, most);
  return listNewestNamed(q, types, most);
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
const MAX_CHECKED_BYTES = 1024 * 1024;

/**
 * Where the body is off the event's schema, in a sentence. Found out when somebody looks, so that accepting an event does
 * not wait for it.
 */
async function schemaNotes(
  product: Product,
  { name, body, bodySize }: EventRecord,
  checkBody: CheckBody,
): Promise<readonly string[]> {
  const known = findEventType(product, name);
  if (known === undefined || body === "" || bodySize > MAX_CHECKED_BYTES) return [];
  if (product.schemaPolicy === "off" && known.product === product.key) return [];
  const check = await checkBody(product, known, Buffer.from(body));
  switch (check.kind) {
    case "fits":
      return [];
    case "off":
      return [describeOff(name, check.problems)];
    case "unchecked":
      return [describeUnchecked(name, check.reason)];
  }
}

/** @throws {CallboardError} EVENT_NOT_FOUND */
export async function loadEvent(
  q: Queryable,
  { site }: SiteSnapshot,
  publicId: string,
): Promise<{ readonly event: EventRecord; readonly deliveries: readonly SentDelivery[] }> {
  const { siteNo, id } = parseId("evt", publicId);
  const event = siteNo === site.no ? await findEvent(q, siteNo, id) : undefined;
  if (event === undefined) throw new CallboardError("EVENT_NOT_FOUND", "There is no event with this id");
  const everything = { from: OLDEST, below: `${toLastDelivery(id)}g` };
  const deliveries = await deliveriesOfEvents(q, { siteNo, events: [id], range: everything, wanted: {} });
  return { event, deliveries: deliveries.toReversed() };
}

/** Its notes tell as well where the body is off the event's schema. @throws {CallboardError} EVENT_NOT_FOUND */
export async function showEvent(
  q: Queryable,
  snapshot: SiteSnapshot,
  publicId: string,
  checkBody: CheckBody,
): Promise<ShownEvent> {
  const { event, deliveries } = await loadEvent(q, snapshot, publicId);
  const notes = await schemaNotes(snapshot.product, event, checkBody);
  return {
    event: { ...event, notes: [...new Set([...event.notes, ...notes])] },
    deliveries,
    skipped: event.trace.skipped.map(({ subscriptionNo, because }) => {
      const subscription = snapshot.subscriptions.get(subscriptionNo);
      return { subscriptionNo, receiver: subscription?.receiver, url: subscription?.url, because };
    }),
    others: event.trace.others,
    missing: event.trace.missing,
  };
}
