/** Work that is repeated after a failure until it succeeds, or nobody wants it any more. */
import { setTimeout as sleep } from "node:timers/promises";

export interface UntilDoneOptions {
  /** Pause after a failure. */
  readonly againAfterMs: number;
  /** Ends the repetition; the try under way is awaited. */
  readonly signal: AbortSignal;
  /** A try failed, and the signal had not come. */
  readonly onError: (error: unknown) => void;
}

/** Resolves once the work has succeeded, or the signal has come. */
export async function untilDone(
  work: () => Promise<void>,
  { againAfterMs, signal, onError }: UntilDoneOptions,
): Promise<void> {
  const isWanted = (): boolean => !signal.aborted;
  while (isWanted()) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isWanted()) return;
      onError(error);
      await sleep(againAfterMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
