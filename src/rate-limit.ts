/** How often something may be done: so many times in a period, for each key. In memory; a restart forgets. */
import { CallboardError } from "./errors.ts";
import { steadyNow } from "./steady.ts";
import type { Now } from "./steady.ts";

const MOST_KEYS = 10_000;

export interface RateLimit {
  /** Counts one. @throws CallboardError RATE_LIMITED when there were too many already */
  readonly take: (key: string) => void;
  /** Throws as take does, without counting. */
  readonly assert: (key: string) => void;
}

export function createRateLimit(most: number, periodMs: number, now: Now = steadyNow): RateLimit {
  const taken = new Map<string, number[]>();

  function recent(key: string): number[] {
    const since = now() - periodMs;
    return (taken.get(key) ?? []).filter((at) => at > since);
  }

  function assert(key: string): void {
    const times = recent(key);
    if (times.length < most) return;
    const retryAfterSeconds = Math.ceil(((times[0] ?? now()) + periodMs - now()) / 1000);
    throw new CallboardError("RATE_LIMITED", `Too many tries; wait ${retryAfterSeconds} s and try again`, {
      retryAfterSeconds,
    });
  }

  return {
    assert,
    take: (key) => {
      assert(key);
      if (taken.size >= MOST_KEYS) taken.clear();
      taken.set(key, [...recent(key), now()]);
    },
  };
}
