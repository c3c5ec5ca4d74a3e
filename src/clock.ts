/** The time that a host decides by: what is due, what has expired, and when periodic work comes. Sockets have timers of their own. */
import { steadyNow } from "./steady.ts";
import type { Now } from "./steady.ts";

/** Work that was asked for and has not begun. */
export interface Timer {
  readonly cancel: () => void;
  /** Lets the process end although the work is still to come. */
  readonly unref: () => Timer;
}

/** Runs work once, after `ms`. A promise that the work returns is part of it. */
export type Schedule = (ms: number, work: () => unknown) => Timer;

export interface Clock {
  /** Epoch ms. */
  readonly now: Now;
  /** Milliseconds since a fixed moment; setting the time of the computer doesn't move it. */
  readonly steady: Now;
  /** Epoch ms by which receivers judge a signature. */
  readonly signing: Now;
  /** Longest time that a timer is on time for: those of a computer stand still while it sleeps. */
  readonly maxTimerMs: number;
  /** For work at a time that matters: a retry, the end of a pause. */
  readonly schedule: Schedule;
  /** For a look that is repeated anyway: on a clock that is set forward, it may come later than it was asked for. */
  readonly scheduleLook: Schedule;
}

const schedule: Schedule = (ms, work) => {
  const timeout = setTimeout(() => void work(), ms);
  const timer: Timer = {
    cancel: () => clearTimeout(timeout),
    unref: () => {
      timeout.unref();
      return timer;
    },
  };
  return timer;
};

/** The computer's own clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  steady: steadyNow,
  signing: () => Date.now(),
  maxTimerMs: 10_000,
  schedule,
  scheduleLook: schedule,
};
