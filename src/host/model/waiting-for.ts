/** Tells why a delivery waits. Pure: the registry is as new as its last change. */
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
}

/** Returns what a delivery waits for; undefined if it doesn't wait. */
export function findWaitingFor(
  { state, endpointNo, subscriptionNo, attempts, order, dueAt = 0 }: WaitingDelivery,
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
  if (toGate(endpoint, now) === "open") return { kind: "circuit" };
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
  receiver: "It waits for its receiver, which is disabled or inactive.",
  resume: "It waits for its endpoint, which is paused.",
  order: "It waits for an earlier delivery with the same key.",
  time: "It is planned: its first attempt is made at the time that is due.",
  batch: "It waits for others to be sent with, until the time that is due or until its batch is full.",
  retry: "It waits for its next retry.",
  circuit: "It waits for the circuit of its endpoint, which is open.",
  slot: "It is due, and is sent when its endpoint has a free slot.",
};

/** Returns one sentence. */
export function describeWaitingFor(waiting: WaitingFor): string {
  return waiting.kind === "rate"
    ? `It waits for the rate of its endpoint, ${describeRate(waiting.rate)}.`
    : SENTENCES[waiting.kind];
}
