/** Listens to the engine, and counts, logs and traces what it does. */
import { formatOutcome } from "../model/attempt-record.ts";
import type { LookedUp } from "../model/name-lookups.ts";
import type { DeliveryObserver, Observed } from "../delivery/observer.ts";
import { madeAt } from "../model/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { DeliveryLines } from "./delivery-lines.ts";
import type { Figures } from "./figures.ts";
import type { Tracing } from "./tracing.ts";

export interface ObserverParts {
  readonly figures: Figures;
  readonly lines: DeliveryLines;
  readonly tracing: Tracing | undefined;
  readonly snapshots: Pick<Snapshots, "get">;
  /** An attempt came to this. */
  readonly onLookup: (lookup: LookedUp) => void;
  /** The database's time. */
  readonly now: () => number;
}

const LANES = [{ lane: "primary" }, { lane: "secondary" }] as const;

export function createObserver(parts: ObserverParts): DeliveryObserver {
  const { figures, lines, tracing, snapshots, onLookup, now } = parts;
  const findSiteKey = (siteNo: number): string => snapshots.get(siteNo)?.site.key ?? "removed";

  function ended({ delivery, settlement }: Observed): void {
    const site = findSiteKey(delivery.siteNo);
    switch (settlement.state) {
      case "delivered":
        figures.count("callboard_deliveries_ended_total", { site, state: "delivered", reason: "" });
        if (!delivery.test && delivery.redelivery === 0 && delivery.replayNo === undefined)
          figures.observe("callboard_delivery_seconds", Math.max(0, now() - madeAt(delivery.id)) / 1_000);
        return;
      case "failed":
        figures.count("callboard_deliveries_ended_total", {
          site,
          state: "failed",
          reason: settlement.because,
        });
        return;
      case "waiting":
        figures.count("callboard_deliveries_retried_total", { site });
        return;
      default:
    }
  }

  return {
    started: ({ lane }, lagMs) =>
      figures.observe("callboard_delivery_lag_seconds", lagMs / 1_000, LANES[lane]),
    trace: tracing?.attempt,
    attempted: (observed) => {
      const { delivery, attempt } = observed;
      if (attempt !== undefined) {
        const { outcome, status, durationMs } = attempt;
        onLookup(attempt);
        figures.count("callboard_attempts_total", {
          site: findSiteKey(delivery.siteNo),
          outcome: formatOutcome(outcome),
          status: status === undefined ? "" : `${Math.floor(status / 100)}xx`,
        });
        figures.observe("callboard_attempt_seconds", durationMs / 1_000, { outcome: outcome.kind });
      }
      lines.attempted?.(observed);
    },
    circuitChanged: lines.circuitChanged,
    settled: (moved, tookMs) => {
      if (moved.length > 0) figures.observe("callboard_settle_seconds", tookMs / 1_000);
      for (const observed of moved) {
        ended(observed);
        if (observed.settlement.state === "failed") lines.failed(observed);
      }
    },
    settleFailed: () => figures.count("callboard_settle_errors_total"),
    claimed: (_rows, tookMs) => figures.observe("callboard_claim_seconds", tookMs / 1_000),
    leasesExpired: (rows) => figures.count("callboard_leases_expired_total", {}, rows),
  };
}
