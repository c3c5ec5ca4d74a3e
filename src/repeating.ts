/** Work that a process does again and again until it stops. */
import { realClock } from "./clock.ts";
import type { Schedule, Timer } from "./clock.ts";

export interface RepeatingParts {
  /** A number that it resolves to is the ms until the next run; Infinity for none. After anything else that is `everyMs`. */
  readonly run: () => Promise<unknown>;
  readonly everyMs: number;
  /** Until the first run; `everyMs` when left out. */
  readonly firstMs?: number;
  /** A run failed; the next one comes as if it had not. */
  readonly onError: (error: unknown) => void;
  /** The computer's own time when left out. */
  readonly schedule?: Schedule;
}

/** Runs never overlap: the next is planned when one has ended. The timer alone keeps no process alive. */
export interface Repeating {
  readonly start: () => void;
  /** For a long run, to end early. */
  readonly isStopped: () => boolean;
  /** Resolves when the run under way has ended. */
  readonly stop: () => Promise<void>;
}

export function createRepeating({
  run,
  everyMs,
  firstMs = everyMs,
  onError,
  schedule = realClock.scheduleLook,
}: RepeatingParts): Repeating {
  let timer: Timer | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;

  function plan(ms: number): void {
    if (!isStopped && ms !== Infinity) timer = schedule(ms, begin).unref();
  }

  function begin(): Promise<void> {
    return (running = takeTurn().then(plan));
  }

  async function takeTurn(): Promise<number> {
    try {
      const nextMs = await run();
      return typeof nextMs === "number" ? nextMs : everyMs;
    } catch (error) {
      onError(error);
      return everyMs;
    }
  }

  return {
    start: () => plan(firstMs),
    isStopped: () => isStopped,
    stop: async () => {
      isStopped = true;
      timer?.cancel();
      await running;
    },
  };
}
