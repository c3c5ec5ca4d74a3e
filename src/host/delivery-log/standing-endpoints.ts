/**
 * The endpoints that are in use, as they stand right now. The database is asked for those that fail and those that something waits
 * for. All others are healthy, and what they are is known from memory: they cost nothing, however many there are.
 */
import type { EndpointAt } from "../model/delivery.ts";
import { toEndpointState } from "../model/endpoint-life.ts";
import type { ReceiverState, Troubled } from "../model/endpoint-trouble.ts";
import type { Endpoint, Receiver } from "../model/endpoint.ts";
import { receiverName } from "../model/receiver.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Queryable } from "../store/db/database.ts";
import { dueByEndpoint, dueOfEndpoint } from "../store/tables/endpoint-queues.ts";
import { findEndpoint, listTroubledEndpoints } from "../store/tables/endpoints.ts";

/** What the order of endpoints, and the reason why nothing is sent to one, follow from. */
export interface StandingEndpoint
  extends Troubled, Pick<Endpoint, "receiver" | "origin" | "listenerId" | "openUntil" | "probeAt"> {
  readonly siteKey: string;
  /** Name of its receiver. */
  readonly name: string;
}

/** The endpoints in use: subscriptions lead to them, or deliveries wait for them. */
export interface StandingEndpoints {
  /** They fail or are paused, something waits for them, or their receiver gets nothing. */
  readonly notable: readonly StandingEndpoint[];
  /** All others, by site and number. */
  readonly quiet: readonly StandingEndpoint[];
}

/** Two clocks: figures are by the computer's time, as attempts are; breakers and due times are on the database's. */
export interface Clocks {
  readonly now: number;
  readonly databaseNow: number;
}

/** The endpoints in use of these sites. */
export async function standingEndpoints(
  q: Queryable,
  sites: readonly SiteSnapshot[],
  { databaseNow }: Clocks,
): Promise<StandingEndpoints> {
  const siteNos = sites.map(({ site }) => site.no);
  const dues = await dueByEndpoint(q, siteNos);
  const troubled = new Map((await listTroubledEndpoints(q, siteNos)).map((each) => [each.no, each]));
  const notable: StandingEndpoint[] = [];
  const quiet: StandingEndpoint[] = [];
  for (const site of sites.toSorted((one, other) => one.site.no - other.site.no)) {
    for (const { standing, isInUse } of listKnown(site)) {
      const row = troubled.get(standing.no);
      const dueAt = dues.get(standing.no);
      if (!isInUse && dueAt === undefined) continue;
      if (row !== undefined) notable.push(withRow({ ...standing, dueAt }, row, databaseNow));
      else if (dueAt !== undefined) notable.push({ ...standing, dueAt });
      else if (isActive(standing)) quiet.push(standing);
      else notable.push(standing);
    }
  }
  return { notable, quiet };
}

/** One endpoint; undefined if it is not in use. */
export async function findStandingEndpoint(
  q: Queryable,
  site: SiteSnapshot,
  endpointNo: number,
  { databaseNow }: Clocks,
): Promise<StandingEndpoint | undefined> {
  const endpoint = site.endpoints.get(endpointNo);
  const known = endpoint && toKnown(site, endpoint, listUses(site).get(endpointNo));
  if (known === undefined) return undefined;
  const place: EndpointAt = { siteNo: site.site.no, endpointNo };
  const dueAt = await dueOfEndpoint(q, place);
  if (!known.isInUse && dueAt === undefined) return undefined;
  const row = await findEndpoint(q, place.siteNo, endpointNo);
  return row === undefined ? undefined : withRow({ ...known.standing, dueAt }, row, databaseNow);
}

const isActive = ({ receiverState, goneSince }: StandingEndpoint): boolean =>
  receiverState === "active" && goneSince === undefined;

/** The endpoint with what the database says of it: a snapshot's breakers are as old as the last change of the registry. */
function withRow(standing: StandingEndpoint, row: Endpoint, now: number): StandingEndpoint {
  const { pausedAt, failingSince, openUntil, probeAt, listenerId } = row;
  const state = toEndpointState({ ...row, isOpen: (openUntil ?? 0) > now });
  return { ...standing, state, pausedAt, failingSince, openUntil, probeAt, listenerId };
}

/** An endpoint as it stands while nothing fails and nothing waits. */
interface Known {
  readonly standing: StandingEndpoint;
  /** Subscriptions lead to it. */
  readonly isInUse: boolean;
}

const knownIn = new WeakMap<SiteSnapshot, readonly Known[]>();

/** The endpoints of receivers that exist, by number. Made once for each snapshot. */
function listKnown(site: SiteSnapshot): readonly Known[] {
  const before = knownIn.get(site);
  if (before !== undefined) return before;
  const uses = listUses(site);
  const known = [...site.endpoints.values()]
    .toSorted((one, other) => one.no - other.no)
    .flatMap((endpoint) => toKnown(site, endpoint, uses.get(endpoint.no)) ?? []);
  knownIn.set(site, known);
  return known;
}

function toKnown(site: SiteSnapshot, endpoint: Endpoint, use: Use | undefined): Known | undefined {
  const { siteNo, no, receiver, origin, listenerId } = endpoint;
  const name = receiverName(site, receiver);
  if (name === undefined) return undefined;
  return {
    isInUse: use !== undefined,
    standing: {
      siteNo,
      no,
      siteKey: site.site.key,
      name,
      receiver,
      origin,
      listenerId,
      state: "healthy",
      receiverState: toReceiverState(site, receiver, use),
      pausedAt: undefined,
      goneSince: use?.goneSince,
      failingSince: undefined,
      openUntil: undefined,
      probeAt: undefined,
      dueAt: undefined,
    },
  };
}

/** Facts about an endpoint from its current subscriptions. */
interface Use {
  readonly isActive: boolean;
  readonly goneSince: number | undefined;
}

const usesIn = new WeakMap<SiteSnapshot, ReadonlyMap<number, Use>>();

/** Uses by endpoint number. Made once for each snapshot. */
function listUses(site: SiteSnapshot): ReadonlyMap<number, Use> {
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

function toReceiverState(site: SiteSnapshot, receiver: Receiver, use: Use | undefined): ReceiverState {
  if (receiver.kind === "addon" && site.installations.get(receiver.addonKey)?.state === "disabled")
    return "disabled";
  return use?.isActive === false ? "inactive" : "active";
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.flatMap((at) => at ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}
