/** Periodic work on request that takes at most a part of the time, however often it is asked for. */
import { setTimeout as sleep } from "node:timers/promises";

/** The work takes at most this part of the time, unless its rests would be longer than the maximum. */
const SHARE = 1 / 5;
const MAX_REST_MS = 1_000;

export interface RestedWork {
  /** Begins the work. During the work or its rest, it asks for one more round of it after the rest. */
  readonly request: () => void;
  readonly isUnderWay: () => boolean;
}

/**
 * @param work never rejects
 * @param isRunning nothing is repeated once it is false
 */
export function createRestedWork(work: () => Promise<void>, isRunning: () => boolean): RestedWork {
  let underWay: Promise<void> | undefined;
  let isRequested = false;

  function request(): void {
    if (underWay !== undefined) {
      isRequested = true;
      return;
    }
    isRequested = false;
    const startedAt = performance.now();
    underWay = work()
      .then(() => {
        const restMs = (1 / SHARE - 1) * (performance.now() - startedAt);
        return sleep(Math.min(restMs, MAX_REST_MS), undefined, { ref: false });
      })
      .finally(() => {
        underWay = undefined;
        if (isRequested && isRunning()) request();
      });
  }

  return { request, isUnderWay: () => underWay !== undefined };
}
