/** Indexes subscriptions by event type. Each change updates the index instead of rebuilding it. Pure. */
import { findEventType } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import { isPattern } from "./event-pattern.ts";
import { PersistentMap } from "./persistent-map.ts";

/** `event` is undefined for all event types. */
interface Indexed {
  readonly no: number;
  readonly event: string | undefined;
}

export interface EventIndex<S extends Indexed> {
  /** Subscriptions to one event type, by its name in the catalogue. */
  readonly named: ReadonlyMap<string, ReadonlyMap<number, S>>;
  /** Subscriptions to all event types or to a pattern. */
  readonly wild: ReadonlyMap<number, S>;
  /** Returns the index after changes. `before` has the subscriptions of this one. A change to undefined removes one. */
  readonly after: (
    before: ReadonlyMap<number, S>,
    changes: ReadonlyMap<number, S | undefined>,
  ) => EventIndex<S>;
}

interface Kept<S extends Indexed> {
  readonly named: PersistentMap<string, PersistentMap<number, S>>;
  readonly wild: PersistentMap<number, S>;
}

/** Returns the catalogue's name of an event type, which also has aliases or, in Backlog, a number. */
export function canonicalName(product: Product, event: string): string {
  return findEventType(product, event)?.event ?? event;
}

/** Returns undefined for all event types and for a pattern. */
const toCanonicalName = (product: Product, { event }: Indexed): string | undefined =>
  event === undefined || isPattern(event) ? undefined : canonicalName(product, event);

function build<S extends Indexed>(product: Product, subscriptions: Iterable<S>): Kept<S> {
  const named = new Map<string, [number, S][]>();
  const wild: [number, S][] = [];
  for (const subscription of subscriptions) {
    const name = toCanonicalName(product, subscription);
    const entry: [number, S] = [subscription.no, subscription];
    const known = name === undefined ? wild : named.get(name);
    if (known !== undefined) known.push(entry);
    else if (name !== undefined) named.set(name, [entry]);
  }
  return {
    named: PersistentMap.of([...named].map(([name, entries]) => [name, PersistentMap.of(entries)])),
    wild: PersistentMap.of(wild),
  };
}

export function indexByEvent<S extends Indexed>(product: Product, subscriptions: Iterable<S>): EventIndex<S> {
  return toIndex(product, build(product, subscriptions));
}

function toIndex<S extends Indexed>(product: Product, index: Kept<S>): EventIndex<S> {
  return {
    ...index,
    after: (before, changes) => {
      const wild = new Map<number, S | undefined>();
      const named = new Map<string, Map<number, S | undefined>>();
      const listChanges = (name: string | undefined) => {
        if (name === undefined) return wild;
        let known = named.get(name);
        if (known === undefined) {
          known = new Map<number, S | undefined>();
          named.set(name, known);
        }
        return known;
      };
      for (const [no, subscription] of changes) {
        const old = before.get(no);
        if (old !== undefined) listChanges(toCanonicalName(product, old)).set(no, undefined);
        if (subscription !== undefined)
          listChanges(toCanonicalName(product, subscription)).set(no, subscription);
      }
      const none = PersistentMap.of<number, S>([]);
      return toIndex(product, {
        named: index.named.with(
          [...named].map(([name, each]) => {
            const group = (index.named.get(name) ?? none).with(each);
            return [name, group.size === 0 ? undefined : group];
          }),
        ),
        wild: index.wild.with(wild),
      });
    },
  };
}

/** By the product that names the event types, and the identity of the subscriptions: sites of several products share an empty map. */
const kept = new WeakMap<Product, WeakMap<ReadonlyMap<number, Indexed>, unknown>>();

function keep<S extends Indexed>(
  product: Product,
  subscriptions: ReadonlyMap<number, S>,
  index: EventIndex<S>,
): void {
  let ofProduct = kept.get(product);
  if (ofProduct === undefined) {
    ofProduct = new WeakMap<ReadonlyMap<number, Indexed>, unknown>();
    kept.set(product, ofProduct);
  }
  ofProduct.set(subscriptions, index);
}

/** Returns the index of these subscriptions, which is built once for a product. */
export function getEventIndex<S extends Indexed>(
  product: Product,
  subscriptions: ReadonlyMap<number, S>,
): EventIndex<S> {
  const known = kept.get(product)?.get(subscriptions) as EventIndex<S> | undefined;
  if (known !== undefined) return known;
  const index = indexByEvent(product, subscriptions.values());
  keep(product, subscriptions, index);
  return index;
}

/** Subscriptions before and after changes. */
export interface ChangedSubscriptions<S extends Indexed> {
  readonly before: ReadonlyMap<number, S>;
  readonly after: ReadonlyMap<number, S>;
  readonly changes: ReadonlyMap<number, S | undefined>;
}

/** Builds the index of `after` from that of `before`, if the product has one. */
export function followChanges<S extends Indexed>(
  product: Product,
  { before, after, changes }: ChangedSubscriptions<S>,
): void {
  const index = kept.get(product)?.get(before) as EventIndex<S> | undefined;
  if (index !== undefined && after !== before) keep(product, after, index.after(before, changes));
}
