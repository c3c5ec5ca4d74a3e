/** What was opened, to be closed in the opposite order: by a stop, and by a start that fails on its way. */

/** Gets the time that is left for all closers together, in ms. */
export type Close = (leftMs: number) => void | Promise<void>;

export interface Closers {
  /** To be called as soon as something is open. */
  readonly add: (close: Close) => void;
  /**
   * Closes what is open, the last opened first, each once. A closer that fails keeps none of the others from running; then
   * rejects with the first failure.
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
