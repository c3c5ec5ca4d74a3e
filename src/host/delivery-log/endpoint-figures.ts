/** Figures of endpoints beside how they stand: attempts, what waits, and what comes next. A few statements for all of them. */
import { groupBy } from "../../group-by.ts";
import type { ChartSlot } from "../model/chart-range.ts";
import type { EndpointAt } from "../model/delivery.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { madeAt } from "../model/ids.ts";
import { findReceiverSettings } from "../model/receiver-settings.ts";
import type { ReceiverSettings } from "../model/receiver-settings.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Queryable } from "../store/db/database.ts";
import { listHoursSince, listMinutes } from "../store/tables/endpoint-hours.ts";
import type { EndpointHour } from "../store/tables/endpoint-hours.ts";
import { listQueues } from "../store/tables/endpoint-queues.ts";
import type { EndpointQueue } from "../store/tables/endpoint-queues.ts";
import { listEndpointsAt } from "../store/tables/endpoints.ts";
import type { Clocks, StandingEndpoint } from "./standing-endpoints.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;

/** Attempts over some time. */
export interface EndpointRate {
  readonly attempts: number;
  /** Share of them that was answered with a 2xx; undefined when there were none. */
  readonly success: number | undefined;
  readonly averageMs: number | undefined;
  /** Deliveries that failed for good. */
  readonly failed: number;
}

/** When an endpoint is sent something again, or why that can't be said. */
export type NextAttempt =
  | { readonly kind: "due" | "probe"; readonly at: number }
  | { readonly kind: "none"; readonly why: "nothing waits" | "disabled" | "inactive" };

/** Its settings are those in force, of an outgoing webhook too. */
export interface ListedEndpoint
  extends Omit<Endpoint, keyof ReceiverSettings>, ReceiverSettings, Omit<StandingEndpoint, keyof Endpoint> {
  readonly hour: EndpointRate;
  readonly day: EndpointRate;
  readonly week: EndpointRate;
  /** The last 24 hours by the hour, oldest first. */
  readonly series: readonly ChartSlot[];
  readonly queue: EndpointQueue;
  /** When the event of the oldest waiting delivery was accepted. */
  readonly oldestWaitingAt: number | undefined;
  readonly next: NextAttempt;
}

/** Deliveries that wait are counted up to here. */
export const MAX_WAITING = 10_000;

/** The rows of the list, as the database has them, with their figures. */
export async function withFigures(
  q: Queryable,
  sites: readonly SiteSnapshot[],
  endpoints: readonly StandingEndpoint[],
  clocks: Clocks,
): Promise<readonly ListedEndpoint[]> {
  if (endpoints.length === 0) return [];
  const places = endpoints.map(toPlace);
  const sitesByNumber = new Map(sites.map((site) => [site.site.no, site]));
  const rows = new Map((await listEndpointsAt(q, places)).map((row) => [row.no, row]));
  const queues = await listQueues(q, places, MAX_WAITING);
  const { hours, lastHour } = await readHours(q, places, clocks.now);
  const allHours = groupBy(hours, ({ endpointNo }) => endpointNo);
  const lastHours = groupBy(lastHour, ({ endpointNo }) => endpointNo);
  const thisHour = Math.floor(clocks.now / HOUR_MS);
  return endpoints.flatMap((endpoint) => {
    const { no, siteNo, receiver } = endpoint;
    const [row, site] = [rows.get(no), sitesByNumber.get(siteNo)];
    // Deleted since.
    if (row === undefined || site === undefined) return [];
    const own = allHours.get(no) ?? [];
    const queue = queues.get(no) ?? EMPTY;
    const { pace, orderBy } = findReceiverSettings(site, { receiver, endpointNo: no });
    return {
      ...row,
      ...endpoint,
      pace,
      orderBy,
      hour: toRate(lastHours.get(no) ?? []),
      day: toRate(own.filter(({ hour }) => hour > thisHour - DAY_HOURS)),
      week: toRate(own),
      series: toSeries(own, thisHour),
      queue,
      oldestWaitingAt: queue.oldest === undefined ? undefined : madeAt(queue.oldest),
      next: toNextAttempt(endpoint, clocks.databaseNow),
    };
  });
}

export const toPlace = ({ siteNo, no }: StandingEndpoint): EndpointAt => ({ siteNo, endpointNo: no });

const EMPTY: EndpointQueue = { waiting: 0, more: false, oldest: undefined, leased: 0, last: undefined };

/** The week by the hour, and the last 60 minutes. */
async function readHours(
  q: Queryable,
  places: readonly EndpointAt[],
  now: number,
): Promise<{ readonly hours: readonly EndpointHour[]; readonly lastHour: readonly EndpointHour[] }> {
  const minute = Math.floor(now / MINUTE_MS);
  const thisHour = Math.floor(minute / HOUR_MINUTES);
  const hours = await listHoursSince(q, places, thisHour - WEEK_HOURS + 1, minute);
  return { hours, lastHour: await listMinutes(q, places, minute - HOUR_MINUTES + 1, minute) };
}

function toRate(hours: readonly EndpointHour[]): EndpointRate {
  const sum = (read: (hour: EndpointHour) => number) =>
    hours.reduce((before, hour) => before + read(hour), 0);
  const attempts = sum((hour) => hour.attempts);
  return {
    attempts,
    success: attempts === 0 ? undefined : sum((hour) => hour.good) / attempts,
    averageMs: attempts === 0 ? undefined : sum((hour) => hour.msTotal) / attempts,
    failed: sum((hour) => hour.failed),
  };
}

function toSeries(hours: readonly EndpointHour[], thisHour: number): readonly ChartSlot[] {
  return Array.from({ length: DAY_HOURS }, (_, index) => {
    const hour = thisHour - DAY_HOURS + 1 + index;
    const own = hours.filter((each) => each.hour === hour);
    const good = own.reduce((sum, each) => sum + each.good, 0);
    const attempts = own.reduce((sum, each) => sum + each.attempts, 0);
    return { startsAt: hour * HOUR_MS, good, bad: attempts - good };
  });
}

function toNextAttempt(endpoint: StandingEndpoint, now: number): NextAttempt {
  const { dueAt, receiverState, pausedAt, probeAt, openUntil = 0 } = endpoint;
  if (dueAt === undefined) return { kind: "none", why: "nothing waits" };
  if (receiverState !== "active") return { kind: "none", why: receiverState };
  if (pausedAt !== undefined) return { kind: "probe", at: Math.max(now, probeAt ?? now) };
  return { kind: "due", at: Math.max(now, dueAt, openUntil) };
}
