/** Formats /metrics: counters of this process, and current levels as far as they can be read. */
import { statfs } from "node:fs/promises";
import { steadyNow } from "../../steady.ts";
import type { EngineStatus } from "../delivery/engine.ts";
import type { Limit } from "../model/limits.ts";
import type { Database } from "../store/db/database.ts";
import { listEndpoints } from "../store/tables/endpoints.ts";
import { overdueSince } from "../store/tables/overdue.ts";
import { receiverName } from "../model/receiver.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { countWaitingByLane } from "../store/tables/waiting.ts";
import type { WaitingInLane } from "../store/tables/waiting.ts";
import type { Figures, Labels } from "./figures.ts";
import type { MetricName } from "./metric-table.ts";
import type { Readiness } from "./readiness.ts";
import { within } from "../../within.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

export interface MetricsParts {
  readonly figures: Figures;
  readonly database: Database;
  readonly snapshots: Pick<Snapshots, "all">;
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

/** Snapshot and levels of a site. */
interface Standing {
  readonly snapshot: SiteSnapshot;
  readonly endpoints: readonly Endpoint[];
  readonly lanes: readonly WaitingInLane[];
  readonly overdueSince: number | undefined;
}

/** The text for one who asks now. Answers while the database is down. */
export function createMetrics(parts: MetricsParts): () => Promise<string> {
  const { figures, database, snapshots, engineStatus, dataDir, readiness, limits, build } = parts;
  const startedAt = steadyNow();
  let counted: { readonly until: number; readonly standings: readonly Standing[] } | undefined;
  let looking: Promise<string> | undefined;

  async function standings(): Promise<readonly Standing[]> {
    const begun = steadyNow();
    if (counted !== undefined && counted.until > begun) return counted.standings;
    const found: Standing[] = [];
    const q = await database.lists();
    for (const snapshot of snapshots.all()) {
      const { no } = snapshot.site;
      found.push({
        snapshot,
        endpoints: await listEndpoints(q, no),
        lanes: await countWaitingByLane(q, no),
        overdueSince: await overdueSince(q, [no], database.now()),
      });
    }
    const tookMs = steadyNow() - begun;
    counted = { until: begun + Math.max(COUNTED_FOR_MS, COUNTING_SHARE * tookMs), standings: found };
    return found;
  }

  /** All at once, after the database has answered: nothing half. */
  function setStandings(found: readonly Standing[]): void {
    const now = database.now();
    OF_DATABASE.forEach(figures.clear);
    for (const { snapshot, endpoints, lanes, overdueSince: since } of found) {
      const site = snapshot.site.key;
      const waiting = (lane: number) =>
        lanes.filter((each) => each.lane === lane).reduce((sum, each) => sum + each.waiting, 0);
      const open = endpoints.filter(({ openUntil }) => (openUntil ?? 0) > now);
      const paused = endpoints.filter(({ pausedAt }) => pausedAt !== undefined);
      figures.set("callboard_deliveries_waiting", waiting(0), { site, lane: "primary" });
      figures.set("callboard_deliveries_waiting", waiting(1), { site, lane: "secondary" });
      figures.set("callboard_oldest_waiting_seconds", secondsSince(since, now), { site });
      figures.set("callboard_endpoints", endpoints.length, { site });
      figures.set("callboard_endpoints_open", open.length, { site });
      figures.set("callboard_endpoints_paused", paused.length, { site });
    }
    setWorst("callboard_endpoint_waiting", found, ({ lanes }, { no }) =>
      lanes.filter(({ endpointNo }) => endpointNo === no).reduce((sum, each) => sum + each.waiting, 0),
    );
    setWorst("callboard_endpoint_failing_seconds", found, (_standing, { failingSince }) =>
      secondsSince(failingSince, now),
    );
  }

  /** The endpoints with the largest values, as far as they are above 0. */
  function setWorst(
    name: "callboard_endpoint_waiting" | "callboard_endpoint_failing_seconds",
    found: readonly Standing[],
    valueOf: (standing: Standing, endpoint: Endpoint) => number,
  ): void {
    found
      .flatMap((standing) =>
        standing.endpoints.map((endpoint) => ({
          value: valueOf(standing, endpoint),
          labels: toLabels(standing, endpoint),
        })),
      )
      .filter(({ value }) => value > 0)
      .toSorted((a, b) => b.value - a.value)
      .slice(0, MAX_ENDPOINTS)
      .forEach(({ value, labels }) => figures.set(name, value, labels));
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
      setStandings(await within(MAX_WAIT_MS, standings()));
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

function toLabels({ snapshot }: Standing, { receiver, origin }: Endpoint): Labels {
  return { site: snapshot.site.key, receiver: receiverName(snapshot, receiver) ?? "removed", origin };
}
