/** Statistics per minute, endpoint and outcome. Pure. */
import type { AttemptRecord, Settled } from "./delivery.ts";

/**
 * `ok` is 200 or 204, the successful statuses in Atlassian's service level; `accepted` is any other 2xx. `failed` counts
 * ended deliveries, not attempts.
 */
export type MinuteOutcome = "ok" | "accepted" | "refused" | "unreachable" | "forbidden" | "failed";

/** True for the outcomes of attempts that were answered with a 2xx. */
export const isGood = (outcome: string): boolean => outcome === "ok" || outcome === "accepted";

export interface MinuteCount {
  readonly siteNo: number;
  readonly minute: number;
  readonly endpointNo: number;
  readonly outcome: MinuteOutcome;
  readonly count: number;
  readonly msTotal: number;
  /** Number of attempts within 50 ms, 200 ms, 1 s and 5 s. */
  readonly within: readonly [number, number, number, number];
}

const MINUTE_MS = 60_000;

interface Sum {
  siteNo: number;
  minute: number;
  endpointNo: number;
  outcome: MinuteOutcome;
  count: number;
  msTotal: number;
  within: [number, number, number, number];
}

/**
 * Counts a batch. Test deliveries don't count: they show what a person tries, not how a receiver does. A delivery that failed
 * without an attempt counts at `now`.
 */
export function countMinutes(
  batch: readonly (Settled & { readonly test: boolean })[],
  now: number,
): readonly MinuteCount[] {
  const sums = new Map<string, Sum>();
  for (const { delivery, attempt, settlement, test } of batch) {
    if (test) continue;
    if (attempt !== undefined) {
      const minute = Math.floor(attempt.startedAt / MINUTE_MS);
      const sum = getSum(sums, delivery, minute, toMinuteOutcome(attempt));
      add(sum, attempt.durationMs);
    }
    if (settlement.state === "failed") {
      const minute = Math.floor((attempt?.startedAt ?? now) / MINUTE_MS);
      add(getSum(sums, delivery, minute, "failed"), 0);
    }
  }
  return [...sums.values()];
}

function toMinuteOutcome({ outcome, status }: AttemptRecord): MinuteOutcome {
  return status === 200 || status === 204 ? "ok" : outcome.kind;
}

function getSum(
  sums: Map<string, Sum>,
  { siteNo, endpointNo }: { readonly siteNo: number; readonly endpointNo: number },
  minute: number,
  outcome: MinuteOutcome,
): Sum {
  const key = `${siteNo} ${minute} ${endpointNo} ${outcome}`;
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { siteNo, minute, endpointNo, outcome, count: 0, msTotal: 0, within: [0, 0, 0, 0] };
    sums.set(key, sum);
  }
  return sum;
}

function add(sum: Sum, ms: number): void {
  sum.count += 1;
  sum.msTotal += ms;
  if (ms <= 50) sum.within[0] += 1;
  if (ms <= 200) sum.within[1] += 1;
  if (ms <= 1_000) sum.within[2] += 1;
  if (ms <= 5_000) sum.within[3] += 1;
}
