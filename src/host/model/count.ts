import { MINUTE_OUTCOMES } from "./minute.ts";
import type { MinuteCount, MinuteOutcome } from "./minute.ts";
import type { Settled } from "./delivery.ts";

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
 * Test sends count for nothing: they say how a person tries, not how a receiver does. A delivery that failed without an
 * attempt counts at `now`.
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
      const sum = sumOf(sums, delivery, minute, outcomeOf(attempt.outcome, attempt.status));
      add(sum, attempt.durationMs);
    }
    if (settlement.state === "failed") {
      const minute = Math.floor((attempt?.startedAt ?? now) / MINUTE_MS);
      add(sumOf(sums, delivery, minute, "failed"), 0);
    }
  }
  return [...sums.values()];
}

function outcomeOf(outcome: string, status: number | undefined): MinuteOutcome {
  if (status === 200 || status === 204) return "ok";
  const [kind] = outcome.split(":");
  return MINUTE_OUTCOMES.find((name) => name === kind) ?? "unreachable";
}

function sumOf(
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
