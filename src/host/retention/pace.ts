/** Adapts the size of batches, so that other transactions wait only briefly behind one. Pure. */

/** Target duration of a batch where one transaction at a time writes: those of deliveries wait about this long at most. */
const AIM_MS = 20;
/** Where others write meanwhile. A loaded server takes 20 ms for the statements of a batch that has a single event. */
const AIM_BESIDE_OTHERS_MS = 250;
const MIN_SIZE = 1;
const MAX_SIZE = 2_000;
const MIN_PAUSE_MS = 5;

/** The size of the next batch after one of `size` took `tookMs`: it doubles at most, and shrinks at once. */
export function nextSize(size: number, tookMs: number, isBesideOthers = false): number {
  const aimMs = isBesideOthers ? AIM_BESIDE_OTHERS_MS : AIM_MS;
  const fitting = Math.floor((size * aimMs) / Math.max(tookMs, 1));
  return Math.min(Math.max(Math.min(fitting, size * 2), MIN_SIZE), MAX_SIZE);
}

/** At least half of the time is left to others. */
export function pauseAfter(tookMs: number): number {
  return Math.max(MIN_PAUSE_MS, tookMs);
}
