/**
 * The figures of this process, kept by prom-client: what happens is counted as it happens, and how things stand is asked for
 * when somebody looks.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { METRICS } from "./metric-table.ts";
import type { MetricName } from "./metric-table.ts";

const REQUEST_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];
const STATEMENT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

const BUCKETS: Readonly<Record<NamesOf<"histogram">, readonly number[]>> = {
  callboard_attempt_seconds: REQUEST_SECONDS,
  callboard_delivery_lag_seconds: WAIT_SECONDS,
  callboard_delivery_seconds: WAIT_SECONDS,
  callboard_settle_seconds: STATEMENT_SECONDS,
  callboard_claim_seconds: STATEMENT_SECONDS,
};

type NamesOf<Kind> = {
  [Name in MetricName]: (typeof METRICS)[Name][0] extends Kind ? Name : never;
}[MetricName];

export type Labels = Readonly<Record<string, string>>;

export interface Figures {
  /** One more, or `by` more. */
  readonly count: (name: NamesOf<"counter">, labels?: Labels, by?: number) => void;
  readonly observe: (name: NamesOf<"histogram">, seconds: number, labels?: Labels) => void;
  readonly set: (name: NamesOf<"gauge">, value: number, labels?: Labels) => void;
  /** Forgets what a gauge was set to, for all its labels. */
  readonly clear: (name: NamesOf<"gauge">) => void;
  /** Sets a counter that is counted elsewhere. */
  readonly setCounter: (name: NamesOf<"counter">, value: number) => void;
  /** In Prometheus' text format, the process's own figures included. */
  readonly text: () => Promise<string>;
}

/** Memory, CPU, garbage collection and the delay of the event loop are the process's, however many hosts are in it. */
let processFigures: Promise<Registry> | undefined;
/** Before the first delays of the event loop were measured, their figures would be nonsense. */
const FIRST_DELAYS_MS = 50;

/** Begins with the first request for figures: to measure the delay of the event loop wakes the process a hundred times a second. */
async function observeProcess(): Promise<Registry> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  await new Promise((resolve) => setTimeout(resolve, FIRST_DELAYS_MS));
  return registry;
}

export function createFigures(): Figures {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, [kind, help, labels]] of Object.entries(METRICS)) {
    const shared = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === "counter") counters.set(name, new Counter(shared));
    else if (kind === "gauge") gauges.set(name, new Gauge(shared));
    else {
      const buckets = [...BUCKETS[name as NamesOf<"histogram">]];
      histograms.set(name, new Histogram({ ...shared, buckets }));
    }
  }
  // A gauge without labels stands at 0 from the start; unknown is not 0.
  for (const name of gauges.keys()) forget(name);

  function forget(name: string): void {
    const gauge = gauges.get(name);
    gauge?.reset();
    if (METRICS[name as MetricName].at(2)?.length === 0) gauge?.remove();
  }

  return {
    count: (name, labels = {}, by = 1) => counters.get(name)?.inc(labels, by),
    observe: (name, seconds, labels = {}) => histograms.get(name)?.observe(labels, seconds),
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    clear: forget,
    setCounter: (name, value) => {
      const counter = counters.get(name);
      counter?.reset();
      counter?.inc(value);
    },
    text: async () => {
      processFigures ??= observeProcess();
      const ofProcess = await (await processFigures).metrics();
      return `${await registry.metrics()}\n${ofProcess}`;
    },
  };
}
