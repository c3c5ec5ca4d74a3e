/** Steady time, for how long something takes or lasts: setting the computer's clock moves nothing. */
import { uptime } from "node:os";

/** Milliseconds. */
export type Now = () => number;

/** A difference below this is the resolution of `uptime`, not a sleep. */
const SLEEP_MS = 2_000;
const LOOK_FOR_SLEEP_EVERY_MS = 1_000;

/** Milliseconds since some moment in the past, including the time during which the computer slept. */
export const steadyNow: Now = createSteadyClock(() => performance.now(), uptime);

/** `performance.now` stands still while the computer sleeps; `uptimeSeconds`, which is coarse, does not. */
export function createSteadyClock(monotonic: Now, uptimeSeconds: () => number): Now {
  /** By how much the uptime is ahead, all sleep so far included: compared with the begin, so that its steps never add up. */
  const ahead = (now: number): number => uptimeSeconds() * 1_000 - now;
  let lookedAt = monotonic();
  const atFirst = ahead(lookedAt);
  let slept = 0;
  return () => {
    const now = monotonic();
    if (now - lookedAt >= LOOK_FOR_SLEEP_EVERY_MS) {
      lookedAt = now;
      const asleep = ahead(now) - atFirst;
      if (asleep - slept >= SLEEP_MS) slept = asleep;
    }
    return now + slept;
  };
}
