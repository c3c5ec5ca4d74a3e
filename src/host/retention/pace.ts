/** How much one batch takes on, so that whoever waits for the database behind it waits a moment only. Pure. */

/** What a batch should take; the longest pause of a delivery's own transaction is about this. */
const AIM_MS = 20;
const MIN_SIZE = 1;
const MAX_SIZE = 2_000;
const MIN_PAUSE_MS = 5;

/** The size of the next batch after one of `size` took `tookMs`: it doubles at most, and shrinks at once. */
export function nextSize(size: number, tookMs: number): number {
  const fitting = Math.floor((size * AIM_MS) / Math.max(tookMs, 1));
  return Math.min(Math.max(Math.min(fitting, size * 2), MIN_SIZE), MAX_SIZE);
}

/** At least half of the time is left to others. */
export function pauseAfter(tookMs: number): number {
  return Math.max(MIN_PAUSE_MS, tookMs);
}
