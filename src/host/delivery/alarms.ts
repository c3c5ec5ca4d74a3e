/** One timer for all lanes: it goes off at the earliest of their alarms. */
import TinyQueue from "tinyqueue";
import { realClock } from "../../clock.ts";
import type { Clock, Timer } from "../../clock.ts";
import type { LaneState } from "../model/lanes.ts";

export interface Alarms {
  /** Epoch ms. A lane may have several; each goes off. */
  readonly set: (at: number, lane: LaneState) => void;
  /** Before the start nothing goes off; alarms that are due by then go off at once. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** `ring` gets the lanes whose time has come. */
export function createAlarms(
  now: () => number,
  ring: (lanes: readonly LaneState[]) => void,
  { schedule, maxTimerMs }: Pick<Clock, "schedule" | "maxTimerMs"> = realClock,
): Alarms {
  const queue = new TinyQueue<{ readonly at: number; readonly lane: LaneState }>([], (a, b) => a.at - b.at);
  let running = false;
  let timer: Timer | undefined;
  let timerAt = Infinity;

  function arm(): void {
    const next = queue.peek();
    if (!running || next === undefined || next.at >= timerAt) return;
    timer?.cancel();
    timerAt = next.at;
    timer = schedule(Math.min(Math.max(0, next.at - now()), maxTimerMs), goOff);
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
      timer?.cancel();
    },
  };
}
