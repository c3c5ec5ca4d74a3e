/** Titles of pages about one thing: they say what happened to it. Pure. */
import type { DeliveryState, FailureReason } from "../../model/delivery.ts";
import type { ListedState } from "../../delivery-log/endpoints.ts";
import { plural } from "../../../format.ts";

export interface DeliveryFacts {
  /** Name of the receiver; undefined if it was removed. */
  readonly receiver: string | undefined;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly because: FailureReason | undefined;
  readonly test: boolean;
  /** A test of values that are not saved. */
  readonly isUnsaved: boolean;
  /** Status of the last response. */
  readonly lastStatus: number | undefined;
}

/** Returns for example "Delivery to Burndown failed after 6 attempts". */
export function formatDeliveryTitle(facts: DeliveryFacts): string {
  const what = facts.test ? "Test delivery" : "Delivery";
  const whom = facts.isUnsaved ? "an unsaved webhook" : (facts.receiver ?? "a removed receiver");
  return `${what} to ${whom} ${describeState(facts)}`;
}

function describeState(facts: DeliveryFacts): string {
  const { state, attempts, because } = facts;
  const tried = plural(attempts, "attempt", "attempts");
  switch (state) {
    case "waiting":
      return attempts === 0 ? "is waiting" : `is being retried after ${tried}`;
    case "leased":
      return "is being sent";
    case "delivered":
      return attempts > 1 ? `succeeded after ${tried}` : "succeeded";
    case "failed":
      return because === undefined ? `failed after ${tried}` : FAILURES[because](facts, tried);
  }
}

type DescribeFailure = (facts: DeliveryFacts, tried: string) => string;

const FAILURES: Readonly<Record<FailureReason, DescribeFailure>> = {
  exhausted: (_facts, tried) => `failed after ${tried}`,
  "not-retried": (_facts, tried) => `failed after ${tried}`,
  rejected: ({ lastStatus }) =>
    lastStatus === undefined ? "was rejected" : `was rejected with ${lastStatus}`,
  aborted: () => "was ended by the receiver",
  gone: () => "failed: the receiver is gone",
  forbidden: () => "was blocked",
  cancelled: ({ attempts }, tried) => (attempts === 0 ? "was canceled" : `was canceled after ${tried}`),
  expired: () => "expired",
  unsubscribed: () => "ended: the subscription is gone",
  "backlog-full": () => "was not sent: the backlog was full",
  "over-limit": () => "was not sent: the body is too large",
  "template-failed": () => "was not sent: the template failed",
};

export interface EventDelivery {
  /** Names the receiver among those of the event. */
  readonly receiver: string;
  readonly state: DeliveryState;
}

/**
 * Returns for example "Event issue_created reached 3 of 4 receivers". A receiver with several deliveries is reached by the
 * first that is delivered.
 */
export function formatEventTitle(name: string, deliveries: readonly EventDelivery[]): string {
  const receivers = new Map<string, Standing>();
  for (const { receiver, state } of deliveries) {
    receivers.set(receiver, best(receivers.get(receiver), STANDINGS[state]));
  }
  const standings = [...receivers.values()];
  const total = standings.length;
  const reached = standings.filter((each) => each === "reached").length;
  const waiting = standings.filter((each) => each === "waiting").length;
  if (total === 0) return `Event ${name} matched no receiver`;
  if (waiting === total) return `Event ${name} waits for ${plural(total, "receiver", "receivers")}`;
  const rest = waiting === 0 ? "" : `, ${waiting} waiting`;
  if (reached < total)
    return `Event ${name} reached ${reached} of ${plural(total, "receiver", "receivers")}${rest}`;
  return `Event ${name} reached ${total > 2 ? "all " : ""}${plural(total, "receiver", "receivers")}`;
}

type Standing = "reached" | "waiting" | "failed";

const STANDINGS: Readonly<Record<DeliveryState, Standing>> = {
  delivered: "reached",
  waiting: "waiting",
  leased: "waiting",
  failed: "failed",
};

function best(one: Standing | undefined, other: Standing): Standing {
  if (one === "reached" || other === "reached") return "reached";
  return one === "waiting" ? one : other;
}

const ENDPOINT_STATES: Readonly<Record<ListedState, string>> = {
  paused: "is paused",
  inactive: "is inactive",
  "circuit-open": "has an open circuit",
  failing: "is failing",
  disabled: "is disabled",
  healthy: "is healthy",
};

/** Returns for example "Endpoint of Burndown is paused". */
export function formatEndpointTitle(receiver: string, state: ListedState): string {
  return `Endpoint of ${receiver} ${ENDPOINT_STATES[state]}`;
}

export interface ReplayFacts {
  readonly receiver: string;
  readonly state: "running" | "done" | "cancelled";
  /** Deliveries that it created or opened again. */
  readonly sent: number;
}

/** Returns for example "Replay to Burndown sent 12 deliveries". */
export function formatReplayTitle({ receiver, state, sent }: ReplayFacts): string {
  const deliveries = plural(sent, "delivery", "deliveries");
  if (state === "running") return `Replay to ${receiver} is running`;
  return state === "done"
    ? `Replay to ${receiver} sent ${deliveries}`
    : `Replay to ${receiver} was canceled after ${deliveries}`;
}
