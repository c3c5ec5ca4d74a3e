/**
 * A queue of the requests in flight. They have the same time limit, so they expire in the order they started, and one timer
 * for the oldest is enough.
 *
 * The queue is a linked list through the requests. A Set's table would outlive its requests, and the garbage collector would
 * keep them: measured, that costs 20% of the time to send one.
 */

import { GRACE_MS, STALL_MS } from "./stall.ts";

export interface InLine<Item> {
  /** On the clock of `now`. */
  readonly deadlineAt: number;
  /** Called at the deadline. It must call `leave`. */
  readonly expire: () => void;
  /** The neighbors. Only the queue changes them. */
  older: Item | undefined;
  newer: Item | undefined;
}

export interface Deadlines<Item> {
  readonly oldest: () => Item | undefined;
  readonly count: () => number;
  /** Must be called in the order of `deadlineAt`. */
  readonly join: (item: Item) => void;
  /** Must follow `join`. */
  readonly leave: (item: Item) => void;
}

export function createDeadlines<Item extends InLine<Item>>(now: () => number): Deadlines<Item> {
  let oldest: Item | undefined;
  let newest: Item | undefined;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = 0;

  /** The timer is unreferenced: a pending request has a socket or a lookup that keeps the process alive. */
  function startTimer(delayMs: number): void {
    dueAt = now() + Math.max(0, delayMs);
    timer = setTimeout(expireDue, Math.max(0, delayMs));
    timer.unref();
  }

  function expireDue(): void {
    timer = undefined;
    // After a stall, responses that arrived meanwhile are read first.
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

export interface DeadlineQueues<Item> {
  /** Returns the queue of the requests with this time limit. */
  readonly get: (timeoutMs: number) => Deadlines<Item>;
  readonly oldest: () => Item | undefined;
  readonly count: () => number;
}

/** Queues of time limits that were met; beyond it those without a request are forgotten. */
const MAX_QUEUES = 100;

/** Creates a queue for each time limit. Nearly all requests have the usual one, whose queue costs no look-up. */
export function createDeadlineQueues<Item extends InLine<Item>>(
  usualMs: number,
  now: () => number,
): DeadlineQueues<Item> {
  const usual = createDeadlines<Item>(now);
  const others = new Map<number, Deadlines<Item>>();
  const list = () => [usual, ...others.values()];

  function getOther(timeoutMs: number): Deadlines<Item> {
    const known = others.get(timeoutMs);
    if (known !== undefined) return known;
    if (others.size >= MAX_QUEUES)
      for (const [key, queue] of others) if (queue.count() === 0) others.delete(key);
    const created = createDeadlines<Item>(now);
    others.set(timeoutMs, created);
    return created;
  }

  return {
    get: (timeoutMs) => (timeoutMs === usualMs ? usual : getOther(timeoutMs)),
    oldest: () =>
      list()
        .find((queue) => queue.count() > 0)
        ?.oldest(),
    count: () => list().reduce((sum, queue) => sum + queue.count(), 0),
  };
}
