/** Work that a process does again and again until it stops. */

export interface RepeatingParts {
  /** A number that it resolves to is the ms until the next run; Infinity for none. After anything else that is `everyMs`. */
  readonly run: () => Promise<unknown>;
  readonly everyMs: number;
  /** Until the first run; `everyMs` when left out. */
  readonly firstMs?: number;
  /** A run failed; the next one comes as if it had not. */
  readonly onError: (error: unknown) => void;
}

/** Runs never overlap: the next is planned when one has ended. The timer alone keeps no process alive. */
export interface Repeating {
  readonly start: () => void;
  /** Runs now, or once more after the run under way. */
  readonly wake: () => void;
  /** For a long run, to end early. */
  readonly isStopped: () => boolean;
  /** Resolves when the run under way has ended. */
  readonly stop: () => Promise<void>;
}

export function createRepeating({ run, everyMs, firstMs = everyMs, onError }: RepeatingParts): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;
  let isRunning = false;
  let isWoken = false;

  function plan(ms: number): void {
    isRunning = false;
    if (isStopped || (ms === Infinity && !isWoken)) return;
    timer = setTimeout(begin, isWoken ? 0 : ms).unref();
  }

  function begin(): void {
    isRunning = true;
    isWoken = false;
    running = takeTurn().then(plan);
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
    wake: () => {
      isWoken = true;
      if (isRunning) return;
      clearTimeout(timer);
      plan(0);
    },
    isStopped: () => isStopped,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
