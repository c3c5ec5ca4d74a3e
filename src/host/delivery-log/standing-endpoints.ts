/** The endpoints that are in use, as they stand right now. */
import { toEndpointState } from "../model/endpoint-life.ts";
import type { EndpointState } from "../model/endpoint-life.ts";
import type { ReceiverState } from "../model/endpoint-trouble.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { findReceiverSettings } from "../model/receiver-settings.ts";
import type { ReceiverSettings } from "../model/receiver-settings.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Queryable } from "../store/db/database.ts";
import { receiverName } from "../model/receiver.ts";
import { dueByEndpoint } from "../store/tables/endpoint-queues.ts";
import { listEndpointsOf } from "../store/tables/endpoints.ts";

/** Its settings are those in force, of an outgoing webhook too. */
export interface StandingEndpoint extends Omit<Endpoint, keyof ReceiverSettings>, ReceiverSettings {
  readonly siteKey: string;
  readonly name: string;
  readonly state: EndpointState;
  readonly receiverState: ReceiverState;
  readonly goneSince: number | undefined;
  readonly dueAt: number | undefined;
}

/** Two clocks: figures are by the computer's time, as attempts are; breakers and due times are on the database's. */
export interface Clocks {
  readonly now: number;
  readonly databaseNow: number;
}

/** All endpoints of these sites that are in use: subscriptions lead to them, or deliveries wait for them. */
export async function standingEndpoints(
  q: Queryable,
  sites: readonly SiteSnapshot[],
  clocks: Clocks,
): Promise<readonly StandingEndpoint[]> {
  const byNumber = new Map(sites.map((site) => [site.site.no, site]));
  const siteNos = [...byNumber.keys()];
  const dues = await dueByEndpoint(q, siteNos);
  // A snapshot's breakers are as old as the last change of the registry.
  return (await listEndpointsOf(q, siteNos)).flatMap((endpoint) => {
    const site = byNumber.get(endpoint.siteNo);
    if (site === undefined) return [];
    const use = listUses(site).get(endpoint.no);
    const dueAt = dues.get(endpoint.no);
    const name = receiverName(site, endpoint.receiver);
    if (name === undefined || (use === undefined && dueAt === undefined)) return [];
    return {
      ...endpoint,
      pace: findReceiverSettings(site, { receiver: endpoint.receiver, endpointNo: endpoint.no }).pace,
      siteKey: site.site.key,
      name,
      state: toEndpointState({ ...endpoint, isOpen: (endpoint.openUntil ?? 0) > clocks.databaseNow }),
      receiverState: toReceiverState(site, endpoint, use),
      goneSince: use?.goneSince,
      dueAt,
    };
  });
}

/** Facts about an endpoint from its current subscriptions. */
interface Use {
  readonly isActive: boolean;
  readonly goneSince: number | undefined;
}

const usesIn = new WeakMap<SiteSnapshot, ReadonlyMap<number, Use>>();

/** Uses by endpoint number, computed once per snapshot. */
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

function toReceiverState(site: SiteSnapshot, { receiver }: Endpoint, use: Use | undefined): ReceiverState {
  if (receiver.kind === "addon" && site.installations.get(receiver.addonKey)?.state === "disabled")
    return "disabled";
  return use?.isActive === false ? "inactive" : "active";
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.flatMap((at) => at ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}
