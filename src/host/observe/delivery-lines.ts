/** Writes the engine's work to the server log, with public IDs, site keys and receiver names. */
import type { Fields, Logger, SparseLog } from "../../logger.ts";
import { formatOutcome } from "../model/attempt-record.ts";
import type { Observed } from "../delivery/observer.ts";
import { eventOfDelivery, formatId } from "../model/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { describeEndpointAt } from "../model/receiver.ts";
import type { BreakerState } from "../model/endpoint.ts";

export interface DeliveryLines {
  /** Writes one line for each attempt. Undefined unless the log level is `debug`. */
  readonly attempted: ((observed: Observed) => void) | undefined;
  /** The delivery failed for good. */
  readonly failed: (observed: Observed) => void;
  readonly circuitChanged: (before: BreakerState, after: BreakerState) => void;
}

export interface DeliveryLinesParts {
  readonly snapshots: Pick<Snapshots, "get">;
  readonly logger: Logger;
  readonly sparse: SparseLog;
  readonly tellsAttempts: boolean;
  readonly now: () => number;
}

export function createDeliveryLines(parts: DeliveryLinesParts): DeliveryLines {
  const { snapshots, logger, sparse, tellsAttempts, now } = parts;

  function ofDelivery({ delivery, attempt, settlement }: Observed): Fields {
    const { siteNo, id, endpointNo, event } = delivery;
    return {
      ...describeEndpointAt(snapshots.get(siteNo), { siteNo, endpointNo }),
      eventType: event,
      eventId: formatId("evt", siteNo, eventOfDelivery(id)),
      deliveryId: formatId("dlv", siteNo, id),
      state: settlement.state,
      ...(settlement.state === "failed" ? { reason: settlement.because } : {}),
      ...(attempt === undefined
        ? {}
        : {
            attempt: attempt.number,
            outcome: formatOutcome(attempt.outcome),
            ...(attempt.status === undefined ? {} : { status: attempt.status }),
            ...(attempt.detail === undefined ? {} : { error: attempt.detail }),
            durationMs: attempt.durationMs,
          }),
      ...(delivery.test ? { test: true } : {}),
    };
  }

  return {
    attempted: tellsAttempts
      ? (observed) => logger.debug("delivery.attempted", ofDelivery(observed))
      : undefined,
    failed: (observed) => {
      const { siteNo, endpointNo } = observed.delivery;
      sparse.write(`${siteNo} ${endpointNo}`, "info", "delivery.failed", ofDelivery(observed));
    },
    circuitChanged: (before, after) => {
      const { siteNo, no } = after;
      const key = `${siteNo} ${no}`;
      const tell = (event: string, fields: Fields) =>
        sparse.write(key, "info", event, {
          ...describeEndpointAt(snapshots.get(siteNo), { siteNo, endpointNo: no }),
          ...fields,
        });
      if (before.openUntil === undefined && after.openUntil !== undefined) {
        const probeAfterMs = Math.max(0, after.openUntil - now());
        tell("circuit.opened", { failures: after.failures, probeAfterMs });
      } else if (before.openUntil !== undefined && after.openUntil === undefined) tell("circuit.closed", {});
    },
  };
}
