/** A clock that goes on by itself and can be set forward: what it passes on the way happens, in order, as if the time had passed. */
import TinyQueue from "tinyqueue";
import { realClock } from "../clock.ts";
import type { Clock, Schedule, Timer } from "../clock.ts";

/** While the clock is set forward, a look is repeated this often, or more often where the pauses would be longer than the maximum. */
const LOOKS_ON_THE_WAY = 24;
const MAX_LOOK_PAUSE_MS = 6 * 3_600_000;

export interface VirtualClockOptions {
  /** Epoch ms that it begins at; the computer's time when left out. */
  readonly beginAt?: number;
  /** The clock by which receivers judge signatures. */
  readonly signing: "real" | "virtual";
}

export interface VirtualClock extends Clock {
  /**
   * Sets the clock forward by `ms`. What was scheduled on the way is run at its time, one after the other, and each time waits
   * for `settled` before it goes on.
   */
  readonly advance: (ms: number, settled: () => Promise<void>) => Promise<void>;
  /** Runs nothing more. */
  readonly stop: () => void;
}

interface Item {
  /** On the steady clock. */
  readonly at: number;
  readonly work: () => unknown;
  isCanceled: boolean;
}

export function createVirtualClock({ beginAt, signing }: VirtualClockOptions): VirtualClock {
  const queue = new TinyQueue<Item>([], (a, b) => a.at - b.at);
  const begunAt = beginAt ?? realClock.now();
  const startedAt = realClock.steady();
  let ahead = 0;
  let lookPauseMs = 0;
  let alarm: Timer | undefined;
  let isAdvancing = false;
  let isStopped = false;

  const steady = (): number => realClock.steady() - startedAt + ahead;
  const now = (): number => Math.floor(begunAt + steady());

  function peek(): Item | undefined {
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      if (!next.isCanceled) return next;
      queue.pop();
    }
    return undefined;
  }

  /** The real time brings what is due, unless the clock is being set forward. */
  function arm(): void {
    alarm?.cancel();
    alarm = undefined;
    const next = peek();
    if (next === undefined || isAdvancing || isStopped) return;
    alarm = realClock.schedule(Math.max(0, next.at - steady()), runDue).unref();
  }

  function runDue(): void {
    const at = steady();
    for (let next = peek(); next !== undefined && next.at <= at; next = peek()) {
      queue.pop();
      void next.work();
    }
    arm();
  }

  const schedule: Schedule = (ms, work) => {
    const item: Item = { at: steady() + ms, work, isCanceled: false };
    queue.push(item);
    if (queue.peek() === item) arm();
    // The real timer alone keeps no process alive.
    const timer: Timer = { cancel: () => void (item.isCanceled = true), unref: () => timer };
    return timer;
  };

  async function passUntil(target: number, settled: () => Promise<void>): Promise<void> {
    await settled();
    for (let next = peek(); next !== undefined && next.at <= target && !isStopped; next = peek()) {
      queue.pop();
      ahead += Math.max(0, next.at - steady());
      await next.work();
      await settled();
    }
    ahead += Math.max(0, target - steady());
    await settled();
  }

  return {
    now,
    steady,
    signing: signing === "real" ? realClock.signing : now,
    maxTimerMs: Infinity,
    schedule,
    scheduleLook: (ms, work) => schedule(Math.max(ms, lookPauseMs), work),
    advance: async (ms, settled) => {
      isAdvancing = true;
      lookPauseMs = Math.min(ms / LOOKS_ON_THE_WAY, MAX_LOOK_PAUSE_MS);
      try {
        await passUntil(steady() + ms, settled);
      } finally {
        isAdvancing = false;
        lookPauseMs = 0;
        arm();
      }
    },
    stop: () => {
      isStopped = true;
      alarm?.cancel();
    },
  };
}
