/** Lists endpoints with their figures, waiting deliveries and next attempt, those that need attention first. */
import { CallboardError } from "../../errors.ts";
import type { HostContext } from "../context.ts";
import type { AccessSettings } from "../model/access.ts";
import { findKeyWarning } from "../model/order-fields.ts";
import type { KeyWarning } from "../model/order-fields.ts";
import { pageFrom, refuseCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { comparePlaces, formatPlace, parsePlace, troublePlace } from "../model/endpoint-trouble.ts";
import type { TroublePlace } from "../model/endpoint-trouble.ts";
import { hasText } from "../model/has-text.ts";
import { madeAt } from "../model/ids.ts";
import { findReceiverSettings } from "../model/receiver-settings.ts";
import { requireSite } from "../model/site-snapshot.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Standstill } from "../model/standstill.ts";
import type { Queryable } from "../store/db/database.ts";
import { firstOpenHour, listHours, listMinutes } from "../store/tables/endpoint-hours.ts";
import type { EndpointHour } from "../store/tables/endpoint-hours.ts";
import { listQueues } from "../store/tables/endpoint-queues.ts";
import type { EndpointQueue } from "../store/tables/endpoint-queues.ts";
import { listStuckKeys } from "../store/tables/stuck-keys.ts";
import type { StuckKey } from "../store/tables/stuck-keys.ts";
import { standingEndpoints } from "./standing-endpoints.ts";
import type { Clocks, StandingEndpoint } from "./standing-endpoints.ts";
import { standstillAmong } from "./standstill.ts";
import type { EndpointsMeant, StandstillContext } from "./standstill.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;

/** States that the list can be narrowed to. */
export const LISTED_STATES = [
  "paused",
  "inactive",
  "circuit-open",
  "failing",
  "disabled",
  "healthy",
] as const;
export type ListedState = (typeof LISTED_STATES)[number];

export interface EndpointFilter {
  readonly state?: ListedState | undefined;
  /** Part of a receiver's name or key, or of an origin. */
  readonly search?: string | undefined;
}

/** Attempts over some time. */
export interface EndpointRate {
  readonly attempts: number;
  /** Share of them that was answered with a 2xx; undefined when there were none. */
  readonly success: number | undefined;
  readonly averageMs: number | undefined;
  /** Deliveries that failed for good. */
  readonly failed: number;
}

/** An hour of the day's chart. */
export interface RateSlot {
  readonly startsAt: number;
  readonly good: number;
  readonly bad: number;
}

/** When an endpoint is sent something again, or why that can't be said. */
export type NextAttempt =
  | { readonly kind: "due" | "probe"; readonly at: number }
  | { readonly kind: "none"; readonly why: "nothing waits" | "disabled" | "inactive" };

export interface ListedEndpoint extends StandingEndpoint {
  readonly hour: EndpointRate;
  readonly day: EndpointRate;
  readonly week: EndpointRate;
  /** Slots of the last 24 hours, oldest first. */
  readonly series: readonly RateSlot[];
  readonly queue: EndpointQueue;
  /** When the event of the oldest waiting delivery was accepted. */
  readonly oldestWaitingAt: number | undefined;
  readonly next: NextAttempt;
}

export interface EndpointPage {
  readonly items: readonly ListedEndpoint[];
  readonly total: number;
  readonly next: string | undefined;
}

/** Deliveries that wait are counted up to here. */
export const MAX_WAITING = 10_000;

export interface Endpoints {
  /** Lists the endpoints in use, those that need attention first, and the reason why nothing is being sent. @throws {CallboardError} QUERY_INVALID */
  readonly page: (
    siteKeys: readonly string[],
    filter: EndpointFilter,
    page: PageRequest,
  ) => Promise<EndpointPage & { readonly standstill: Standstill | undefined }>;
  /** @throws {CallboardError} ENDPOINT_NOT_FOUND */
  readonly show: (siteKey: string, endpointNo: number) => Promise<ListedEndpoint>;
  /** The headers, authentication and TLS in force, those of an outgoing webhook too. Nothing if there is no such endpoint. */
  readonly access: (siteKey: string, endpointNo: number) => AccessSettings;
  /** Warns if its order's pointer leads nowhere in bodies of the event types that it gets. */
  readonly keyWarning: (siteKey: string, endpointNo: number) => KeyWarning | undefined;
  /** Why nothing is being sent to these endpoints right now; undefined when something is, or will be in a moment. */
  readonly standstill: (
    siteKeys: readonly string[],
    meant: EndpointsMeant,
  ) => Promise<Standstill | undefined>;
  /** Lists the keys that a retried delivery holds up. @throws {CallboardError} SITE_NOT_FOUND */
  readonly stuckKeys: (siteKey: string, endpointNo: number) => Promise<readonly StuckKey[]>;
  /** The database's time, which their breakers are on. */
  readonly now: () => number;
}

export function createEndpoints(
  context: Pick<HostContext, "snapshots" | "clock"> & StandstillContext,
): Endpoints {
  const { database, hostFacts, now, clock, snapshots } = context;
  const { lists } = database;
  const clocks = (): Clocks => ({ now: clock.now(), databaseNow: now() });
  const getSite = (siteKey: string) => requireSite(snapshots.byKey, siteKey);
  return {
    now,
    page: async (siteKeys, filter, page) => {
      const q = await lists();
      const at = clocks();
      const standing = await standingEndpoints(q, siteKeys.map(getSite), at);
      return {
        ...(await pageOfEndpoints(q, { standing, filter, page, clocks: at })),
        standstill: await standstillAmong(context, standing, {}),
      };
    },
    show: async (siteKey, no) => showEndpoint(await lists(), getSite(siteKey), no, clocks()),
    access: (siteKey, endpointNo) => {
      const site = getSite(siteKey);
      const receiver = site.endpoints.get(endpointNo)?.receiver;
      return receiver === undefined ? {} : findReceiverSettings(site, { receiver, endpointNo });
    },
    keyWarning: (siteKey, endpointNo) => {
      const site = getSite(siteKey);
      const subscribed = [...site.subscriptions.values()].filter((each) => each.endpointNo === endpointNo);
      const [first] = subscribed;
      if (first === undefined) return undefined;
      const events = subscribed.flatMap(({ event }) => event ?? []);
      // One without an event type is for all of them.
      const named = events.length < subscribed.length ? undefined : events;
      return findKeyWarning(findReceiverSettings(site, first).orderBy, named, site.product);
    },
    stuckKeys: async (siteKey, endpointNo) =>
      listStuckKeys(await lists(), { siteNo: getSite(siteKey).site.no, endpointNo }),
    standstill: async (siteKeys, meant) => {
      if ((await hostFacts()).database === "down")
        return { reason: "database-down", until: undefined, endpoints: 0 };
      const standing = await standingEndpoints(await lists(), siteKeys.map(getSite), clocks());
      return standstillAmong(context, standing, meant);
    },
  };
}

interface PageOfEndpointsOptions {
  readonly standing: readonly StandingEndpoint[];
  readonly filter: EndpointFilter;
  readonly page: PageRequest;
  readonly clocks: Clocks;
}

async function pageOfEndpoints(
  q: Queryable,
  { standing, filter, page: { limit, cursor }, clocks }: PageOfEndpointsOptions,
): Promise<EndpointPage> {
  const after = cursor === undefined ? undefined : requirePlace(cursor);
  const found = standing
    .filter((endpoint) => isWanted(endpoint, filter))
    .map((endpoint) => ({ endpoint, place: troublePlace(endpoint, clocks.databaseNow) }))
    .sort((a, b) => comparePlaces(a.place, b.place));
  const rest = after === undefined ? found : found.filter(({ place }) => comparePlaces(place, after) > 0);
  const { items, next } = pageFrom(rest, limit, ({ place }) => formatPlace(place));
  const shown = items.map(({ endpoint }) => endpoint);
  return { items: await withFigures(q, shown, clocks), total: found.length, next };
}

async function showEndpoint(
  q: Queryable,
  site: SiteSnapshot,
  no: number,
  clocks: Clocks,
): Promise<ListedEndpoint> {
  const own = (await standingEndpoints(q, [site], clocks)).filter((endpoint) => endpoint.no === no);
  const [shown] = await withFigures(q, own, clocks);
  if (shown !== undefined) return shown;
  throw new CallboardError("ENDPOINT_NOT_FOUND", `The site ${site.site.key} has no endpoint ${no}`);
}

function requirePlace(cursor: string): TroublePlace {
  const place = parsePlace(cursor);
  if (place === undefined) throw refuseCursor();
  return place;
}

function isWanted(endpoint: StandingEndpoint, { state, search = "" }: EndpointFilter): boolean {
  const states: readonly string[] = [endpoint.state, endpoint.receiverState];
  if (
    state !== undefined &&
    !states.includes(state) &&
    !(state === "inactive" && endpoint.goneSince !== undefined)
  )
    return false;
  const { receiver, name, origin } = endpoint;
  return hasText([name, origin, receiver.kind === "addon" ? receiver.addonKey : undefined], search);
}

async function withFigures(
  q: Queryable,
  endpoints: readonly StandingEndpoint[],
  clocks: Clocks,
): Promise<readonly ListedEndpoint[]> {
  if (endpoints.length === 0) return [];
  const places = endpoints.map(({ siteNo, no }) => ({ siteNo, endpointNo: no }));
  const queues = await listQueues(q, places, MAX_WAITING);
  const { hours, lastHour } = await readHours(q, places, clocks.now);
  return endpoints.map((endpoint) => {
    const isOwn = ({ endpointNo }: EndpointHour) => endpointNo === endpoint.no;
    const own = hours.filter(isOwn);
    const queue = queues.get(endpoint.no) ?? EMPTY;
    const thisHour = Math.floor(clocks.now / HOUR_MS);
    return {
      ...endpoint,
      hour: toRate(lastHour.filter(isOwn)),
      day: toRate(own.filter(({ hour }) => hour > thisHour - DAY_HOURS)),
      week: toRate(own),
      series: toSeries(own, thisHour),
      queue,
      oldestWaitingAt: queue.oldest === undefined ? undefined : madeAt(queue.oldest),
      next: toNextAttempt(endpoint, clocks.databaseNow),
    };
  });
}

const EMPTY: EndpointQueue = { waiting: 0, more: false, oldest: undefined, leased: 0, last: undefined };

/** The week by the hour, and the last 60 minutes. */
async function readHours(
  q: Queryable,
  places: Parameters<typeof listHours>[1],
  now: number,
): Promise<{ readonly hours: readonly EndpointHour[]; readonly lastHour: readonly EndpointHour[] }> {
  const minute = Math.floor(now / MINUTE_MS);
  const thisHour = Math.floor(minute / HOUR_MINUTES);
  const first = thisHour - WEEK_HOURS + 1;
  const open = Math.min(thisHour, Math.max(first, (await firstOpenHour(q)) ?? first));
  const hours = [
    ...(await listHours(q, places, first, open)),
    ...(await listMinutes(q, places, open * HOUR_MINUTES, minute)),
  ];
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

function toSeries(hours: readonly EndpointHour[], thisHour: number): readonly RateSlot[] {
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
