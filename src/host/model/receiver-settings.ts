/**
 * The settings of a receiver that are in force for a subscription: those of its outgoing webhook, or those that an administrator gave to
 * the add-on's endpoint. Pure.
 */
import type { AccessSettings } from "./access.ts";
import type { BatchSettings } from "./batch-settings.ts";
import type { Pace } from "./pace.ts";

/** Members of an outgoing webhook and of an endpoint alike. Undefined: as the server has it. */
export interface ReceiverSettings extends AccessSettings {
  readonly pace?: Pace | undefined;
  /** JSON pointer to the key in whose order deliveries go. Undefined for any order. */
  readonly orderBy?: string | undefined;
  /** Of an outgoing webhook alone. */
  readonly batch?: BatchSettings | undefined;
}

/** A snapshot of a site. */
interface Holders {
  readonly webhooks: ReadonlyMap<number, ReceiverSettings>;
  readonly endpoints: ReadonlyMap<number, ReceiverSettings>;
}

/** A subscription. */
interface Held {
  readonly receiver: { readonly kind: "addon" } | { readonly kind: "webhook"; readonly webhookNo: number };
  readonly endpointNo: number;
}

const NONE: ReceiverSettings = {};

/** Creates no object: a delivery that uses none of the settings costs one look-up. */
export function findReceiverSettings(
  { webhooks, endpoints }: Holders,
  { receiver, endpointNo }: Held,
): ReceiverSettings {
  return (receiver.kind === "webhook" ? webhooks.get(receiver.webhookNo) : endpoints.get(endpointNo)) ?? NONE;
}
