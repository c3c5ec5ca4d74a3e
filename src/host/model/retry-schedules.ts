/** Retry schedules as data, and when the next attempt is due. Sources: DESIGN of Jira's policy, Standard Webhooks' advice. */

/** Delay before each retry, in milliseconds: a fixed step with jitter, or any time between two. */
export interface RetrySchedule {
  readonly steps: readonly (number | { readonly from: number; readonly to: number })[];
  /** Part of a fixed step that is added or subtracted at random. */
  readonly jitter: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const RETRY_SCHEDULES = {
  /** Five retries, each after 5 to 15 minutes, as Jira does. */
  jira: { steps: Array.from({ length: 5 }, () => ({ from: 5 * MINUTE, to: 15 * MINUTE })), jitter: 0 },
  standard: { steps: [5_000, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR], jitter: 0.2 },
  dev: { steps: [200, 1_000, 5_000, 15_000, 30_000], jitter: 0 },
} as const satisfies Record<string, RetrySchedule>;

/** Schedule of a delivery that is attempted once. */
export const NO_RETRIES: RetrySchedule = { steps: [], jitter: 0 };

export type RetryScheduleName = keyof typeof RETRY_SCHEDULES;

export function isRetrySchedule(name: string): name is RetryScheduleName {
  return Object.hasOwn(RETRY_SCHEDULES, name);
}

/**
 * Milliseconds until the retry after `failed` failed attempts, or undefined when the schedule is used up. What the receiver
 * asks for counts from the step itself up to twice the step. `random` is in [0, 1).
 */
export function retryDelay(
  schedule: RetrySchedule,
  failed: number,
  random: number,
  retryAfterMs?: number,
): number | undefined {
  const step = schedule.steps[failed - 1];
  if (step === undefined) return undefined;
  const [base, delay] =
    typeof step === "number"
      ? [step, step * (1 + schedule.jitter * (2 * random - 1))]
      : [step.from, step.from + (step.to - step.from) * random];
  if (retryAfterMs === undefined) return Math.round(delay);
  return Math.round(Math.min(Math.max(delay, retryAfterMs), Math.max(2 * base, delay)));
}

/** The longest that {@link retryDelay} gives after `failed` failed attempts; after none, a delivery is due at once. */
export function longestDelay({ steps, jitter }: RetrySchedule, failed: number): number {
  const step = steps[failed - 1] ?? 0;
  return typeof step === "number" ? step * Math.max(2, 1 + jitter) : Math.max(2 * step.from, step.to);
}
