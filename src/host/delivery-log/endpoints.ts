/** The endpoints as people read them: those that need attention first, with their figures, what waits and what comes next. */
import { CallboardError } from "../../errors.ts";
import { stateOf } from "../model/endpoint-life.ts";
import type { EndpointState } from "../model/endpoint-life.ts";
import { comparePlaces, formatPlace, parsePlace, troublePlace } from "../model/endpoint-trouble.ts";
import type { ReceiverState, TroublePlace } from "../model/endpoint-trouble.ts";
import type { Hold, WaitingEndpoint } from "../model/standstill.ts";
import type { Queryable } from "../store/db/database.ts";
import { firstOpenHour, hoursOf, minutesOf } from "../store/tables/endpoint-hours.ts";
import type { EndpointHour } from "../store/tables/endpoint-hours.ts";
import { dueByEndpoint, queuesOf } from "../store/tables/endpoint-queues.ts";
import type { EndpointQueue } from "../store/tables/endpoint-queues.ts";
import { listEndpoints } from "../store/tables/endpoints.ts";
import { isOf } from "../store/tables/endpoint-life.ts";
import { madeAt } from "../model/ids.ts";
import { receiverName } from "../store/snapshot.ts";
import type { Endpoint, Receiver } from "../model/endpoint.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

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

export interface StandingEndpoint extends Endpoint {
  readonly siteKey: string;
  readonly name: string;
  readonly state: EndpointState;
  readonly receiverState: ReceiverState;
  readonly goneSince: number | undefined;
  readonly dueAt: number | undefined;
}

export interface ListedEndpoint extends StandingEndpoint {
  readonly hour: EndpointRate;
  readonly day: EndpointRate;
  readonly week: EndpointRate;
  /** Of the last 24 hours, oldest first. */
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

/** Two clocks: figures are by the computer's time, as attempts are; breakers and due times are on the database's. */
export interface Clocks {
  readonly now: number;
  readonly databaseNow: number;
}

/** Deliveries that wait are counted up to here. */
export const MOST_WAITING = 10_000;

/**
 * One page of endpoints, those that need attention first.
 * @throws CallboardError QUERY_INVALID
 */
export async function pageOfEndpoints(
  q: Queryable,
  standing: readonly StandingEndpoint[],
  filter: EndpointFilter,
  page: { readonly limit: number; readonly cursor: string | undefined },
  clocks: Clocks,
): Promise<EndpointPage> {
  const after = page.cursor === undefined ? undefined : requirePlace(page.cursor);
  const found = standing
    .filter((endpoint) => isWanted(endpoint, filter))
    .map((endpoint) => ({ endpoint, place: troublePlace(endpoint, clocks.databaseNow) }))
    .sort((a, b) => comparePlaces(a.place, b.place));
  const rest = after === undefined ? found : found.filter(({ place }) => comparePlaces(place, after) > 0);
  const shown = rest.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: await withFigures(
      q,
      shown.map(({ endpoint }) => endpoint),
      clocks,
    ),
    total: found.length,
    next: last !== undefined && rest.length > shown.length ? formatPlace(last.place) : undefined,
  };
}

/** One endpoint with its figures. @throws CallboardError ENDPOINT_NOT_FOUND */
export async function showEndpoint(
  q: Queryable,
  site: SiteSnapshot,
  no: number,
  clocks: Clocks,
): Promise<ListedEndpoint> {
  const all = await standingOn(q, site, clocks);
  const [shown] = await withFigures(
    q,
    all.filter((endpoint) => endpoint.no === no),
    clocks,
  );
  if (shown !== undefined) return shown;
  throw new CallboardError("ENDPOINT_NOT_FOUND", `The site ${site.site.key} has no endpoint ${no}`);
}

/** Which endpoints are meant: all of them, those of a receiver, or one. */
export interface EndpointsMeant {
  readonly receiver?: Receiver | undefined;
  readonly endpointNo?: number | undefined;
}

/** Endpoints that are looked at for free slots; beyond them, some has one. */
const MOST_LOOKED_AT = 20;

/** The endpoints that something waits for, with what holds it back. `isFull` knows what this process sends. */
export async function waitingEndpoints(
  q: Queryable,
  standing: readonly StandingEndpoint[],
  { receiver, endpointNo }: EndpointsMeant,
  limits: { readonly isFull: (endpointNo: number) => boolean; readonly slots: number },
): Promise<readonly WaitingEndpoint[]> {
  const found = standing.flatMap((endpoint) => {
    const isMeant =
      (receiver === undefined || isOf(endpoint.receiver, receiver)) &&
      (endpointNo === undefined || endpoint.no === endpointNo);
    return isMeant && endpoint.dueAt !== undefined ? [{ ...endpoint, due: endpoint.dueAt }] : [];
  });
  const free = found.filter((endpoint) => holdOf(endpoint) === undefined);
  const places = free.slice(0, MOST_LOOKED_AT).map(({ siteNo, no }) => ({ siteNo, endpointNo: no }));
  const queues = await queuesOf(q, places, limits.slots);
  return found.map((endpoint) => {
    const hold = holdOf(endpoint);
    return {
      hold,
      dueAt: endpoint.due,
      until: hold === "paused" ? endpoint.probeAt : hold === "circuit-open" ? endpoint.openUntil : undefined,
      isFull: limits.isFull(endpoint.no) || (queues.get(endpoint.no)?.leased ?? 0) >= limits.slots,
    };
  });
}

function holdOf({ receiverState, state }: StandingEndpoint): Hold | undefined {
  if (receiverState !== "active") return receiverState;
  return state === "paused" || state === "circuit-open" ? state : undefined;
}

function requirePlace(cursor: string): TroublePlace {
  const place = parsePlace(cursor);
  if (place !== undefined) return place;
  throw new CallboardError("QUERY_INVALID", "The cursor is not one that a list gave out", {
    errors: [{ pointer: "cursor", detail: "is not one that a list gave out" }],
  });
}

/** All endpoints of these sites that are in use: subscriptions lead to them, or deliveries wait for them. */
export async function standingEndpoints(
  q: Queryable,
  sites: readonly SiteSnapshot[],
  clocks: Clocks,
): Promise<readonly StandingEndpoint[]> {
  const all: StandingEndpoint[] = [];
  for (const site of sites) all.push(...(await standingOn(q, site, clocks)));
  return all;
}

async function standingOn(
  q: Queryable,
  site: SiteSnapshot,
  clocks: Clocks,
): Promise<readonly StandingEndpoint[]> {
  const uses = usesOf(site);
  const dues = await dueByEndpoint(q, site.site.no);
  // A snapshot's breakers are as old as the last change of the registry.
  return (await listEndpoints(q, site.site.no)).flatMap((endpoint) => {
    const use = uses.get(endpoint.no);
    const dueAt = dues.get(endpoint.no);
    const name = receiverName(site, endpoint.receiver);
    if (name === undefined || (use === undefined && dueAt === undefined)) return [];
    return {
      ...endpoint,
      siteKey: site.site.key,
      name,
      state: stateOf({ ...endpoint, isOpen: (endpoint.openUntil ?? 0) > clocks.databaseNow }),
      receiverState: receiverStateOf(site, endpoint, use),
      goneSince: use?.goneSince,
      dueAt,
    };
  });
}

/** What the standing subscriptions of an endpoint say of it. */
interface Use {
  readonly isActive: boolean;
  readonly goneSince: number | undefined;
}

const usesIn = new WeakMap<SiteSnapshot, ReadonlyMap<number, Use>>();

/** By number of the endpoint; looked through once for each snapshot. */
function usesOf(site: SiteSnapshot): ReadonlyMap<number, Use> {
  const known = usesIn.get(site);
  if (known !== undefined) return known;
  const uses = new Map<number, Use>();
  for (const { endpointNo, active, goneSince, receiver } of site.subscriptions.values()) {
    const webhook = receiver.kind === "webhook" ? site.webhooks.get(receiver.webhookNo) : undefined;
    const before = uses.get(endpointNo);
    uses.set(endpointNo, {
      isActive: before?.isActive === true || (active && webhook?.active !== false),
      goneSince: earliest([before?.goneSince, goneSince, webhook?.goneSince]),
    });
  }
  usesIn.set(site, uses);
  return uses;
}

function receiverStateOf(site: SiteSnapshot, { receiver }: Endpoint, use: Use | undefined): ReceiverState {
  if (receiver.kind === "addon" && site.installations.get(receiver.addonKey)?.state === "disabled")
    return "disabled";
  return use?.isActive === false ? "inactive" : "active";
}

function isWanted(endpoint: StandingEndpoint, { state, search = "" }: EndpointFilter): boolean {
  const states: readonly string[] = [endpoint.state, endpoint.receiverState];
  if (
    state !== undefined &&
    !states.includes(state) &&
    !(state === "inactive" && endpoint.goneSince !== undefined)
  )
    return false;
  const words = search.trim().toLowerCase();
  if (words === "") return true;
  const { receiver, name, origin } = endpoint;
  const key = receiver.kind === "addon" ? receiver.addonKey : "";
  return [name, origin, key].some((text) => text.toLowerCase().includes(words));
}

async function withFigures(
  q: Queryable,
  endpoints: readonly StandingEndpoint[],
  clocks: Clocks,
): Promise<readonly ListedEndpoint[]> {
  if (endpoints.length === 0) return [];
  const places = endpoints.map(({ siteNo, no }) => ({ siteNo, endpointNo: no }));
  const queues = await queuesOf(q, places, MOST_WAITING);
  const { hours, lastHour } = await readHours(q, places, clocks.now);
  return endpoints.map((endpoint) => {
    const isOwn = ({ endpointNo }: EndpointHour) => endpointNo === endpoint.no;
    const own = hours.filter(isOwn);
    const queue = queues.get(endpoint.no) ?? EMPTY;
    const thisHour = Math.floor(clocks.now / HOUR_MS);
    return {
      ...endpoint,
      hour: rateOf(lastHour.filter(isOwn)),
      day: rateOf(own.filter(({ hour }) => hour > thisHour - DAY_HOURS)),
      week: rateOf(own),
      series: seriesOf(own, thisHour),
      queue,
      oldestWaitingAt: queue.oldest === undefined ? undefined : madeAt(queue.oldest),
      next: nextOf(endpoint, clocks.databaseNow),
    };
  });
}

const EMPTY: EndpointQueue = { waiting: 0, more: false, oldest: undefined, leased: 0, last: undefined };

/** The week by the hour, and the last 60 minutes. */
async function readHours(
  q: Queryable,
  places: Parameters<typeof hoursOf>[1],
  now: number,
): Promise<{ readonly hours: readonly EndpointHour[]; readonly lastHour: readonly EndpointHour[] }> {
  const minute = Math.floor(now / MINUTE_MS);
  const thisHour = Math.floor(minute / HOUR_MINUTES);
  const first = thisHour - WEEK_HOURS + 1;
  const open = Math.min(thisHour, Math.max(first, (await firstOpenHour(q)) ?? first));
  const hours = [
    ...(await hoursOf(q, places, first, open)),
    ...(await minutesOf(q, places, open * HOUR_MINUTES, minute)),
  ];
  return { hours, lastHour: await minutesOf(q, places, minute - HOUR_MINUTES + 1, minute) };
}

function rateOf(hours: readonly EndpointHour[]): EndpointRate {
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

function seriesOf(hours: readonly EndpointHour[], thisHour: number): readonly RateSlot[] {
  return Array.from({ length: DAY_HOURS }, (_, index) => {
    const hour = thisHour - DAY_HOURS + 1 + index;
    const own = hours.filter((each) => each.hour === hour);
    const good = own.reduce((sum, each) => sum + each.good, 0);
    const attempts = own.reduce((sum, each) => sum + each.attempts, 0);
    return { startsAt: hour * HOUR_MS, good, bad: attempts - good };
  });
}

function nextOf(endpoint: StandingEndpoint, now: number): NextAttempt {
  const { dueAt, receiverState, pausedAt, probeAt, openUntil = 0 } = endpoint;
  if (dueAt === undefined) return { kind: "none", why: "nothing waits" };
  if (receiverState !== "active") return { kind: "none", why: receiverState };
  if (pausedAt !== undefined) return { kind: "probe", at: Math.max(now, probeAt ?? now) };
  return { kind: "due", at: Math.max(now, dueAt, openUntil) };
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.flatMap((at) => at ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}
