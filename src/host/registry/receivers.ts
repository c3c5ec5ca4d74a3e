/** The receivers of a site from memory: for names, choices and counts of a page. */
import type { Descriptor } from "../../protocol/descriptor.ts";
import type { HostContext } from "../context.ts";
import { groupBy } from "../../group-by.ts";
import type { Endpoint, Receiver } from "../model/endpoint.ts";
import { findReceivers } from "../model/find-receivers.ts";
import type { NamedReceiver, ReceiverFilter } from "../model/find-receivers.ts";
import { isPortalReceiver, isPortalSite } from "../model/portal.ts";
import type { PortalPlace } from "../model/portal.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Subscription } from "../model/subscription.ts";
import { receiverName } from "../model/receiver.ts";
import { findWaitingFor } from "../model/waiting-for.ts";
import type { WaitingDelivery, WaitingFor } from "../model/waiting-for.ts";

/** The key of its descriptor, atlassian-connect.json. */
const INSPECTOR_KEY = "callboard-inspector";

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
  /** The receivers of a site that match; none of a site that does not exist. */
  readonly find: (siteKey: string, filter: ReceiverFilter) => readonly NamedReceiver[];
  /** Reports whether the portal has the receiver. */
  readonly isReached: (place: PortalPlace, siteNo: number, receiver: Receiver) => boolean;
  readonly findSiteNo: (siteKey: string) => number | undefined;
  /** Reports whether the portal has the site. */
  readonly isSiteReached: (place: PortalPlace, siteKey: string) => boolean;
  /** What keeps deliveries from going out to a receiver: at one endpoint, or at any of its endpoints. */
  readonly standing: (siteNo: number, receiver: Receiver, endpointNo?: number) => ReceiverStanding;
  /** What a delivery waits for; undefined if it does not wait. */
  readonly waitingFor: (delivery: WaitingDelivery & { readonly siteNo: number }) => WaitingFor | undefined;
  /** The standing subscriptions of a site. */
  readonly subscriptions: (siteKey: string) => readonly Subscription[];
  /** Number of the standing subscriptions of a site by the event type that they name, under undefined those to all. */
  readonly countByEvent: (siteKey: string) => ReadonlyMap<string | undefined, number>;
  /** The numbers of all its endpoints. */
  readonly endpointNumbers: (siteNo: number, receiver: Receiver) => readonly number[];
  /** The standing subscriptions of one receiver. */
  readonly listSubscriptions: (siteKey: string, receiver: Receiver) => readonly Subscription[];
}

export function createReceivers({ snapshots, now }: Pick<HostContext, "snapshots" | "now">): Receivers {
  return {
    findName: (siteNo, receiver) => receiverName(snapshots.get(siteNo), receiver),
    findDescriptor: (siteNo, addonKey) => snapshots.get(siteNo)?.installations.get(addonKey)?.descriptor,
    inspectorUrl: () =>
      snapshots
        .all()
        .map(({ installations }) => installations.get(INSPECTOR_KEY))
        .find((installation) => installation?.state === "enabled")?.baseUrl,
    standing: (siteNo, receiver, endpointNo) => standingIn(snapshots.get(siteNo), receiver, endpointNo),
    waitingFor: (delivery) => findWaitingFor(delivery, snapshots.get(delivery.siteNo), now()),
    find: (siteKey, filter) => {
      const snapshot = snapshots.byKey(siteKey);
      return snapshot === undefined ? [] : findReceivers(snapshot, filter);
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
    countByEvent: (siteKey) => {
      const snapshot = snapshots.byKey(siteKey);
      return snapshot === undefined ? new Map() : countSubscriptions(snapshot);
    },
    endpointNumbers: (siteNo, receiver) => {
      const snapshot = snapshots.get(siteNo);
      return snapshot === undefined ? [] : readParts(snapshot)(receiver).endpoints.map(({ no }) => no);
    },
    listSubscriptions: (siteKey, receiver) => {
      const snapshot = snapshots.byKey(siteKey);
      return snapshot === undefined ? [] : readParts(snapshot)(receiver).subscriptions;
    },
  };
}

const ACTIVE: ReceiverStanding = { state: "active", pausedAt: undefined, goneSince: undefined };

/** What a site has of one receiver. */
interface Parts {
  readonly endpoints: readonly Endpoint[];
  readonly subscriptions: readonly Subscription[];
}

const partsIn = new WeakMap<SiteSnapshot, (receiver: Receiver) => Parts>();

/** Endpoints and subscriptions by receiver, grouped once per snapshot: a page asks for many receivers. */
function readParts(snapshot: SiteSnapshot): (receiver: Receiver) => Parts {
  const known = partsIn.get(snapshot);
  if (known !== undefined) return known;
  const endpoints = groupBy([...snapshot.endpoints.values()], ({ receiver }) => toName(receiver));
  const subscriptions = groupBy([...snapshot.subscriptions.values()], ({ receiver }) => toName(receiver));
  const read = (receiver: Receiver): Parts => ({
    endpoints: endpoints.get(toName(receiver)) ?? [],
    subscriptions: subscriptions.get(toName(receiver)) ?? [],
  });
  partsIn.set(snapshot, read);
  return read;
}

const countsIn = new WeakMap<SiteSnapshot, ReadonlyMap<string | undefined, number>>();

/** Counted once per snapshot: the catalogue asks for hundreds of event types. */
function countSubscriptions(snapshot: SiteSnapshot): ReadonlyMap<string | undefined, number> {
  const known = countsIn.get(snapshot);
  if (known !== undefined) return known;
  const counts = new Map<string | undefined, number>();
  for (const { event } of snapshot.subscriptions.values()) counts.set(event, (counts.get(event) ?? 0) + 1);
  countsIn.set(snapshot, counts);
  return counts;
}

const toName = (receiver: Receiver): string =>
  receiver.kind === "addon" ? `addon ${receiver.addonKey}` : `webhook ${receiver.webhookNo}`;

function standingIn(
  snapshot: SiteSnapshot | undefined,
  receiver: Receiver,
  endpointNo: number | undefined,
): ReceiverStanding {
  if (snapshot === undefined) return ACTIVE;
  const own = readParts(snapshot)(receiver);
  const isMeant = (no: number) => endpointNo === undefined || no === endpointNo;
  const paused = own.endpoints.filter(({ no }) => isMeant(no)).flatMap(({ pausedAt }) => pausedAt ?? []);
  const pausedAt = paused.length === 0 ? undefined : Math.min(...paused);
  if (receiver.kind === "webhook") {
    const webhook = snapshot.webhooks.get(receiver.webhookNo);
    return {
      state: webhook?.active === false ? "inactive" : "active",
      pausedAt,
      goneSince: webhook?.goneSince,
    };
  }
  const subscriptions = own.subscriptions.filter((each) => isMeant(each.endpointNo));
  const gone = subscriptions.flatMap(({ goneSince }) => goneSince ?? []);
  const isDisabled = snapshot.installations.get(receiver.addonKey)?.state === "disabled";
  const isInactive = subscriptions.length > 0 && subscriptions.every(({ active }) => !active);
  return {
    state: isDisabled ? "disabled" : isInactive ? "inactive" : "active",
    pausedAt,
    goneSince: gone.length === 0 ? undefined : Math.min(...gone),
  };
}
