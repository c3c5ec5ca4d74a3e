/** Limits of a run: requests and time. Both are the run's own, so that a check can't hurt the add-on it is for. */
import { Blocked } from "./outcome.ts";

/** Requests of a run at most, those of the host included. */
export const MAX_REQUESTS = 500;
/** Left for what the host sends by itself: callbacks of the last changes, and its own events. */
const RESERVED_REQUESTS = 60;

export interface Budget {
  /** Starts the time, which stands still before. */
  readonly start: () => void;
  /**
   * Counts a request.
   * @throws {Blocked} if requests or time have run out.
   */
  readonly spend: () => void;
  /** Counts a request that the host makes by itself. */
  readonly note: () => void;
  readonly spent: () => number;
  /** Milliseconds that remain, 0 at least. */
  readonly leftMs: () => number;
  /**
   * Resolves as the work does.
   * @throws {Blocked} if time runs out before.
   */
  readonly within: <T>(work: Promise<T>, limitMs?: number) => Promise<T>;
}

export function createBudget(totalMs: number, now: () => number = () => performance.now()): Budget {
  let deadline: number | undefined;
  const leftMs = () => (deadline === undefined ? totalMs : Math.max(0, deadline - now()));
  let requests = 0;
  const outOfTime = () => new Blocked(`the time limit of ${totalMs / 1000} s is reached`);
  return {
    start: () => void (deadline ??= now() + totalMs),
    spend: () => {
      if (requests >= MAX_REQUESTS - RESERVED_REQUESTS)
        throw new Blocked(`the limit of ${MAX_REQUESTS} requests is reached`);
      if (leftMs() === 0) throw outOfTime();
      requests += 1;
    },
    note: () => void (requests += 1),
    spent: () => requests,
    leftMs,
    within: async (work, limitMs = Number.POSITIVE_INFINITY) => {
      const ownMs = Math.min(limitMs, leftMs());
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(ownMs < limitMs ? outOfTime() : new Blocked(`not done within ${limitMs / 1000} s`));
        }, ownMs);
      });
      try {
        return await Promise.race([work, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
