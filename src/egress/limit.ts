/** Limits the number of tasks that run at the same time. The others wait in order of arrival. */

export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

export function createLimit(max: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (task) => {
    if (running < max) running += 1;
    else await new Promise<void>((start) => waiting.push(start));
    try {
      return await task();
    } finally {
      // A finished task passes its slot to the next waiter, so that a new caller can't jump the queue.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
