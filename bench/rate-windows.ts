/** How many of some times are in each stretch of ten seconds, for rates that are kept over any such time. Pure. */

const WINDOW_MS = 10_000;
/** What a rate has not used for a moment is made up for at the beginning. */
const BEGINNING_MS = 1_000;

export interface WindowCounts {
  readonly fewest: number;
  readonly most: number;
  readonly windows: number;
}

/**
 * Counts times in the stretches that begin with one of them, from a second after the first up to `measuredMs` after it: no other
 * stretch has more.
 *
 * @param times in ms, in order
 */
export function countWindows(times: readonly number[], measuredMs: number): WindowCounts {
  const [first = 0] = times;
  const starts = times.filter((at) => at >= first + BEGINNING_MS && at + WINDOW_MS <= first + measuredMs);
  const counts = starts.map((start) => times.filter((at) => at >= start && at < start + WINDOW_MS).length);
  return { fewest: Math.min(...counts), most: Math.max(...counts), windows: counts.length };
}

/** Times of a rate that is used fully. */
export const fullWindow = (perSecond: number): number => (perSecond * WINDOW_MS) / 1_000;
