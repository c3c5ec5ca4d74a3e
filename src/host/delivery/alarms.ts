/** One timer for all lanes: it goes off at the earliest of their alarms. */
import TinyQueue from "tinyqueue";
import type { LaneState } from "../model/lanes.ts";

export interface Alarms {
  /** Epoch ms. A lane may have several; each goes off. */
  readonly set: (at: number, lane: LaneState) => void;
  /** Before the start nothing goes off; alarms that are due by then go off at once. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** Timers stand still while the computer sleeps: an alarm is late by this at most. */
const MAX_TIMER_MS = 10_000;

/** `ring` gets the lanes whose time has come. */
export function createAlarms(now: () => number, ring: (lanes: readonly LaneState[]) => void): Alarms {
  const queue = new TinyQueue<{ readonly at: number; readonly lane: LaneState }>([], (a, b) => a.at - b.at);
  let running = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Infinity;

  function arm(): void {
    const next = queue.peek();
    if (!running || next === undefined || next.at >= timerAt) return;
    clearTimeout(timer);
    timerAt = next.at;
    timer = setTimeout(goOff, Math.min(Math.max(0, next.at - now()), MAX_TIMER_MS));
  }

  function goOff(): void {
    timerAt = Infinity;
    const at = now();
    const lanes: LaneState[] = [];
    for (let next = queue.peek(); next !== undefined && next.at <= at; next = queue.peek()) {
      queue.pop();
      lanes.push(next.lane);
    }
    ring(lanes);
    arm();
  }

  return {
    set: (at, lane) => {
      queue.push({ at, lane });
      arm();
    },
    start: () => {
      running = true;
      arm();
    },
    stop: () => {
      running = false;
      clearTimeout(timer);
    },
  };
}
