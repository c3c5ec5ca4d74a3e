/** Tells why a delivery waits. Pure. The registry is as new as its last change, so the circuit comes with the delivery. */
import { toGate } from "./breaker.ts";
import type { DeliveryState, OrderPlace } from "./delivery.ts";
import type { Endpoint } from "./endpoint.ts";
import { describeRate } from "./pace.ts";
import type { Rate } from "./pace.ts";
import { isHeld } from "./prepare.ts";
import { findReceiverSettings } from "./receiver-settings.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

export const WAITING_FOR = [
  "receiver",
  "resume",
  "order",
  "time",
  "batch",
  "retry",
  "circuit",
  "rate",
  "slot",
] as const;

export type WaitingFor =
  | { readonly kind: Exclude<(typeof WAITING_FOR)[number], "rate"> }
  | { readonly kind: "rate"; readonly rate: Rate };

export interface WaitingDelivery {
  readonly state: DeliveryState;
  readonly endpointNo: number;
  readonly subscriptionNo: number;
  readonly attempts: number;
  readonly order?: Pick<OrderPlace, "isBehind"> | undefined;
  /** Undefined unless it waits. */
  readonly dueAt: number | undefined;
  /** Time until which the circuit of its endpoint is open. */
  readonly openUntil?: number | undefined;
}

/** Returns what a delivery waits for; undefined if it doesn't wait. */
export function findWaitingFor(
  { state, endpointNo, subscriptionNo, attempts, order, dueAt = 0, openUntil }: WaitingDelivery,
  site: SiteSnapshot | undefined,
  now: number,
): WaitingFor | undefined {
  if (state !== "waiting") return undefined;
  const endpoint = site?.endpoints.get(endpointNo);
  if (endpoint?.pausedAt !== undefined) return { kind: "resume" };
  if (isHeld({ subscriptionNo, endpointNo }, site)) return { kind: "receiver" };
  if (order?.isBehind === true) return { kind: "order" };
  if (dueAt > now && attempts > 0) return { kind: "retry" };
  if (dueAt > now) return { kind: gathers(endpoint, site, dueAt - now) ? "batch" : "time" };
  if (site === undefined || endpoint === undefined) return { kind: "slot" };
  if (toGate({ openUntil }, now) === "open") return { kind: "circuit" };
  const { pace } = findReceiverSettings(site, { receiver: endpoint.receiver, endpointNo });
  return pace?.rate === undefined ? { kind: "slot" } : { kind: "rate", rate: pace.rate };
}

/** Reports whether a first attempt that is so far away waits for a batch: a planned one may wait longer. */
function gathers(endpoint: Endpoint | undefined, site: SiteSnapshot | undefined, aheadMs: number): boolean {
  if (endpoint === undefined || site === undefined) return false;
  const { batch } = findReceiverSettings(site, { receiver: endpoint.receiver, endpointNo: endpoint.no });
  return batch !== undefined && aheadMs <= batch.withinMs;
}

const SENTENCES: Readonly<Record<Exclude<WaitingFor["kind"], "rate">, string>> = {
  receiver: "Waiting for the receiver, which is disabled or inactive.",
  resume: "Waiting for the endpoint, which is paused.",
  order: "Waiting for an earlier delivery with the same key.",
  time: "Planned: the first attempt is made at the due time.",
  batch: "Waiting for a full batch, or for the due time.",
  retry: "Waiting for the next retry.",
  circuit: "Waiting for the circuit of the endpoint, which is open.",
  slot: "Due, and sent when the endpoint has a free slot.",
};

/** Returns one sentence. */
export function describeWaitingFor(waiting: WaitingFor): string {
  return waiting.kind === "rate"
    ? `Waiting for the rate of the endpoint, ${describeRate(waiting.rate)}.`
    : SENTENCES[waiting.kind];
}
