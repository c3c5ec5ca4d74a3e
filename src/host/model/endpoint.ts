/** Endpoints: receiver × URL origin, the unit of isolation. */
import type { AccessSettings, EndpointAccess } from "./access.ts";
import type { FailingStage } from "./endpoint-life.ts";
import type { ReceiverSettings } from "./receiver-settings.ts";

/** A receiver: either an installation or an outgoing webhook. */
export type Receiver =
  | { readonly kind: "addon"; readonly addonKey: string }
  | { readonly kind: "webhook"; readonly webhookNo: number };

/** Its settings are those of an add-on's endpoint: an outgoing webhook has its own. */
export interface Endpoint extends Omit<ReceiverSettings, keyof AccessSettings | "batch"> {
  readonly siteNo: number;
  readonly no: number;
  readonly receiver: Receiver;
  readonly origin: string;
  /** Number of failures in a row without a response. */
  readonly failures: number;
  readonly openUntil: number | undefined;
  /** Number of times in a row that the circuit opened. It determines the next pause. */
  readonly opened: number;
  /** Time of the first failure since the last success, and the number of failed attempts and deliveries since. */
  readonly failingSince: number | undefined;
  readonly failedAttempts: number;
  readonly failedDeliveries: number;
  /** The stage announced last. */
  readonly failingStage: FailingStage;
  readonly pausedAt: number | undefined;
  /** Time of the next probe of a paused endpoint. */
  readonly probeAt: number | undefined;
  /** Time when a user or a success resumed it. */
  readonly resumedAt: number | undefined;
  /** Number of deliveries that waited until retention deleted their events. */
  readonly expired: number;
  /** The listener that the deliveries are handed to, if a program listens in the receiver's place. */
  readonly listenerId?: string | undefined;
}

/** An endpoint with the settings that are sealed in the database. */
export type OpenedEndpoint = Endpoint & EndpointAccess;

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
