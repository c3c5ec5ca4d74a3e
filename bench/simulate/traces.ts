/** The traces: a billion deliveries a day over 100,000 endpoints, and what goes wrong with them. Pure. */
import { HOUR_MS } from "./trace.ts";
import type { Cohort, Rules, Trace, Trouble } from "./trace.ts";

const DELIVERIES_PER_DAY = 1_000_000_000;
const ENDPOINTS = 100_000;

export const RULES: Rules = {
  processes: 16,
  cpuMicros: 100,
  concurrency: { primary: 20, secondary: 10 },
  endpointBacklog: 10_000,
  retrySchedule: "standard",
  hasBreaker: true,
};

interface Share {
  readonly endpoints: number;
  readonly deliveries: number;
}

const part = (
  name: string,
  { endpoints, deliveries }: Share,
  rest: Pick<Cohort, "responseMs" | "responseSpread" | "errorShare"> & Partial<Cohort>,
): Cohort => ({
  name,
  endpoints: ENDPOINTS * endpoints,
  deliveriesPerDay: DELIVERIES_PER_DAY * deliveries,
  skew: 0.6,
  secondaryShare: 0.1,
  troubles: [],
  ...rest,
});

const away = (from: number, until: number): Trouble => ({
  from: from * HOUR_MS,
  until: until * HOUR_MS,
  kind: "away",
  afterMs: 5_000,
});

/** The mix of receivers beside those of a trace, with its share of endpoints and deliveries. */
function others(share: Share): readonly Cohort[] {
  const of = (endpoints: number, deliveries: number): Share => ({
    endpoints: share.endpoints * endpoints,
    deliveries: share.deliveries * deliveries,
  });
  return [
    part("quick", of(0.9, 0.93), { responseMs: 60, responseSpread: 0.6, errorShare: 0.005 }),
    part("slow", of(0.095, 0.068), { responseMs: 800, responseSpread: 0.8, errorShare: 0.02 }),
    // Receivers that nobody has switched off.
    part("dead", of(0.005, 0.002), {
      responseMs: 0,
      responseSpread: 0,
      errorShare: 0,
      troubles: [away(0, Infinity)],
    }),
  ];
}

const DAY = { hours: 24, peak: 2 } as const;
const ALL: Share = { endpoints: 1, deliveries: 1 };

export const TRACES: readonly Trace[] = [
  { name: "day", ...DAY, cohorts: others(ALL) },
  {
    name: "outage",
    ...DAY,
    cohorts: [
      part(
        "customer",
        { endpoints: 0.004, deliveries: 0.02 },
        // Each the same: the sample has few of them, and their limits decide.
        { responseMs: 60, responseSpread: 0.6, errorShare: 0.005, skew: 0, troubles: [away(9, 15)] },
      ),
      ...others({ endpoints: 0.996, deliveries: 0.98 }),
    ],
  },
  {
    name: "storm",
    ...DAY,
    cohorts: [
      part(
        "region",
        { endpoints: 0.3, deliveries: 0.3 },
        {
          responseMs: 60,
          responseSpread: 0.6,
          errorShare: 0.005,
          troubles: [{ from: 13 * HOUR_MS, until: 13.5 * HOUR_MS, kind: "unavailable", afterMs: 20 }],
        },
      ),
      ...others({ endpoints: 0.7, deliveries: 0.7 }),
    ],
  },
  {
    name: "one-site",
    ...DAY,
    cohorts: [
      part(
        "site",
        { endpoints: 0.02, deliveries: 0.5 },
        { responseMs: 60, responseSpread: 0.6, errorShare: 0.005, skew: 0.3 },
      ),
      ...others({ endpoints: 0.98, deliveries: 0.5 }),
    ],
  },
];

/** What each limit does: a trace, and its rules with one of them changed. */
export const VARIATIONS: readonly {
  readonly trace: string;
  readonly name: string;
  readonly rules: Partial<Rules>;
}[] = [
  { trace: "outage", name: "backlog 1,000", rules: { endpointBacklog: 1_000 } },
  { trace: "outage", name: "backlog 100,000", rules: { endpointBacklog: 100_000 } },
  { trace: "outage", name: "no circuit breaker", rules: { hasBreaker: false } },
  { trace: "outage", name: "concurrency 5,5", rules: { concurrency: { primary: 5, secondary: 5 } } },
  { trace: "outage", name: "Jira's retries", rules: { retrySchedule: "jira" } },
  { trace: "storm", name: "8 processes", rules: { processes: 8 } },
  { trace: "storm", name: "Jira's retries", rules: { retrySchedule: "jira" } },
];
