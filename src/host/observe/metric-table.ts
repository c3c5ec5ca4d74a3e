/** Metrics of Callboard. The table is a contract, and a test compares docs/metrics.md with it. */

export type MetricKind = "gauge" | "counter" | "histogram";

/** Name → kind, meaning and labels. */
export const METRICS = {
  callboard_build_info: [
    "gauge",
    "Version, role and kind of database of this process, always 1",
    ["version", "role", "database"],
  ],
  callboard_up_seconds: ["gauge", "Seconds since this process started", []],
  callboard_ready: ["gauge", "1 if events can be accepted and recorded, else 0", []],
  callboard_database_up: ["gauge", "1 if the database responds, else 0", []],
  callboard_events_accepted_total: ["counter", "Events accepted by this process, by site", ["site"]],
  callboard_events_deprecated_total: [
    "counter",
    "Events of deprecated types accepted by this process, by site and event type; other beyond 200 pairs",
    ["site", "event"],
  ],
  callboard_events_duplicate_total: [
    "counter",
    "Events answered as duplicates by this process, by site",
    ["site"],
  ],
  callboard_events_in_transactions_total: [
    "counter",
    "Events published by this process in transactions of its program, committed or not, by site",
    ["site"],
  ],
  callboard_events_refused_total: [
    "counter",
    "Requests with events refused by this process, by site and error code",
    ["site", "code"],
  ],
  callboard_outbox_up: ["gauge", "1 if this process reads the outbox table, else 0", []],
  callboard_outbox_rows: [
    "gauge",
    "Rows of the outbox table, by state: waiting or refused (counted up to 10,000)",
    ["state"],
  ],
  callboard_outbox_read_total: [
    "counter",
    "Rows of the outbox table settled by this process, by result: accepted, duplicate or refused",
    ["result"],
  ],
  callboard_deliveries_created_total: [
    "counter",
    "Deliveries made from events accepted by this process, by site",
    ["site"],
  ],
  callboard_deliveries_waiting: [
    "gauge",
    "Deliveries waiting for an attempt, by site and lane",
    ["site", "lane"],
  ],
  callboard_oldest_waiting_seconds: [
    "gauge",
    "Seconds by which the delivery that waits longest is overdue, by site",
    ["site"],
  ],
  callboard_deliveries_in_flight: ["gauge", "Requests of deliveries under way in this process", []],
  callboard_deliveries_in_flight_limit: [
    "gauge",
    "Most requests in flight that the open files of this process allow",
    [],
  ],
  callboard_deliveries_in_flight_limit_reached_total: [
    "counter",
    "Times that this process reached its limit of requests in flight",
    [],
  ],
  callboard_deliveries_unsettled: [
    "gauge",
    "Finished attempts of this process that are not recorded yet",
    [],
  ],
  callboard_attempts_total: [
    "counter",
    "Attempts finished by this process, by site, outcome and class of the status",
    ["site", "outcome", "status"],
  ],
  callboard_deliveries_retried_total: [
    "counter",
    "Attempts recorded by this process after which the delivery waits for another one, by site",
    ["site"],
  ],
  callboard_deliveries_ended_total: [
    "counter",
    "Deliveries ended by this process, by site, state and reason",
    ["site", "state", "reason"],
  ],
  callboard_attempt_seconds: [
    "histogram",
    "Time of an attempt from looking up the name to the last byte of the answer, by outcome",
    ["outcome"],
  ],
  callboard_delivery_lag_seconds: [
    "histogram",
    "Time from when an attempt was due to when it was sent, by lane",
    ["lane"],
  ],
  callboard_delivery_seconds: [
    "histogram",
    "Time from accepting an event to each of its deliveries being delivered",
    [],
  ],
  callboard_settle_seconds: ["histogram", "Time of a transaction that records finished attempts", []],
  callboard_settle_errors_total: ["counter", "Times that finished attempts could not be recorded", []],
  callboard_claim_seconds: ["histogram", "Time of a claim of due deliveries", []],
  callboard_leases_expired_total: [
    "counter",
    "Deliveries taken over from processes that died or were too slow",
    [],
  ],
  callboard_endpoints: ["gauge", "Endpoints, by site", ["site"]],
  callboard_endpoints_open: ["gauge", "Endpoints whose circuit is open, by site", ["site"]],
  callboard_endpoints_paused: [
    "gauge",
    "Endpoints that are paused after days of failures, by site",
    ["site"],
  ],
  callboard_endpoint_waiting: [
    "gauge",
    "Deliveries waiting for one endpoint, for the 20 with the most",
    ["site", "receiver", "origin"],
  ],
  callboard_endpoint_failing_seconds: [
    "gauge",
    "Seconds since the last success of one endpoint, for the 20 that fail longest",
    ["site", "receiver", "origin"],
  ],
  callboard_retention_runs_total: ["counter", "Runs of retention in this process, by result", ["result"]],
  callboard_retention_last_success_timestamp_seconds: [
    "gauge",
    "When retention last ended well in this process, in Unix time",
    [],
  ],
  callboard_limit: [
    "gauge",
    "Limits of this process, by name, what they are counted for, and unit",
    ["limit", "per", "unit"],
  ],
  callboard_limit_level: [
    "gauge",
    "Highest present level of each limit that is counted",
    ["limit", "per", "unit"],
  ],
  callboard_disk_free_bytes: [
    "gauge",
    "Free bytes of the disk of the database file, or of the data directory",
    [],
  ],
  callboard_database_connections: ["gauge", "Connections of this process to PostgreSQL, by state", ["state"]],
  callboard_database_connections_limit: ["gauge", "Most connections of this process to PostgreSQL", []],
  callboard_database_connections_awaited: [
    "gauge",
    "Requests of this process that wait for a connection to PostgreSQL",
    [],
  ],
  callboard_database_clock_ahead_seconds: [
    "gauge",
    "Seconds by which PostgreSQL's clock is ahead of this process's, negative when it is behind",
    [],
  ],
} as const satisfies Record<string, readonly [kind: MetricKind, meaning: string, labels: readonly string[]]>;

export type MetricName = keyof typeof METRICS;
