/** What /metrics shows, in Prometheus' text format. The table is the contract; docs/metrics.md is compared with it. */

export const METRICS = {
  callboard_up_seconds: ["gauge", "Seconds since this process started"],
  callboard_deliveries_waiting: [
    "gauge",
    "Deliveries that wait for an attempt, by site; counted up to 100,000",
  ],
  callboard_endpoints_open: ["gauge", "Endpoints whose breaker is open, by site"],
  callboard_endpoints_paused: ["gauge", "Endpoints that are paused after days of failures, by site"],
  callboard_deliveries_in_flight: ["gauge", "Requests of deliveries under way in this process"],
  callboard_deliveries_unsettled: [
    "gauge",
    "Attempts of this process that are answered and not yet recorded",
  ],
  callboard_deliveries_in_flight_limit: [
    "gauge",
    "Most requests in flight that the open files of this process allow",
  ],
  callboard_deliveries_in_flight_limit_reached_total: [
    "counter",
    "Times that this process reached its limit of requests in flight",
  ],
  callboard_attempts_total: [
    "counter",
    "Deliveries settled after an attempt by this process, by site and state",
  ],
} as const satisfies Record<string, readonly [kind: "gauge" | "counter", meaning: string]>;

export type MetricName = keyof typeof METRICS;

export interface Sample {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads every value at this moment. */
export type Metrics = () => Promise<readonly Sample[]>;

const escaped = (value: string) =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

/** A metric without a sample is told all the same, so that a dashboard sees that it exists. */
export function metricsText(samples: readonly Sample[]): string {
  return (Object.keys(METRICS) as MetricName[])
    .flatMap((name) => {
      const [kind, meaning] = METRICS[name];
      const lines = samples.filter((sample) => sample.name === name).map(lineOf);
      return [`# HELP ${name} ${meaning}`, `# TYPE ${name} ${kind}`, ...lines];
    })
    .join("\n")
    .concat("\n");
}

function lineOf({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}
