/** Endpoints: receiver × URL origin, the unit of isolation. */
import type { FailingStage } from "./endpoint-life.ts";

/** Who receives: exactly one of an add-on's installation and an outgoing webhook. */
export type Receiver =
  | { readonly kind: "addon"; readonly addonKey: string }
  | { readonly kind: "webhook"; readonly webhookNo: number };

export interface Endpoint {
  readonly siteNo: number;
  readonly no: number;
  readonly receiver: Receiver;
  readonly origin: string;
  /** Failures in a row without an answer. */
  readonly failures: number;
  readonly openUntil: number | undefined;
  /** How often in a row the breaker has opened: sets the length of the next pause. */
  readonly opened: number;
  /** Since when nothing has been delivered any more, and how many attempts and deliveries failed since. */
  readonly failingSince: number | undefined;
  readonly failedAttempts: number;
  readonly failedDeliveries: number;
  /** What was announced of that. */
  readonly failingStage: FailingStage;
  readonly pausedAt: number | undefined;
  /** While it is paused: when the next attempt may be made. */
  readonly probeAt: number | undefined;
  /** When a person or a success made it begin anew. */
  readonly resumedAt: number | undefined;
  /** Deliveries that waited for it until retention took their events. */
  readonly expired: number;
}

export type BreakerState = Pick<
  Endpoint,
  | "siteNo"
  | "no"
  | "failures"
  | "openUntil"
  | "opened"
  | "failingSince"
  | "failedAttempts"
  | "failedDeliveries"
>;
