/** Finds the receivers of a product's sites that use what a change alters: event types and scopes. Pure. */
import type { ProductChange } from "../../catalogue/document/compare.ts";
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
  /** Scopes that it was granted and that change, sorted. */
  readonly scopes: readonly string[];
}

/** What a change to a product does, or would do. */
export interface ProductPlan {
  readonly isNew: boolean;
  readonly changes: readonly ProductChange[];
  /** Receivers that breaking changes concern. */
  readonly affected: readonly AffectedReceiver[];
}

/**
 * @param changes a change of the product itself stands for all of its event types
 * @param sites sites of the product as it is before the change
 */
export function listAffectedReceivers(
  changes: Iterable<Pick<ProductChange, "event" | "scope">>,
  sites: Iterable<SiteSnapshot>,
): readonly AffectedReceiver[] {
  const all = [...changes];
  const events = new Set(all.filter(({ scope }) => scope === undefined).map(({ event }) => event));
  const scopes = new Set(all.flatMap(({ scope }) => scope ?? []));
  return [...sites].flatMap((snapshot) => listOnSite({ events, scopes }, snapshot));
}

interface Changed {
  /** Undefined stands for all. */
  readonly events: ReadonlySet<string | undefined>;
  readonly scopes: ReadonlySet<string>;
}

interface Uses {
  readonly receiver: Receiver;
  readonly events: Set<string>;
  readonly scopes: Set<string>;
}

function listOnSite({ events: names, scopes }: Changed, snapshot: SiteSnapshot): AffectedReceiver[] {
  const { product, site, subscriptions, installations } = snapshot;
  const changed = names.has(undefined)
    ? product.eventTypes.map(({ event }) => event)
    : [...names].filter((name) => name !== undefined);
  const affected = new Map<string, Uses>();
  function getUses(receiver: Receiver): Uses {
    const id = `${receiver.kind} ${formatReceiverId(site.no, receiver)}`;
    const known = affected.get(id) ?? { receiver, events: new Set<string>(), scopes: new Set<string>() };
    affected.set(id, known);
    return known;
  }
  for (const { receiver, event: wanted } of subscriptions.values()) {
    const events = changed.filter((event) =>
      wanted === undefined || isPattern(wanted)
        ? isReachedByWildcard(product, event) && (wanted === undefined || fitsPattern(event, wanted))
        : canonicalName(product, wanted) === event,
    );
    if (events.length === 0) continue;
    const uses = getUses(receiver);
    for (const event of events) uses.events.add(event);
  }
  if (scopes.size > 0) {
    for (const [addonKey, { grantedScopes }] of installations) {
      for (const { scope } of grantedScopes)
        if (scopes.has(scope)) getUses({ kind: "addon", addonKey }).scopes.add(scope);
    }
  }
  return [...affected.values()].flatMap(({ receiver, events, scopes: granted }) => {
    const name = receiverName(snapshot, receiver);
    // What was uninstalled or deleted is broken by nothing.
    if (name === undefined) return [];
    return [
      {
        site: site.key,
        siteNo: site.no,
        receiver,
        name,
        events: [...events].sort(),
        scopes: [...granted].sort(),
      },
    ];
  });
}
