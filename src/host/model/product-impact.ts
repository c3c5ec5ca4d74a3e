/** Finds the receivers of a product's sites that subscribe to events which a change alters. Pure. */
import { canonicalName } from "./event-index.ts";
import { isReachedByWildcard } from "./event-name.ts";
import { fitsPattern, isPattern } from "./event-pattern.ts";
import type { Receiver } from "./endpoint.ts";
import { formatReceiverId, receiverName } from "./receiver.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

export interface AffectedReceiver {
  /** Key of the site. */
  readonly site: string;
  readonly siteNo: number;
  readonly receiver: Receiver;
  readonly name: string;
  /** Event types that it subscribes to and that change, sorted. */
  readonly events: readonly string[];
}

/**
 * @param changed event types; undefined stands for all of the product
 * @param sites sites of the product as it is before the change
 */
export function listAffectedReceivers(
  changed: Iterable<string | undefined>,
  sites: Iterable<SiteSnapshot>,
): readonly AffectedReceiver[] {
  const names = new Set(changed);
  return [...sites].flatMap((snapshot) => listOnSite(names, snapshot));
}

function listOnSite(names: ReadonlySet<string | undefined>, snapshot: SiteSnapshot): AffectedReceiver[] {
  const { product, site, subscriptions } = snapshot;
  const changed = names.has(undefined)
    ? product.eventTypes.map(({ event }) => event)
    : [...names].filter((name) => name !== undefined);
  const affected = new Map<string, { readonly receiver: Receiver; readonly events: Set<string> }>();
  for (const { receiver, event: wanted } of subscriptions.values()) {
    const events = changed.filter((event) =>
      wanted === undefined || isPattern(wanted)
        ? isReachedByWildcard(product, event) && (wanted === undefined || fitsPattern(event, wanted))
        : canonicalName(product, wanted) === event,
    );
    if (events.length === 0) continue;
    const id = formatReceiverId(site.no, receiver);
    const known = affected.get(`${receiver.kind} ${id}`) ?? { receiver, events: new Set<string>() };
    affected.set(`${receiver.kind} ${id}`, known);
    for (const event of events) known.events.add(event);
  }
  return [...affected.values()].flatMap(({ receiver, events }) => {
    const name = receiverName(snapshot, receiver);
    // What was uninstalled or deleted is broken by nothing.
    if (name === undefined) return [];
    return [{ site: site.key, siteNo: site.no, receiver, name, events: [...events].sort() }];
  });
}
