/** What a simulation comes to, in the numbers of the whole system: counted in the sample, and multiplied by its factor. Pure. */
import type { DueDelivery } from "../../src/host/model/delivery.ts";
import { createLags } from "./lags.ts";
import type { Lags } from "./lags.ts";
import { HOUR_MS } from "./trace.ts";
import type { Cohort, Trace } from "./trace.ts";

/** Attempts of a sample are some milliseconds apart: shorter lags are none. */
export const LEAST_LAG_MS = 5;

export interface LagFigures {
  readonly attempts: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** First attempts by lane, and retries. Only those of cohorts without trouble: the others wait for their own receivers. */
export const LAG_KINDS = ["primary", "secondary", "retry"] as const;
export type LagKind = (typeof LAG_KINDS)[number];

export interface Result {
  readonly accepted: number;
  readonly delivered: number;
  /** Of them `backlog-full`. */
  readonly failed: number;
  readonly backlogFull: number;
  /** When the trace ends. */
  readonly waiting: number;
  readonly highestBacklog: number;
  /** Milliseconds from the start of the trace. */
  readonly highestBacklogAt: number;
  readonly highestBacklogByCohort: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly attemptsPerSecond: { readonly average: number; readonly highest: number };
  readonly circuitsOpened: number;
  readonly paused: number;
  readonly lags: Readonly<Record<LagKind, LagFigures>>;
}

export interface Recorder {
  readonly accepted: () => void;
  /** It failed as `backlog-full`. */
  readonly refused: (cohort: Cohort) => void;
  readonly began: (cohort: Cohort) => void;
  readonly started: (cohort: Cohort, delivery: DueDelivery, at: number) => void;
  readonly ended: (cohort: Cohort, state: "delivered" | "failed") => void;
  readonly opened: () => void;
  readonly paused: () => void;
  /** @param waiting deliveries of the sample that wait at the end */
  readonly result: (waiting: number) => Result;
}

const MINUTE_MS = 60_000;

export function createResult(trace: Trace, factor: number): Recorder {
  const lags: Record<LagKind, Lags> = {
    primary: createLags(),
    secondary: createLags(),
    retry: createLags(),
  };
  const perMinute = new Map<number, number>();
  const backlog = new Map<Cohort, { waiting: number; highest: number }>(
    trace.cohorts.map((cohort) => [cohort, { waiting: 0, highest: 0 }]),
  );
  const counts = { accepted: 0, delivered: 0, failed: 0, backlogFull: 0, attempts: 0, opened: 0, paused: 0 };
  let waiting = 0;
  let highest = 0;
  let highestAt = 0;
  let now = 0;

  function change(cohort: Cohort, by: number): void {
    const own = backlog.get(cohort);
    if (own === undefined) return;
    own.waiting += by;
    own.highest = Math.max(own.highest, own.waiting);
    waiting += by;
    if (waiting > highest) [highest, highestAt] = [waiting, now];
  }

  return {
    accepted: () => (counts.accepted += 1),
    refused: () => {
      counts.failed += 1;
      counts.backlogFull += 1;
    },
    began: (cohort) => change(cohort, 1),
    started: ({ troubles }, { dueAt, attempts, lane }, at) => {
      now = at;
      counts.attempts += 1;
      const minute = Math.floor(at / MINUTE_MS);
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
      if (troubles.length > 0) return;
      lags[attempts > 0 ? "retry" : lane === 0 ? "primary" : "secondary"].add(at - dueAt);
    },
    ended: (cohort, state) => {
      counts[state] += 1;
      change(cohort, -1);
    },
    opened: () => (counts.opened += 1),
    paused: () => (counts.paused += 1),
    result: (left) => ({
      accepted: counts.accepted * factor,
      delivered: counts.delivered * factor,
      failed: counts.failed * factor,
      backlogFull: counts.backlogFull * factor,
      waiting: left * factor,
      highestBacklog: highest * factor,
      highestBacklogAt: highestAt,
      highestBacklogByCohort: Object.fromEntries(
        [...backlog].map(([{ name }, own]) => [name, own.highest * factor]),
      ),
      attempts: counts.attempts * factor,
      attemptsPerSecond: {
        average: (counts.attempts * factor) / ((trace.hours * HOUR_MS) / 1_000),
        highest: (Math.max(0, ...perMinute.values()) * factor) / 60,
      },
      circuitsOpened: counts.opened * factor,
      paused: counts.paused * factor,
      lags: {
        primary: toFigures(lags.primary, factor),
        secondary: toFigures(lags.secondary, factor),
        retry: toFigures(lags.retry, factor),
      },
    }),
  };
}

const toFigures = (lags: Lags, factor: number): LagFigures => ({
  attempts: lags.count() * factor,
  p50Ms: lags.percentile(0.5),
  p99Ms: lags.percentile(0.99),
  maxMs: lags.max(),
});
