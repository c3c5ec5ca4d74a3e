/**
 * Event types whose bodies are not checked for a time, because a check of theirs took too long. So a hostile schema, or bodies
 * made for a slow one, cost the thread one check in a minute. Pure.
 */
export interface Suspensions {
  /** @param now any steady time, in ms */
  readonly add: (event: string, now: number) => void;
  readonly has: (event: string, now: number) => boolean;
}

export const SUSPENDED_MS = 60_000;
/** With so many event types suspended, all of the product are. */
export const MAX_SUSPENDED = 4;

/** Returns the suspensions of one product. */
export function createSuspensions(): Suspensions {
  const until = new Map<string, number>();
  return {
    add: (event, now) => void until.set(event, now + SUSPENDED_MS),
    has: (event, now) => {
      for (const [each, end] of until) if (end <= now) until.delete(each);
      return until.has(event) || until.size >= MAX_SUSPENDED;
    },
  };
}
