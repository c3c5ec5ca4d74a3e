/** A clock for durations, which doesn't move when the system time is set. */
import { uptime } from "node:os";

/** Returns a time in ms. */
export type Now = () => number;

/** Smaller differences come from the resolution of `uptime`, not from sleep. */
const SLEEP_MS = 2_000;
const LOOK_FOR_SLEEP_EVERY_MS = 1_000;

/** Milliseconds since a fixed moment, including the time the computer slept. */
export const steadyNow: Now = createSteadyClock(() => performance.now(), uptime);

/** Creates a clock that adds sleep: `performance.now` stops while the computer sleeps, the coarse `uptimeSeconds` doesn't. */
export function createSteadyClock(monotonic: Now, uptimeSeconds: () => number): Now {
  /**
   * Returns the lead of the uptime. It is compared with the lead at the start, so that the steps of `uptime` never add up.
   */
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
