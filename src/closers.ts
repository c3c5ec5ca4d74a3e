/** Closes what a start opened, in reverse order: when the server stops, and when a start fails halfway. */

/** Closes one resource. `leftMs` is the time that remains for all closers together. */
export type Close = (leftMs: number) => void | Promise<void>;

export interface Closers {
  /** Registers a resource. Call this as soon as it is open. */
  readonly add: (close: Close) => void;
  /**
   * Runs each closer once, the latest first. A failing closer doesn't keep the others from running; the promise then rejects
   * with the first failure.
   */
  readonly closeAll: (graceMs: number) => Promise<void>;
}

export function createClosers(now: () => number = () => performance.now()): Closers {
  const open: Close[] = [];
  return {
    add: (close) => void open.push(close),
    closeAll: async (graceMs) => {
      const deadline = now() + graceMs;
      const failures: unknown[] = [];
      for (let close = open.pop(); close !== undefined; close = open.pop()) {
        try {
          await close(Math.max(0, deadline - now()));
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
