/**
 * Who may hold a database connection: at most `max` at a time, in the order of asking. A database that has fewer connections than the
 * pool may open makes the number shrink, so that requests wait for a connection instead of failing. Pure but for its promises: the
 * caller brings the timers.
 */

export interface ConnectionSlots {
  /** Resolves once the caller has a slot. Rejects with the reason of {@link ConnectionSlots.refuseAll}. */
  readonly acquire: () => Promise<void>;
  readonly release: () => void;
  /** The database has no more connections than these: gives the caller's slot back and lowers the number, to 1 at least. */
  readonly shrink: (to: number) => void;
  /** One slot more, up to `max`: the database may have connections again. */
  readonly grow: () => void;
  readonly refuseAll: (reason: Error) => void;
  readonly size: () => number;
  readonly waiting: () => number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

export function createConnectionSlots(max: number): ConnectionSlots {
  let size = max;
  let used = 0;
  let waiters: Waiter[] = [];

  function serve(): void {
    while (used < size) {
      const next = waiters.shift();
      if (next === undefined) return;
      used += 1;
      next.resolve();
    }
  }

  return {
    acquire: () =>
      new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        serve();
      }),
    release: () => {
      used -= 1;
      serve();
    },
    shrink: (to) => {
      used -= 1;
      size = Math.max(1, Math.min(size, to));
      serve();
    },
    grow: () => {
      size = Math.min(max, size + 1);
      serve();
    },
    refuseAll: (reason) => {
      const refused = waiters;
      waiters = [];
      for (const { reject } of refused) reject(reason);
    },
    size: () => size,
    waiting: () => waiters.length,
  };
}
