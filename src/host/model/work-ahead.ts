/**
 * Number of deliveries that a process may have leased: those that it settles in a time, by its rate. A lease that is held for longer
 * expires before its delivery is sent, which has to go back then. Pure.
 */

/** Any process settles as many before their leases expire. */
const LEAST = 4_000;
/** More is no use: what waits in the table is claimed by hundreds. */
const MOST = 20_000;
/** The rate is that of a window of at least this time. */
const WINDOW_MS = 500;

export interface WorkAhead {
  /** Returns the maximum number of leased deliveries. */
  readonly most: () => number;
  /** @param now time in milliseconds; a clock that is set back begins a new window */
  readonly settled: (count: number, now: number) => void;
}

/** @param aheadMs time in which the leased deliveries should be settled */
export function createWorkAhead(aheadMs: number): WorkAhead {
  let most = LEAST;
  let beganAt: number | undefined;
  let inWindow = 0;

  function begin(now: number): void {
    beganAt = now;
    inWindow = 0;
  }

  return {
    most: () => most,
    settled: (count, now) => {
      // The first ones took a time that is not known.
      if (beganAt === undefined || now < beganAt) return begin(now);
      inWindow += count;
      const ms = now - beganAt;
      if (ms < WINDOW_MS) return;
      most = Math.min(Math.max(Math.floor((inWindow * aheadMs) / ms), LEAST), MOST);
      begin(now);
    },
  };
}
