/**
 * Limits the attempts that aren't recorded yet while a process starts. A process that ends soon after each of its starts, for
 * example for lack of memory, would otherwise send everything that waits in each of its lives and record nothing. Pure.
 */

/** Attempts that may be unrecorded when the process starts. */
const FIRST_WINDOW = 32;
/** With so many, the start is over: from then on other limits hold. */
const LAST_WINDOW = 1_024;

export interface SlowStart {
  /** Reports whether another attempt may begin while `unrecorded` attempts are in flight or have ended and aren't recorded. */
  readonly mayBegin: (unrecorded: number) => boolean;
  /** Number of attempts that were recorded, or that take so long that they delay others. */
  readonly grow: (attempts: number) => void;
  /** From now on any number may be unrecorded. */
  readonly end: () => void;
}

export function createSlowStart(): SlowStart {
  let window = FIRST_WINDOW;
  return {
    mayBegin: (unrecorded) => unrecorded < window,
    grow: (attempts) => {
      window += attempts;
      if (window >= LAST_WINDOW) window = Infinity;
    },
    end: () => {
      window = Infinity;
    },
  };
}
