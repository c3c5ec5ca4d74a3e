/**
 * Deduplication of deliveries. Delivery is at least once, so the host can send one again after a crash: what was handled is then
 * skipped, what failed is not. Of hosts that sign bodies, a captured request is recognized too when it is sent again.
 */
import { BODY_TOLERANCE_SECONDS } from "../protocol/body-signature.ts";

/**
 * Where handled deliveries and seen signatures are remembered, under one key each; give one of your own to share it between
 * processes. Keys may be forgotten after 24 hours, and never within {@link REMEMBER_AT_LEAST_MS}.
 */
export interface HandledDeliveries {
  readonly has: (key: string) => Promise<boolean>;
  readonly add: (key: string) => Promise<void>;
}

/** A signature is accepted for five minutes before and after its time: a replay of it can come for ten minutes. */
export const REMEMBER_AT_LEAST_MS = 2 * BODY_TOLERANCE_SECONDS * 1000;
/** Bounds the memory, at about 100 bytes a key. */
const MAX_KEYS = 500_000;

/** Remembers the last `most` keys, and all keys of the last ten minutes, in memory. */
export function createMemoryHandled(most = 20_000, now: () => number = Date.now): HandledDeliveries {
  /** In the order in which they were added. */
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

/** What identifies a delivery and, if its host signs bodies, this very attempt. */
export interface DeliveryKeys {
  readonly delivery: string;
  /** Undefined when the body is not signed. */
  readonly attempt: string | undefined;
  /** True when the host says that a person asked for the delivery again. This is not signed. */
  readonly isRedelivery: boolean;
}

export type Handling<Result> =
  | { readonly kind: "handled"; readonly result: Result }
  | { readonly kind: "duplicate" }
  /** A redelivery under a signature that was seen before: a replay, or one within the second of another attempt. */
  | { readonly kind: "replayed" };

/** Runs `handle` unless the delivery was handled before. Of two at the same time the second waits for the first. */
export type HandleOnce<Result> = (
  keys: DeliveryKeys,
  handle: () => Promise<Result>,
) => Promise<Handling<Result>>;

/** `isDone` says whether a result counts as handled; anything else, and any throw, lets the delivery come again. */
export function createHandleOnce<Result>(
  handled: HandledDeliveries,
  isDone: (result: Result) => boolean,
): HandleOnce<Result> {
  const running = new Map<string, Promise<unknown>>();

  async function handleOne(keys: DeliveryKeys, handle: () => Promise<Result>): Promise<Handling<Result>> {
    const { delivery, attempt, isRedelivery } = keys;
    // Of a host that signs no bodies nothing tells a redelivery from a replay: it is believed.
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
