/** Limits how much each key uses in a period. The counts are in memory and a restart resets them. */
import { CallboardError } from "./errors.ts";
import { steadyNow } from "./steady.ts";
import type { Now } from "./steady.ts";

const MAX_KEYS = 10_000;

export interface RateLimit {
  readonly most: number;
  /**
   * Counts `amount`, 1 by default.
   * @throws {CallboardError} RATE_LIMITED if the key would exceed the limit.
   */
  readonly take: (key: string, amount?: number) => void;
  /** Amounts of the current period, by key. */
  readonly taken: () => readonly (readonly [key: string, amount: number])[];
}

interface Taken {
  readonly at: number;
  readonly amount: number;
}

export function createRateLimit(most: number, periodMs: number, now: Now = steadyNow): RateLimit {
  const taken = new Map<string, readonly Taken[]>();

  function recent(key: string): readonly Taken[] {
    const since = now() - periodMs;
    return (taken.get(key) ?? []).filter(({ at }) => at > since);
  }

  const sumAmounts = (all: readonly Taken[]): number => all.reduce((sum, { amount }) => sum + amount, 0);

  return {
    most,
    take: (key, amount = 1) => {
      const before = recent(key);
      if (sumAmounts(before) + amount > most) {
        const retryAfterSeconds = Math.ceil(((before[0]?.at ?? now()) + periodMs - now()) / 1000);
        throw new CallboardError("RATE_LIMITED", `Too many requests. Try again in ${retryAfterSeconds} s.`, {
          retryAfterSeconds,
        });
      }
      // Beyond the limit of keys, only the least recently used one is forgotten.
      taken.delete(key);
      taken.set(key, [...before, { at: now(), amount }]);
      for (const oldest of taken.keys()) {
        if (taken.size <= MAX_KEYS) break;
        taken.delete(oldest);
      }
    },
    taken: () => [...taken.keys()].map((key) => [key, sumAmounts(recent(key))]),
  };
}
