/** The receivers of a site from memory: for names, choices and counts of a page. */
import type { Descriptor } from "../../protocol/descriptor.ts";
import type { HostContext } from "../context.ts";
import type { Receiver } from "../model/endpoint.ts";
import { formatWebhookId } from "../model/ids.ts";
import { isPortalReceiver, isPortalSite } from "../model/portal.ts";
import type { Portal, PortalPlace } from "../model/portal.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Subscription } from "../model/subscription.ts";
import { isSameReceiver, receiverName } from "../model/receiver.ts";

/** The key of its descriptor, atlassian-connect.json. */
const INSPECTOR_KEY = "callboard-inspector";

/** A receiver of a site, for selection in forms. */
export interface NamedReceiver {
  readonly receiver: Receiver;
  readonly name: string;
  /** The add-on's key, or the webhook's ID. */
  readonly id: string;
}

/** Whether deliveries to a receiver go out by themselves, and since when not. */
export interface ReceiverStanding {
  readonly state: "active" | "disabled" | "inactive";
  readonly pausedAt: number | undefined;
  /** Since when something of it is inactive because of a 410. */
  readonly goneSince: number | undefined;
}

export interface Receivers {
  /** Undefined when it is gone. */
  readonly findName: (siteNo: number, receiver: Receiver) => string | undefined;
  readonly findDescriptor: (siteNo: number, addonKey: string) => Descriptor | undefined;
  /** Where the Webhook Inspector is, when it is installed on any site. */
  readonly inspectorUrl: () => string | undefined;
  /** All receivers of the site, or those of a portal. */
  readonly list: (siteKey: string, portal?: Portal) => readonly NamedReceiver[];
  /** Reports whether the portal has the receiver. */
  readonly isReached: (place: PortalPlace, siteNo: number, receiver: Receiver) => boolean;
  readonly findSiteNo: (siteKey: string) => number | undefined;
  /** Reports whether the portal has the site. */
  readonly isSiteReached: (place: PortalPlace, siteKey: string) => boolean;
  /** What keeps deliveries from going out to a receiver: at one endpoint, or at any of its endpoints. */
  readonly standing: (siteNo: number, receiver: Receiver, endpointNo?: number) => ReceiverStanding;
  /** The standing subscriptions. */
  readonly subscriptions: (siteKey: string) => readonly Subscription[];
}

export function createReceivers({ snapshots }: Pick<HostContext, "snapshots">): Receivers {
  return {
    findName: (siteNo, receiver) => receiverName(snapshots.get(siteNo), receiver),
    findDescriptor: (siteNo, addonKey) => snapshots.get(siteNo)?.installations.get(addonKey)?.descriptor,
    inspectorUrl: () =>
      snapshots
        .all()
        .map(({ installations }) => installations.get(INSPECTOR_KEY))
        .find((installation) => installation?.state === "enabled")?.baseUrl,
    standing: (siteNo, receiver, endpointNo) => standingIn(snapshots.get(siteNo), receiver, endpointNo),
    list: (siteKey, portal) => {
      const snapshot = snapshots.byKey(siteKey);
      if (snapshot === undefined) return [];
      const all = listNamedReceivers(snapshot);
      return portal === undefined
        ? all
        : all.filter(({ receiver }) => isPortalReceiver(portal, snapshot, receiver));
    },
    isReached: (place, siteNo, receiver) => {
      const snapshot = snapshots.get(siteNo);
      return (
        snapshot !== undefined &&
        isPortalSite(place, snapshot) &&
        isPortalReceiver(place.portal, snapshot, receiver)
      );
    },
    findSiteNo: (siteKey) => snapshots.byKey(siteKey)?.site.no,
    isSiteReached: (place, siteKey) => {
      const snapshot = snapshots.byKey(siteKey);
      return snapshot !== undefined && isPortalSite(place, snapshot);
    },
    subscriptions: (siteKey) => [...(snapshots.byKey(siteKey)?.subscriptions.values() ?? [])],
  };
}

const ACTIVE: ReceiverStanding = { state: "active", pausedAt: undefined, goneSince: undefined };

function standingIn(
  snapshot: SiteSnapshot | undefined,
  receiver: Receiver,
  endpointNo: number | undefined,
): ReceiverStanding {
  if (snapshot === undefined) return ACTIVE;
  const isMeant = (no: number, of: Receiver) =>
    isSameReceiver(of, receiver) && (endpointNo === undefined || no === endpointNo);
  const paused = [...snapshot.endpoints.values()]
    .filter((endpoint) => isMeant(endpoint.no, endpoint.receiver))
    .flatMap(({ pausedAt }) => pausedAt ?? []);
  const pausedAt = paused.length === 0 ? undefined : Math.min(...paused);
  if (receiver.kind === "webhook") {
    const webhook = snapshot.webhooks.get(receiver.webhookNo);
    return {
      state: webhook?.active === false ? "inactive" : "active",
      pausedAt,
      goneSince: webhook?.goneSince,
    };
  }
  const subscriptions = [...snapshot.subscriptions.values()].filter((each) =>
    isMeant(each.endpointNo, each.receiver),
  );
  const gone = subscriptions.flatMap(({ goneSince }) => goneSince ?? []);
  const isDisabled = snapshot.installations.get(receiver.addonKey)?.state === "disabled";
  const isInactive = subscriptions.length > 0 && subscriptions.every(({ active }) => !active);
  return {
    state: isDisabled ? "disabled" : isInactive ? "inactive" : "active",
    pausedAt,
    goneSince: gone.length === 0 ? undefined : Math.min(...gone),
  };
}

function listNamedReceivers({ site, installations, webhooks }: SiteSnapshot): readonly NamedReceiver[] {
  const addons = [...installations.values()]
    .filter(({ state }) => state !== "uninstalled")
    .sort((one, other) => (one.addonKey < other.addonKey ? -1 : 1));
  return [
    ...addons.map(({ addonKey, descriptor: { name } }) => ({
      receiver: { kind: "addon", addonKey } as const,
      name,
      id: addonKey,
    })),
    ...[...webhooks.values()].map(({ no, name }) => ({
      receiver: { kind: "webhook", webhookNo: no } as const,
      name,
      id: formatWebhookId(site.no, no),
    })),
  ];
}
