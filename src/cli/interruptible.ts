/** Work that ends in order when the process is told to end, and says what became of it. */
import { CommandFailure } from "./exit.ts";
import type { Io } from "./io.ts";
import { onEnd } from "./signals.ts";

/**
 * @param consequence one sentence about what was done and what was not
 * @throws CommandFailure INTERRUPTED if the work ends because of its signal
 */
export async function interruptible<Result>(
  { env }: Pick<Io, "env">,
  consequence: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  const interrupted = new CommandFailure("failed", "INTERRUPTED", consequence);
  const release = onEnd(env, { stop: () => ending.abort(interrupted), insist: () => process.exit(1) });
  try {
    return await work(ending.signal);
  } catch (error) {
    throw ending.signal.aborted ? interrupted : error;
  } finally {
    release();
  }
}
