/** Deliveries: one event for one receiver and URL; attempts, and what follows from them. */
import type { Lane } from "./event.ts";
import type { ResponseCut } from "./response-budget.ts";
import type { Uuid } from "./ids.ts";

export const STATE_NAMES = ["waiting", "leased", "delivered", "failed"] as const;

export type DeliveryState = (typeof STATE_NAMES)[number];

export const FAILURE_REASONS = [
  "exhausted",
  "rejected",
  "gone",
  "forbidden",
  "cancelled",
  "unsubscribed",
  "backlog-full",
  "not-retried",
  "expired",
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

export interface NewDelivery {
  readonly siteNo: number;
  readonly id: Uuid;
  readonly endpointNo: number;
  /** The subscription that it was made for; it serves `matched` too. */
  readonly subscriptionNo: number;
  /** Empty for a test of values that are not saved. */
  readonly matched: readonly number[];
  readonly lane: Lane;
  readonly dueAt: number;
  readonly test: boolean;
  readonly lease: Lease | undefined;
  /** It failed before anything was sent, and is recorded as that. */
  readonly failed?: FailureReason;
  /** The replay that sends it: it is not among the live deliveries of its endpoint. */
  readonly replayNo?: number | undefined;
}

export interface Lease {
  readonly id: string;
  readonly until: number;
}

/** A delivery that may be attempted now, with what the attempt needs. */
export interface DueDelivery extends NewDelivery {
  /** Attempts made so far. */
  readonly attempts: number;
  /** Attempts made before its present schedule began: 0, or what it had when it was redelivered. */
  readonly scheduleFrom: number;
  /** How many times a person asked for it again. */
  readonly redelivery: number;
  readonly event: string;
  /** The acting user of the event. */
  readonly actor: string | undefined;
  /** The `traceparent` that came with the event, or of what was made of it here. */
  readonly traceParent?: string | undefined;
  readonly body: Buffer;
}

export interface EndpointAt {
  readonly siteNo: number;
  readonly endpointNo: number;
}

/** What an attempt came to, for the sent log. */
export interface AttemptRecord {
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  /** "accepted", "refused", "unreachable:timeout", "forbidden:IP_DENIED" … */
  readonly outcome: string;
  readonly status: number | undefined;
  readonly detail: string | undefined;
  readonly url: string;
  /** Name, value, name, value …; Authorization masked. */
  readonly requestHeaders: readonly string[];
  /** The token's. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly bodySize: number;
  readonly answerHeaders: readonly (readonly [name: string, value: string])[] | undefined;
  readonly answer: Buffer | undefined;
  readonly answerCut: ResponseCut;
}

/** What follows for the delivery. `postponed` spends no attempt. */
export type Settlement =
  | { readonly state: "delivered" }
  | { readonly state: "waiting"; readonly dueAt: number }
  | { readonly state: "failed"; readonly because: FailureReason }
  | { readonly state: "postponed"; readonly dueAt: number };

export interface Settled {
  readonly delivery: Pick<DueDelivery, "siteNo" | "id" | "endpointNo" | "attempts" | "lease">;
  readonly attempt: AttemptRecord | undefined;
  readonly settlement: Settlement;
}
