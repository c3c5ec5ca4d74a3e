/** Everything that has a name on the caller's sites, from memory: for the switch of sites and for the search over everything. */
import type { HostContext } from "../context.ts";
import { formatWebhookId } from "../model/ids.ts";
import type { Receiver } from "../model/endpoint.ts";
import { isPortalReceiver, isPortalSite } from "../model/portal.ts";
import type { Portal } from "../model/portal.ts";
import { receiverName } from "../model/receiver.ts";
import type { SiteHead, SiteSnapshot } from "../model/site-snapshot.ts";
import type { Site } from "../model/site.ts";

/** The sites and receivers that a login or token reaches: all of them where nothing is named. */
export interface Reach {
  readonly siteKey: string | undefined;
  readonly portal: Portal | undefined;
}

export type NamedThing =
  | { readonly kind: "site"; readonly site: Site }
  | {
      readonly kind: "receiver";
      readonly site: Site;
      readonly receiver: Receiver;
      readonly name: string;
      /** The add-on's key, or the webhook's ID. */
      readonly id: string;
      /** The add-on's base URL, or the webhook's URL. */
      readonly url: string;
    }
  | {
      readonly kind: "endpoint";
      readonly site: Site;
      readonly no: number;
      readonly origin: string;
      /** Name of its receiver. */
      readonly name: string;
    };

export interface SearchIndex {
  /** In the order in which they were created. */
  readonly listSites: (reach: Reach) => readonly Site[];
  /** Sites, receivers, endpoints. Portals have no endpoints. */
  readonly walk: (reach: Reach) => Generator<NamedThing>;
}

export function createSearchIndex({ snapshots }: Pick<HostContext, "snapshots">): SearchIndex {
  const reached = (reach: Reach): readonly SiteSnapshot[] =>
    snapshots
      .whole()
      .filter((snapshot) => isReached(reach, snapshot))
      .sort((one, other) => one.site.no - other.site.no);
  const listHeads = (siteKey: string | undefined): readonly SiteHead[] =>
    snapshots
      .heads()
      .filter(({ site }) => siteKey === undefined || siteKey === site.key)
      .sort((one, other) => one.site.no - other.site.no);
  return {
    // Sites are known before what is in them, which decides what a portal has.
    listSites: (reach) =>
      (reach.portal === undefined ? listHeads(reach.siteKey) : reached(reach)).map(({ site }) => site),
    *walk(reach) {
      for (const snapshot of reached(reach)) yield* walkSite(snapshot, reach.portal);
    },
  };
}

function isReached({ siteKey, portal }: Reach, snapshot: SiteSnapshot): boolean {
  if (portal !== undefined) return isPortalSite({ portal, siteKey }, snapshot);
  return siteKey === undefined || siteKey === snapshot.site.key;
}

function* walkSite(snapshot: SiteSnapshot, portal: Portal | undefined): Generator<NamedThing> {
  const { site } = snapshot;
  yield { kind: "site", site };
  for (const thing of walkReceivers(snapshot)) {
    if (portal === undefined || isPortalReceiver(portal, snapshot, thing.receiver)) yield thing;
  }
  if (portal !== undefined) return;
  for (const { no, origin, receiver } of snapshot.endpoints.values()) {
    const name = receiverName(snapshot, receiver);
    if (name !== undefined) yield { kind: "endpoint", site, no, origin, name };
  }
}

function* walkReceivers({ site, installations, webhooks }: SiteSnapshot) {
  const common = { kind: "receiver", site } as const;
  for (const { addonKey, state, baseUrl, descriptor } of installations.values()) {
    if (state === "uninstalled") continue;
    const receiver = { kind: "addon", addonKey } as const;
    yield { ...common, receiver, name: descriptor.name, id: addonKey, url: baseUrl };
  }
  for (const { no, name, url } of webhooks.values()) {
    const receiver = { kind: "webhook", webhookNo: no } as const;
    yield { ...common, receiver, name, id: formatWebhookId(site.no, no), url };
  }
}
