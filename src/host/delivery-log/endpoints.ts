/** Lists endpoints with their figures, waiting deliveries and next attempt, those that need attention first. */
import { CallboardError } from "../../errors.ts";
import type { HostContext } from "../context.ts";
import type { AccessSettings } from "../model/access.ts";
import { findKeyWarning } from "../model/order-fields.ts";
import type { KeyWarning } from "../model/order-fields.ts";
import { pageFrom, refuseCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import {
  comparePlaces,
  formatPlace,
  isUntroubled,
  parsePlace,
  troublePlace,
} from "../model/endpoint-trouble.ts";
import type { TroublePlace } from "../model/endpoint-trouble.ts";
import type { Receiver } from "../model/endpoint.ts";
import { hasText } from "../model/has-text.ts";
import { findReceiverSettings } from "../model/receiver-settings.ts";
import { isSameReceiver } from "../model/receiver.ts";
import { requireSite } from "../model/site-snapshot.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Standstill } from "../model/standstill.ts";
import type { Queryable } from "../store/db/database.ts";
import { listFailures, NO_FAILURE } from "../store/tables/failing.ts";
import type { Failure } from "../store/tables/failing.ts";
import { listStuckKeys } from "../store/tables/stuck-keys.ts";
import type { StuckKey } from "../store/tables/stuck-keys.ts";
import { toPlace, withFigures } from "./endpoint-figures.ts";
import type { ListedEndpoint } from "./endpoint-figures.ts";
import { findStandingEndpoint, standingEndpoints } from "./standing-endpoints.ts";
import type { Clocks, StandingEndpoint, StandingEndpoints } from "./standing-endpoints.ts";
import { standstillAmong } from "./standstill.ts";
import type { StandstillContext } from "./standstill.ts";

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

/** An endpoint at which the last attempt failed, and every one since `failingSince`. */
export interface FailingEndpoint extends StandingEndpoint, Failure {
  readonly failingSince: number;
}

/** What needs attention on these sites. */
export interface EndpointOverview {
  /** The endpoints that fail, longest first. */
  readonly failing: readonly FailingEndpoint[];
  /** Number of failing endpoints that are not among them. */
  readonly others: number;
  readonly standstill: Standstill | undefined;
}

export interface EndpointPage {
  readonly items: readonly ListedEndpoint[];
  readonly total: number;
  readonly next: string | undefined;
}

export interface Endpoints {
  /** Lists the endpoints in use, those that need attention first, and the reason why nothing is being sent. @throws {CallboardError} QUERY_INVALID */
  readonly page: (
    siteKeys: readonly string[],
    filter: EndpointFilter,
    page: PageRequest,
  ) => Promise<EndpointPage & { readonly standstill: Standstill | undefined }>;
  /** At most `most` failing endpoints, and the reason why nothing is being sent. */
  readonly overview: (siteKeys: readonly string[], most: number) => Promise<EndpointOverview>;
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
      const sites = siteKeys.map(getSite);
      const standing = await standingEndpoints(q, sites, at);
      return {
        ...(await pageOfEndpoints(q, { sites, standing, filter, page, clocks: at })),
        standstill: await standstillAmong(context, standing.notable),
      };
    },
    overview: async (siteKeys, most) => {
      const q = await lists();
      const { notable } = await standingEndpoints(q, siteKeys.map(getSite), clocks());
      const failing = notable
        .filter(isFailing)
        .toSorted((one, other) => one.failingSince - other.failingSince);
      return {
        failing: await withFailures(q, failing.slice(0, most)),
        others: Math.max(0, failing.length - most),
        standstill: await standstillAmong(context, notable),
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
      return standstillAmong(context, await listMeant(await lists(), siteKeys.map(getSite), meant, clocks()));
    },
  };
}

/** Which endpoints are meant: all of them, those of a receiver, or one. */
export interface EndpointsMeant {
  readonly receiver?: Receiver | undefined;
  readonly endpointNo?: number | undefined;
}

/** The endpoints that are meant, at least those of them that something waits for. */
async function listMeant(
  q: Queryable,
  sites: readonly SiteSnapshot[],
  { receiver, endpointNo }: EndpointsMeant,
  clocks: Clocks,
): Promise<readonly StandingEndpoint[]> {
  if (receiver === undefined && endpointNo === undefined)
    return (await standingEndpoints(q, sites, clocks)).notable;
  const meant: StandingEndpoint[] = [];
  for (const site of sites) {
    for (const endpoint of site.endpoints.values()) {
      const isMeant =
        endpointNo === undefined
          ? receiver !== undefined && isSameReceiver(endpoint.receiver, receiver)
          : endpoint.no === endpointNo;
      const standing = isMeant ? await findStandingEndpoint(q, site, endpoint.no, clocks) : undefined;
      if (standing !== undefined) meant.push(standing);
    }
  }
  return meant;
}

interface PageOfEndpointsOptions {
  readonly sites: readonly SiteSnapshot[];
  readonly standing: StandingEndpoints;
  readonly filter: EndpointFilter;
  readonly page: PageRequest;
  readonly clocks: Clocks;
}

async function pageOfEndpoints(
  q: Queryable,
  { sites, standing, filter, page: { limit, cursor }, clocks }: PageOfEndpointsOptions,
): Promise<EndpointPage> {
  const toTroublePlace = (endpoint: StandingEndpoint) => troublePlace(endpoint, clocks.databaseNow);
  const after = cursor === undefined ? undefined : requirePlace(cursor);
  const found = listByTrouble(standing, filter, toTroublePlace);
  const start =
    after === undefined
      ? 0
      : found.findIndex((endpoint) => comparePlaces(toTroublePlace(endpoint), after) > 0);
  const rest = start < 0 ? [] : found.slice(start, start + limit + 1);
  const { items, next } = pageFrom(rest, limit, (endpoint) => formatPlace(toTroublePlace(endpoint)));
  return { items: await withFigures(q, sites, items, clocks), total: found.length, next };
}

/** Only what needs attention is sorted: the others are in their order already. */
function listByTrouble(
  { notable, quiet }: StandingEndpoints,
  filter: EndpointFilter,
  toTroublePlace: (endpoint: StandingEndpoint) => TroublePlace,
): readonly StandingEndpoint[] {
  const isWanted = toCondition(filter);
  const ranked = notable
    .filter(isWanted)
    .map((endpoint) => ({ endpoint, place: toTroublePlace(endpoint) }))
    .sort((a, b) => comparePlaces(a.place, b.place));
  const troubled = ranked.filter(({ place }) => !isUntroubled(place)).map(({ endpoint }) => endpoint);
  const calm = ranked.filter(({ place }) => isUntroubled(place)).map(({ endpoint }) => endpoint);
  const others = [...quiet.filter(isWanted), ...calm].sort((a, b) => a.siteNo - b.siteNo || a.no - b.no);
  return [...troubled, ...others];
}

async function showEndpoint(
  q: Queryable,
  site: SiteSnapshot,
  no: number,
  clocks: Clocks,
): Promise<ListedEndpoint> {
  const standing = await findStandingEndpoint(q, site, no, clocks);
  const own = standing === undefined ? [] : [standing];
  const [shown] = await withFigures(q, [site], own, clocks);
  if (shown !== undefined) return shown;
  throw new CallboardError("ENDPOINT_NOT_FOUND", `The site ${site.site.key} has no endpoint ${no}`);
}

function requirePlace(cursor: string): TroublePlace {
  const place = parsePlace(cursor);
  if (place === undefined) throw refuseCursor();
  return place;
}

function toCondition({ state, search = "" }: EndpointFilter): (endpoint: StandingEndpoint) => boolean {
  if (state === undefined && search.trim() === "") return () => true;
  return (endpoint) => {
    const { receiver, name, origin, receiverState, goneSince } = endpoint;
    const isInState =
      state === undefined ||
      endpoint.state === state ||
      receiverState === state ||
      (state === "inactive" && goneSince !== undefined);
    return (
      isInState && hasText([name, origin, receiver.kind === "addon" ? receiver.addonKey : undefined], search)
    );
  };
}

type Failing = StandingEndpoint & { readonly failingSince: number };

const isFailing = (endpoint: StandingEndpoint): endpoint is Failing => endpoint.failingSince !== undefined;

async function withFailures(
  q: Queryable,
  endpoints: readonly Failing[],
): Promise<readonly FailingEndpoint[]> {
  const failures = await listFailures(q, endpoints.map(toPlace));
  return endpoints.map((endpoint) => ({ ...endpoint, ...(failures.get(endpoint.no) ?? NO_FAILURE) }));
}
