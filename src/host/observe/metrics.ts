/** Formats /metrics: counters of this process, and current levels as far as they can be read. */
import { statfs } from "node:fs/promises";
import { steadyNow } from "../../steady.ts";
import type { EngineStatus } from "../delivery/engine.ts";
import type { Limit } from "../model/limits.ts";
import type { Database } from "../store/db/database.ts";
import type { Queryable } from "../store/db/queryable.ts";
import { countEndpoints, listLongestFailing } from "../store/tables/endpoint-states.ts";
import type { EndpointCounts } from "../store/tables/endpoint-states.ts";
import { listOverdueSince } from "../store/tables/overdue.ts";
import { receiverName } from "../model/receiver.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { listWaitingByLane } from "../store/tables/waiting.ts";
import type { Figures } from "./figures.ts";
import type { MetricName } from "./metric-table.ts";
import type { Readiness } from "./readiness.ts";
import { within } from "../../within.ts";
import type { EndpointAt } from "../model/delivery.ts";
import { sumUpWaiting } from "../model/waiting.ts";
import type { Waiting } from "../model/waiting.ts";

export interface MetricsParts {
  readonly figures: Figures;
  readonly database: Database;
  readonly snapshots: Pick<Snapshots, "heads" | "get" | "isLoaded">;
  readonly engineStatus: () => EngineStatus;
  /** Directory whose disk is measured if the database is not a file. */
  readonly dataDir: string;
  readonly readiness: () => Promise<Readiness>;
  readonly limits: readonly Limit[];
  readonly build: { readonly version: string; readonly role: string };
}

/** Shorter than the usual scrape timeout of 10 s. */
const MAX_WAIT_MS = 5_000;
/** Minimum interval between counts of waiting deliveries. Counting uses one twentieth of the time at most. */
const COUNTED_FOR_MS = 5_000;
const COUNTING_SHARE = 20;
/** Endpoints that have labels of their own. */
const MAX_ENDPOINTS = 20;
const NO_ENDPOINTS: EndpointCounts = { all: 0, open: 0, paused: 0 };

/** Levels from the database. Undefined while it doesn't respond. */
const OF_DATABASE = [
  "callboard_deliveries_waiting",
  "callboard_oldest_waiting_seconds",
  "callboard_endpoints",
  "callboard_endpoints_open",
  "callboard_endpoints_paused",
  "callboard_endpoint_waiting",
  "callboard_endpoint_failing_seconds",
] as const satisfies readonly MetricName[];

/** How all sites stand: a few statements, however many sites and endpoints there are. */
interface Standing {
  readonly endpoints: ReadonlyMap<number, EndpointCounts>;
  readonly waiting: Waiting;
  readonly overdueSince: ReadonlyMap<number, number>;
  readonly failing: Awaited<ReturnType<typeof listLongestFailing>>;
}

async function readStanding(q: Queryable, now: number): Promise<Standing> {
  return {
    endpoints: await countEndpoints(q, now),
    waiting: sumUpWaiting(await listWaitingByLane(q), MAX_ENDPOINTS),
    overdueSince: await listOverdueSince(q, now),
    failing: await listLongestFailing(q, MAX_ENDPOINTS),
  };
}

/** The text for one who asks now. Answers while the database is down. */
export function createMetrics(parts: MetricsParts): () => Promise<string> {
  const { figures, database, snapshots, engineStatus, dataDir, readiness, limits, build } = parts;
  const startedAt = steadyNow();
  let counted: { readonly until: number; readonly standing: Standing } | undefined;
  let looking: Promise<string> | undefined;

  async function lookAtStanding(): Promise<Standing> {
    const begun = steadyNow();
    if (counted !== undefined && counted.until > begun) return counted.standing;
    const standing = await readStanding(await database.lists(), database.now());
    const tookMs = steadyNow() - begun;
    counted = { until: begun + Math.max(COUNTED_FOR_MS, COUNTING_SHARE * tookMs), standing };
    return standing;
  }

  /** All at once, after the database has answered: nothing half. */
  function setStanding({ endpoints, waiting, overdueSince, failing }: Standing): void {
    const now = database.now();
    OF_DATABASE.forEach(figures.clear);
    for (const { site } of snapshots.heads()) {
      const { all, open, paused } = endpoints.get(site.no) ?? NO_ENDPOINTS;
      const { 0: primary = 0, 1: secondary = 0 } = waiting.bySite.get(site.no) ?? {};
      const labels = { site: site.key };
      figures.set("callboard_deliveries_waiting", primary, { ...labels, lane: "primary" });
      figures.set("callboard_deliveries_waiting", secondary, { ...labels, lane: "secondary" });
      figures.set("callboard_oldest_waiting_seconds", secondsSince(overdueSince.get(site.no), now), labels);
      figures.set("callboard_endpoints", all, labels);
      figures.set("callboard_endpoints_open", open, labels);
      figures.set("callboard_endpoints_paused", paused, labels);
    }
    // Of two with the same labels the larger value stays.
    for (const endpoint of waiting.fullest.toReversed())
      setEndpoint("callboard_endpoint_waiting", endpoint, endpoint.waiting);
    for (const endpoint of failing.toReversed())
      setEndpoint("callboard_endpoint_failing_seconds", endpoint, secondsSince(endpoint.failingSince, now));
  }

  /** Another process may have made the endpoint a moment ago: then it is not known here yet. */
  function setEndpoint(
    name: "callboard_endpoint_waiting" | "callboard_endpoint_failing_seconds",
    { siteNo, endpointNo }: EndpointAt,
    value: number,
  ): void {
    // Soon after a start its site may not be loaded: then the next scrape names it.
    const snapshot = snapshots.isLoaded(siteNo) ? snapshots.get(siteNo) : undefined;
    const endpoint = snapshot?.endpoints.get(endpointNo);
    if (snapshot === undefined || endpoint === undefined) return;
    const { receiver, origin } = endpoint;
    const named = receiverName(snapshot, receiver) ?? "removed";
    figures.set(name, value, { site: snapshot.site.key, receiver: named, origin });
  }

  async function setDisk(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(database.file ?? dataDir);
      figures.set("callboard_disk_free_bytes", bavail * bsize);
    } catch {
      figures.clear("callboard_disk_free_bytes");
    }
  }

  function setProcess(): void {
    const { inFlight, unsettled, mostInFlight, limitReached } = engineStatus();
    figures.set("callboard_up_seconds", (steadyNow() - startedAt) / 1_000);
    figures.set("callboard_build_info", 1, { ...build, database: database.dialect.name });
    figures.set("callboard_deliveries_in_flight", inFlight);
    figures.set("callboard_deliveries_unsettled", unsettled);
    if (Number.isFinite(mostInFlight)) figures.set("callboard_deliveries_in_flight_limit", mostInFlight);
    figures.setCounter("callboard_deliveries_in_flight_limit_reached_total", limitReached);
    for (const { name, per, unit, max, level } of limits) {
      const labels = { limit: name, per, unit };
      figures.set("callboard_limit", max, labels);
      if (level !== undefined) figures.set("callboard_limit_level", level().highest, labels);
    }
    const connections = database.connections?.();
    if (connections === undefined) return;
    figures.set("callboard_database_connections", connections.used, { state: "used" });
    figures.set("callboard_database_connections", connections.idle, { state: "idle" });
    figures.set("callboard_database_connections_limit", connections.limit);
    figures.set("callboard_database_connections_awaited", connections.awaited);
    figures.set("callboard_database_clock_ahead_seconds", (database.now() - Date.now()) / 1_000);
  }

  /** False when it doesn't answer. */
  async function lookAtDatabase(): Promise<boolean> {
    try {
      setStanding(await within(MAX_WAIT_MS, lookAtStanding()));
      return true;
    } catch {
      return false;
    }
  }

  async function look(): Promise<string> {
    setProcess();
    await setDisk();
    const { ready, checks } = await readiness();
    const isUp = (checks["database"] ?? "ok") === "ok" && (await lookAtDatabase());
    if (!isUp) OF_DATABASE.forEach(figures.clear);
    figures.set("callboard_database_up", isUp ? 1 : 0);
    figures.set("callboard_ready", ready ? 1 : 0);
    return figures.text();
  }

  return () => (looking ??= look().finally(() => (looking = undefined)));
}

const secondsSince = (at: number | undefined, now: number): number =>
  at === undefined ? 0 : Math.max(0, now - at) / 1_000;
