/**
 * Deduplicates deliveries. Hosts deliver at least once, so they can repeat a delivery after a crash. Handled deliveries are
 * skipped, failed ones are not. If the host signs bodies, a replay of a captured request is recognized too.
 */
import { BODY_TOLERANCE_SECONDS } from "../protocol/body-signature.ts";

/**
 * A store of handled deliveries and seen signatures, with one key each. Pass your own to share it between processes. Keys can
 * be deleted after 24 hours, but not within {@link REMEMBER_AT_LEAST_MS}.
 */
export interface HandledDeliveries {
  readonly has: (key: string) => Promise<boolean>;
  readonly add: (key: string) => Promise<void>;
}

/** A signature is valid for 5 minutes before and after its time, so a replay can come for 10 minutes. */
export const REMEMBER_AT_LEAST_MS = 2 * BODY_TOLERANCE_SECONDS * 1000;
/** Limits the memory, at about 100 bytes a key. */
const MAX_KEYS = 500_000;

/** Creates a store in memory of the last `most` keys, and all keys of the last 10 minutes. */
export function createMemoryHandled(most = 20_000, now: () => number = Date.now): HandledDeliveries {
  /** In the order they were added. */
  const addedAt = new Map<string, number>();
  return {
    has: (key) => Promise.resolve(addedAt.has(key)),
    add: (key) => {
      addedAt.delete(key);
      addedAt.set(key, now());
      for (const [oldest, at] of addedAt) {
        const isNeeded =
          addedAt.size <= most || (at > now() - REMEMBER_AT_LEAST_MS && addedAt.size <= MAX_KEYS);
        if (isNeeded) break;
        addedAt.delete(oldest);
      }
      return Promise.resolve();
    },
  };
}

/** Identifies a delivery and, if the host signs bodies, the attempt. */
export interface DeliveryKeys {
  readonly delivery: string;
  /** Undefined if the body is not signed. */
  readonly attempt: string | undefined;
  /** True if the host says that this is a manual redelivery. This claim is not signed. */
  readonly isRedelivery: boolean;
}

export type Handling<Result> =
  | { readonly kind: "handled"; readonly result: Result }
  | { readonly kind: "duplicate" }
  /** A redelivery with a known signature: a replay, or a redelivery within a second of another attempt. */
  | { readonly kind: "replayed" };

/** Runs `handle` unless the delivery was handled before. Concurrent duplicates wait for the first. */
export type HandleOnce<Result> = (
  keys: DeliveryKeys,
  handle: () => Promise<Result>,
) => Promise<Handling<Result>>;

/**
 * Creates the deduplication. `isDone` reports whether a result counts as handled. All other results and errors allow a retry.
 */
export function createHandleOnce<Result>(
  handled: HandledDeliveries,
  isDone: (result: Result) => boolean,
): HandleOnce<Result> {
  const running = new Map<string, Promise<unknown>>();

  async function handleOne(keys: DeliveryKeys, handle: () => Promise<Result>): Promise<Handling<Result>> {
    const { delivery, attempt, isRedelivery } = keys;
    // Without signed bodies, a redelivery can't be told from a replay, so it is accepted.
    if (isRedelivery && attempt !== undefined && (await handled.has(attempt))) return { kind: "replayed" };
    if (!isRedelivery && (await handled.has(delivery))) return { kind: "duplicate" };
    if (attempt !== undefined) await handled.add(attempt);
    const result = await handle();
    if (isDone(result)) await handled.add(delivery);
    return { kind: "handled", result };
  }

  return async (keys, handle) => {
    const { delivery } = keys;
    for (let other = running.get(delivery); other !== undefined; other = running.get(delivery)) await other;
    const work = handleOne(keys, handle);
    const ended = work.catch(() => undefined);
    running.set(delivery, ended);
    try {
      return await work;
    } finally {
      if (running.get(delivery) === ended) running.delete(delivery);
    }
  };
}
