/**
 * Deduplication by delivery id. Delivery is at least once, so a crash on the host's side can send one again; what was
 * handled is then skipped, what failed is not.
 */

/** Where the ids of handled deliveries are kept; give one of your own to share it between processes. */
export interface HandledDeliveries {
  readonly has: (key: string) => Promise<boolean>;
  readonly add: (key: string) => Promise<void>;
}

/** The last `most` ids, in memory. */
export function createMemoryHandled(most = 10_000): HandledDeliveries {
  const keys = new Set<string>();
  return {
    has: (key) => Promise.resolve(keys.has(key)),
    add: (key) => {
      keys.delete(key);
      keys.add(key);
      const oldest = keys.values().next();
      if (keys.size > most && oldest.done !== true) keys.delete(oldest.value);
      return Promise.resolve();
    },
  };
}

export type Handling<Result> =
  { readonly kind: "handled"; readonly result: Result } | { readonly kind: "duplicate" };

/** Runs `handle` unless `key` was handled before. Of two at the same time the second waits for the first. */
export type HandleOnce<Result> = (key: string, handle: () => Promise<Result>) => Promise<Handling<Result>>;

/** `isDone` says whether a result counts as handled; anything else, and any throw, lets the id come again. */
export function createHandleOnce<Result>(
  handled: HandledDeliveries,
  isDone: (result: Result) => boolean,
): HandleOnce<Result> {
  const running = new Map<string, Promise<unknown>>();
  return async (key, handle) => {
    for (let other = running.get(key); other !== undefined; other = running.get(key)) await other;
    const work = (async (): Promise<Handling<Result>> => {
      if (await handled.has(key)) return { kind: "duplicate" };
      const result = await handle();
      if (isDone(result)) await handled.add(key);
      return { kind: "handled", result };
    })();
    const ended = work.catch(() => undefined);
    running.set(key, ended);
    try {
      return await work;
    } finally {
      if (running.get(key) === ended) running.delete(key);
    }
  };
}
