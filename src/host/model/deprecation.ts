/** Deprecated event types: which subscriptions name them, and how that is said. Pure. */
import { findEventType } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import type { Receiver } from "./endpoint.ts";
import { getEventIndex } from "./event-index.ts";
import { formatReceiverId, receiverName } from "./receiver.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

export interface Deprecation {
  readonly event: string;
  /** Undefined where nothing takes its place. */
  readonly replacedBy: string | undefined;
}

/** Returns undefined for an event type that is not deprecated, an unknown one, and a wildcard: it names none of them. */
export function findDeprecation(product: Product, event: string): Deprecation | undefined {
  const type = findEventType(product, event);
  return type?.status === "deprecated" ? { event: type.event, replacedBy: type.replacedBy } : undefined;
}

/** Lists the deprecated ones of event types, each once. */
export function listDeprecations(product: Product, events: readonly string[]): readonly Deprecation[] {
  const found = events.flatMap((event) => findDeprecation(product, event) ?? []);
  return [...new Map(found.map((each) => [each.event, each])).values()];
}

export const describeDeprecation = ({ event, replacedBy }: Deprecation): string =>
  replacedBy === undefined ? `${event} is deprecated` : `${event} is deprecated; use ${replacedBy}`;

/** A receiver with subscriptions that name a deprecated event type. */
export interface DeprecatedUser {
  /** Key of the site. */
  readonly site: string;
  readonly siteNo: number;
  readonly receiver: Receiver;
  readonly name: string;
  /** Number of its subscriptions that name the event type. */
  readonly subscriptions: number;
}

export interface DeprecatedUse extends Deprecation {
  /** Number of subscriptions that name the event type. */
  readonly subscriptions: number;
  readonly users: readonly DeprecatedUser[];
}

/**
 * Lists the deprecated event types of a product, each with the receivers that still name it.
 * @param sites sites of the product
 */
export function listDeprecatedUses(
  product: Product,
  sites: Iterable<SiteSnapshot>,
): readonly DeprecatedUse[] {
  const ofProduct = [...sites];
  return product.eventTypes
    .filter(({ status }) => status === "deprecated")
    .map(({ event, replacedBy }) => {
      const users = ofProduct.flatMap((site) => listUsers(event, site));
      const subscriptions = users.reduce((sum, user) => sum + user.subscriptions, 0);
      return { event, replacedBy, subscriptions, users };
    });
}

function listUsers(event: string, snapshot: SiteSnapshot): readonly DeprecatedUser[] {
  const { product, site, subscriptions } = snapshot;
  const named = getEventIndex(product, subscriptions).named.get(event);
  const byReceiver = new Map<string, DeprecatedUser>();
  for (const { receiver } of named?.values() ?? []) {
    const key = `${receiver.kind} ${formatReceiverId(site.no, receiver)}`;
    const known = byReceiver.get(key);
    // Something that was uninstalled or deleted uses nothing.
    const name = known?.name ?? receiverName(snapshot, receiver);
    if (name === undefined) continue;
    const count = (known?.subscriptions ?? 0) + 1;
    byReceiver.set(key, { site: site.key, siteNo: site.no, receiver, name, subscriptions: count });
  }
  return [...byReceiver.values()];
}
