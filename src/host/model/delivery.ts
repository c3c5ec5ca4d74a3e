/** Deliveries: one event for one receiver and URL; attempts, and what follows from them. */
import type { UnreachableReason } from "../../egress/index.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Lane } from "./event.ts";
import type { ResponseCut } from "./response-budget.ts";
import type { Subscription } from "./subscription.ts";
import type { Uuid } from "./ids.ts";
import type { EventTerms } from "./terms.ts";

export const STATE_NAMES = ["waiting", "leased", "delivered", "failed"] as const;

export type DeliveryState = (typeof STATE_NAMES)[number];

export const FAILURE_REASONS = [
  "exhausted",
  "rejected",
  "gone",
  "aborted",
  "forbidden",
  "cancelled",
  "unsubscribed",
  "backlog-full",
  "not-retried",
  "over-limit",
  "template-failed",
  "expired",
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

/** The place of a delivery in the order of its key. */
export interface OrderPlace {
  /** Scope and value, as `order.ts` makes it. */
  readonly key: string;
  /** From 1, without gaps. Undefined until it is numbered: it is planned, or was written in a transaction that must not lock the key. */
  sequence: number | undefined;
  /** Another delivery of the key goes first, or may. */
  isBehind: boolean;
}

export interface NewDelivery {
  readonly siteNo: number;
  readonly id: Uuid;
  readonly endpointNo: number;
  /** The subscription that created the delivery; `matched` lists all that it serves. */
  readonly subscriptionNo: number;
  /** Empty for a test of unsaved values. */
  readonly matched: readonly number[];
  readonly lane: Lane;
  readonly dueAt: number;
  readonly test: boolean;
  readonly lease: Lease | undefined;
  /** Failure reason of a delivery that failed before its first attempt. */
  readonly failed?: FailureReason;
  /** The replay that sends it. Such a delivery does not count among the live ones of its endpoint. */
  readonly replayNo?: number | undefined;
  /** Its place among the deliveries of its key; left out without a key. */
  readonly order?: OrderPlace | undefined;
}

export interface Lease {
  readonly id: string;
  readonly until: number;
}

/** A due delivery, with the data for its attempt. */
export interface DueDelivery extends NewDelivery {
  /** Number of attempts so far. */
  readonly attempts: number;
  /** Number of attempts before the current schedule: 0, or the number at the redelivery. */
  readonly scheduleFrom: number;
  /** Number of manual redeliveries. */
  readonly redelivery: number;
  readonly event: string;
  /** The user who caused the event. */
  readonly actor: string | undefined;
  /** The event's `traceparent`, or that of the span created for it. */
  readonly traceParent?: string | undefined;
  /** What the event's publisher asked for; undefined for most. */
  readonly terms?: EventTerms | undefined;
  readonly body: Buffer;
  /** The batch that it stands for, whose body it has. Left out of a delivery that is sent alone. */
  readonly batch?: DueBatch | undefined;
  /** URL for the first attempt, as planned from this subscription; absent in deliveries that were read from the table. */
  readonly planned?: { readonly subscription: Subscription; readonly url: string };
}

export interface DueBatch {
  readonly id: Uuid;
  /** In the order of the body, without bodies of their own. The first one stands for all. */
  readonly members: readonly DueDelivery[];
}

/** Returns a delivery of its own for a subscription, which nothing has stored: a test, due now. */
export function createTestDelivery(
  { siteNo, no, endpointNo }: Subscription,
  { now, ...given }: Pick<DueDelivery, "id" | "event" | "body"> & { readonly now: number },
): DueDelivery {
  return {
    ...given,
    siteNo,
    endpointNo,
    subscriptionNo: no,
    matched: [],
    lane: 0,
    dueAt: now,
    test: true,
    lease: undefined,
    attempts: 0,
    scheduleFrom: 0,
    redelivery: 0,
    actor: undefined,
  };
}

export interface EndpointAt {
  readonly siteNo: number;
  readonly endpointNo: number;
}

/** The engine, as far as it takes over what was just committed. */
export interface HandOff {
  /** A lease when this process will attempt the delivery at once, undefined when the row waits for a claim. */
  readonly lease: (endpointNo: number, lane: Lane) => Lease | undefined;
  readonly committed: (deliveries: readonly DueDelivery[]) => void;
  /** Deliveries were committed that wait for their number. */
  readonly number: () => void;
  /** The transaction failed: leases that were promised are not needed. */
  readonly aborted: (deliveries: readonly NewDelivery[]) => void;
}

/** Outcome of an attempt, without the status and the detail that its record has beside it. */
export type AttemptOutcome =
  | { readonly kind: "accepted" | "refused" }
  | { readonly kind: "unreachable"; readonly reason: UnreachableReason }
  | { readonly kind: "forbidden"; readonly code: ErrorCode };

/** An attempt as the delivery log keeps it. */
export interface AttemptRecord {
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
  readonly status: number | undefined;
  readonly detail: string | undefined;
  readonly url: string;
  /** Name, value, name, value …, with Authorization masked. */
  readonly requestHeaders: readonly string[];
  /** Claims of the JWT. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly bodySize: number;
  readonly answerHeaders: readonly (readonly [name: string, value: string])[] | undefined;
  readonly answer: Buffer | undefined;
  readonly answerCut: ResponseCut;
}

/** Next state of the delivery. `postponed` uses no attempt. */
export type Settlement =
  | { readonly state: "delivered" }
  | { readonly state: "waiting"; readonly dueAt: number }
  | { readonly state: "failed"; readonly because: FailureReason }
  | { readonly state: "postponed"; readonly dueAt: number };

export interface Settled {
  readonly delivery: Pick<DueDelivery, "siteNo" | "id" | "endpointNo" | "attempts" | "lease" | "order">;
  readonly attempt: AttemptRecord | undefined;
  readonly settlement: Settlement;
}
