/** Values that are replaced with an overlap: for a time, the one before still counts. Pure. */

import { timingSafeEqualText } from "../../protocol/timing-safe.ts";

export interface Rotating<T> {
  readonly value: T;
  /** Epoch ms at which the value was set: it tells this value from the one before. */
  readonly since: number;
  readonly previous?: { readonly value: T; readonly until: number };
}

/**
 * A request for a value that is never shown again, so that leaving it out of a change keeps it. `given` has the value as it was
 * written, until it is checked.
 */
export type Wish<T> =
  { readonly kind: "keep" } | { readonly kind: "none" } | { readonly kind: "given"; readonly value: T };

export const KEEP = { kind: "keep" } as const;

/** Time for which a replaced value still counts, so that a receiver can follow. */
export const OVERLAP_MS = 24 * 3_600_000;

export interface Rotation<T> {
  readonly wish: Wish<T>;
  readonly now: number;
  /** False if the one before must not be used any more. */
  readonly hasOverlap: boolean;
}

/** Returns the value after a change. The same value again changes nothing. */
export function rotate<T>(
  before: Rotating<T> | undefined,
  { wish, now, hasOverlap }: Rotation<T>,
): Rotating<T> | undefined {
  if (wish.kind === "keep") return before;
  if (wish.kind === "none") return undefined;
  const { value } = wish;
  if (before === undefined || !hasOverlap) return { value, since: now };
  if (timingSafeEqualText(JSON.stringify(before.value), JSON.stringify(value))) return before;
  // A later change differs, also within the same millisecond.
  const since = Math.max(now, before.since + 1);
  return { value, since, previous: { value: before.value, until: now + OVERLAP_MS } };
}

/** Returns the value before the last change while it still counts. */
export function findPrevious<T>(rotating: Rotating<T> | undefined, now: number): T | undefined {
  const previous = rotating?.previous;
  return previous === undefined || previous.until <= now ? undefined : previous.value;
}
