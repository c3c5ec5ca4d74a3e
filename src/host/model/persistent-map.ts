/** An immutable map. A changed one shares most data with the old one, because copying large maps takes milliseconds. Pure. */

/** Number of changes beside the shared part. Beyond it the next map is rebuilt. */
const MAX_BESIDE = 256;

const REMOVED = Symbol("removed");

/** Beside a map that has not changed. It takes memory of its own, and there are many such maps. */
const NOTHING: ReadonlyMap<unknown, never> = new Map<unknown, never>();

/** New keys come last. So entries are in order if keys only increase, and otherwise in no particular order. */
export class PersistentMap<K, V> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #shared: ReadonlyMap<K, V>;
  readonly #beside: ReadonlyMap<K, V | typeof REMOVED>;

  private constructor(shared: ReadonlyMap<K, V>, beside: ReadonlyMap<K, V | typeof REMOVED>, size: number) {
    this.#shared = shared;
    this.#beside = beside;
    this.size = size;
  }

  static of<K, V>(entries: Iterable<readonly [K, V]>): PersistentMap<K, V> {
    const shared = new Map<K, V>(entries);
    return new PersistentMap<K, V>(shared, NOTHING as ReadonlyMap<K, never>, shared.size);
  }

  /** Returns the map with changes. `undefined` removes a key. Returns the same map if nothing changes. */
  with(changes: Iterable<readonly [K, V | undefined]>): PersistentMap<K, V> {
    const beside = new Map(this.#beside);
    let { size } = this;
    let isChanged = false;
    for (const [key, value] of changes) {
      const before = beside.has(key) ? beside.get(key) : this.#shared.get(key);
      const isThere = before !== undefined && before !== REMOVED;
      if (value === undefined && !isThere) continue;
      size += (value === undefined ? 0 : 1) - (isThere ? 1 : 0);
      isChanged = true;
      if (value === undefined && !this.#shared.has(key)) beside.delete(key);
      else beside.set(key, value ?? REMOVED);
    }
    if (!isChanged) return this;
    const map = new PersistentMap(this.#shared, beside, size);
    return beside.size > MAX_BESIDE ? PersistentMap.of(map) : map;
  }

  get(key: K): V | undefined {
    const beside = this.#beside.get(key);
    if (beside === undefined) return this.#shared.get(key);
    return beside === REMOVED ? undefined : beside;
  }

  has(key: K): boolean {
    const beside = this.#beside.get(key);
    return beside === undefined ? this.#shared.has(key) : beside !== REMOVED;
  }

  forEach(work: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) work(value, key, this);
  }

  *[Symbol.iterator](): MapIterator<[K, V]> {
    for (const entry of this.#shared) {
      const beside = this.#beside.get(entry[0]);
      if (beside === undefined) yield entry;
      else if (beside !== REMOVED) yield [entry[0], beside];
    }
    for (const [key, value] of this.#beside) {
      if (value !== REMOVED && !this.#shared.has(key)) yield [key, value];
    }
  }

  entries(): MapIterator<[K, V]> {
    return this[Symbol.iterator]();
  }

  *keys(): MapIterator<K> {
    for (const [key] of this) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this) yield value;
  }
}
