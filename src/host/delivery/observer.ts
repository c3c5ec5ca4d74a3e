import type { AttemptRecord, Settled, DueDelivery } from "../model/delivery.ts";
import type { BreakerState } from "../model/endpoint.ts";

/** A delivery that was moved on, and the attempt that did so; none when it was moved on without one. */
export interface Observed extends Settled {
  readonly delivery: DueDelivery;
  readonly test: boolean;
}

/** An attempt that is under way, as a trace follows it. */
export interface AttemptTrace {
  /** The `traceparent` to send. */
  readonly traceParent: string | undefined;
  readonly end: (attempt: AttemptRecord | undefined) => void;
}

export interface DeliveryObserver {
  /** A request is sent, so long after it was due. */
  readonly started: (delivery: DueDelivery, lagMs: number) => void;
  /** Undefined when nothing is traced. */
  readonly trace: ((delivery: DueDelivery) => AttemptTrace) | undefined;
  /** An attempt has its result, which is not recorded yet. */
  readonly attempted: (observed: Observed) => void;
  readonly circuitChanged: (before: BreakerState, after: BreakerState) => void;
  /** A transaction moved these on. */
  readonly settled: (moved: readonly Observed[], tookMs: number) => void;
  readonly settleFailed: () => void;
  readonly claimed: (rows: number, tookMs: number) => void;
  /** Rows that processes which died, or were too slow, had leased. */
  readonly leasesExpired: (rows: number) => void;
}

const nothing = () => undefined;

export const NO_OBSERVER: DeliveryObserver = {
  started: nothing,
  trace: undefined,
  attempted: nothing,
  circuitChanged: nothing,
  settled: nothing,
  settleFailed: nothing,
  claimed: nothing,
  leasesExpired: nothing,
};
