/** What a simulation is given: who receives how much, how they answer, and what serves them. Pure. */
import type { RetryScheduleName } from "../../src/host/model/retry-schedules.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A time in which receivers fail. */
export interface Trouble {
  /** Milliseconds from the start of the trace. */
  readonly from: number;
  readonly until: number;
  /** `away`: no connection, noticed after `afterMs`. `unavailable`: 503 at once. */
  readonly kind: "away" | "unavailable";
  readonly afterMs: number;
}

/** Endpoints that are alike. */
export interface Cohort {
  readonly name: string;
  readonly endpoints: number;
  /** Of all of them together. */
  readonly deliveriesPerDay: number;
  /** The n-th busiest of them gets a share in proportion to n^-skew; 0 is the same for each. */
  readonly skew: number;
  /** Median time of a response, and the standard deviation of its logarithm. */
  readonly responseMs: number;
  readonly responseSpread: number;
  /** Share of attempts that get a 503, at any time. */
  readonly errorShare: number;
  readonly secondaryShare: number;
  readonly troubles: readonly Trouble[];
}

/** Limits and rules that can be changed to see what they do. */
export interface Rules {
  readonly processes: number;
  /** CPU time of one core for one attempt, in microseconds. */
  readonly cpuMicros: number;
  readonly concurrency: { readonly primary: number; readonly secondary: number };
  readonly endpointBacklog: number;
  readonly retrySchedule: RetryScheduleName;
  readonly hasBreaker: boolean;
}

export interface Trace {
  readonly name: string;
  readonly hours: number;
  /** The busiest moment of the day ÷ the average; the rate follows a sine with its peak at 14:00. */
  readonly peak: number;
  readonly cohorts: readonly Cohort[];
}

/** The share of the average rate at a time of the trace. */
export function rateAt({ peak }: Pick<Trace, "peak">, at: number): number {
  return 1 + (peak - 1) * Math.cos((2 * Math.PI * (at - 14 * HOUR_MS)) / DAY_MS);
}

/**
 * One in `factor` endpoints of a cohort, at least one, each with its deliveries of a day: the average of the `factor` endpoints
 * beside it in the order of their rates. Together they have a `factor`-th of the cohort's, whatever the number is rounded to.
 */
export function sampleRates(
  { endpoints, deliveriesPerDay, skew }: Cohort,
  factor: number,
): readonly number[] {
  const sampled = Math.max(1, Math.round(endpoints / factor));
  const edge = (index: number) => 0.5 + (index * endpoints) / sampled;
  // The integral of n^-skew.
  const sumTo = (rank: number) => (skew === 1 ? Math.log(rank) : rank ** (1 - skew) / (1 - skew));
  const all = sumTo(edge(sampled)) - sumTo(edge(0));
  return Array.from({ length: sampled }, (_, index) => {
    const share = (sumTo(edge(index + 1)) - sumTo(edge(index))) / all;
    return (share * deliveriesPerDay) / factor;
  });
}
