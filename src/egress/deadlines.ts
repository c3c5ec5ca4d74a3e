/**
 * The requests under way, in a line: they all have the same time limit, so they run out of time in the order they began
 * and one timer, which only ever looks at the oldest, does for all of them.
 *
 * The line goes through the requests themselves. A Set would do the same, but its table outlives the requests it held,
 * which makes the garbage collector keep them: measured, that costs a fifth of what sending one costs.
 */

import { GRACE_MS, STALL_MS } from "./stall.ts";

export interface InLine<Item> {
  /** On the clock of `now`. */
  readonly deadlineAt: number;
  /** Called when the time is up; must leave the line. */
  readonly expire: () => void;
  /** The neighbours, which belong to the line. */
  older: Item | undefined;
  newer: Item | undefined;
}

export interface Deadlines<Item> {
  readonly oldest: () => Item | undefined;
  readonly count: () => number;
  /** Must be called in the order of `deadlineAt`. */
  readonly join: (item: Item) => void;
  /** Only for one who has joined. */
  readonly leave: (item: Item) => void;
}

export function createDeadlines<Item extends InLine<Item>>(now: () => number): Deadlines<Item> {
  let oldest: Item | undefined;
  let newest: Item | undefined;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = 0;

  /** The timer alone keeps no process alive: whatever waits has a socket or a lookup under way, which does. */
  function startTimer(delayMs: number): void {
    dueAt = now() + Math.max(0, delayMs);
    timer = setTimeout(expireDue, Math.max(0, delayMs));
    timer.unref();
  }

  function expireDue(): void {
    timer = undefined;
    // The process was held up: what arrived meanwhile is read first.
    if (oldest !== undefined && now() - dueAt >= STALL_MS) {
      startTimer(GRACE_MS);
      return;
    }
    while (oldest !== undefined) {
      const leftMs = oldest.deadlineAt - now();
      if (leftMs > 0) {
        startTimer(leftMs);
        return;
      }
      oldest.expire();
    }
  }

  return {
    oldest: () => oldest,
    count: () => count,
    join: (item) => {
      item.older = newest;
      if (newest === undefined) oldest = item;
      else newest.newer = item;
      newest = item;
      count += 1;
      if (timer === undefined) startTimer(item.deadlineAt - now());
    },
    leave: (item) => {
      if (item.older === undefined) oldest = item.newer;
      else item.older.newer = item.newer;
      if (item.newer === undefined) newest = item.older;
      else item.newer.older = item.older;
      item.older = undefined;
      item.newer = undefined;
      count -= 1;
    },
  };
}
