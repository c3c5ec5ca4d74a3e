/** Outcome → verdict: what follows from an attempt. Pure. */
import { isProxyOutage } from "../../egress/outcome.ts";
import type { Outcome } from "../../egress/index.ts";
import { assertNever } from "../../errors.ts";
import type { DeliveryWord } from "../../protocol/headers.ts";
import { retryDelay } from "./retry-schedules.ts";
import type { RetrySchedule } from "./retry-schedules.ts";
import type { FailureReason } from "./delivery.ts";
import { isExpired } from "./terms.ts";
import type { EventTerms } from "./terms.ts";

export type Verdict =
  | { readonly state: "delivered" }
  | { readonly state: "waiting"; readonly dueAt: number }
  | { readonly state: "failed"; readonly because: FailureReason };

/** Statuses that ask to retry, in every schedule. Source: Atlassian's announcement of Jira's webhook retries. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 409, 425, 429]);

export interface Judged {
  /** Attempts of the present schedule, this one included. */
  readonly attempt: number;
  readonly retrySchedule: RetrySchedule;
  /** A test delivery is never retried. */
  readonly test: boolean;
  /** What the event's publisher asked for; undefined for most. */
  readonly terms?: EventTerms | undefined;
  readonly redelivery: number;
  /** The receiver's own word. */
  readonly word?: DeliveryWord | undefined;
  readonly now: number;
  readonly random: number;
}

export function judge(outcome: Outcome, judged: Judged): Verdict {
  switch (outcome.kind) {
    case "accepted":
      return { state: "delivered" };
    case "forbidden":
      return { state: "failed", because: "forbidden" };
    case "unreachable":
      // The proxy fails for everybody: the delivery waits for it, as it did before.
      return isProxyOutage(outcome) && !judged.test ? waitUntil(judged.now, judged) : retryOrFail(judged);
    case "refused":
      if (goneBy(outcome, judged.word) !== undefined) return { state: "failed", because: "gone" };
      if (judged.word === "abort-message") return { state: "failed", because: "aborted" };
      return RETRYABLE.has(outcome.status) || outcome.status >= 500
        ? retryOrFail(judged, outcome.retryAfterMs)
        : { state: "failed", because: "rejected" };
    default:
      return assertNever(outcome);
  }
}

/** What makes the subscription of a delivery inactive: the status 410, or the receiver's own word. */
export type GoneBy = "status" | "word";

/** Returns undefined if the receiver gets further deliveries. What it accepted with the word `disable` is delivered. */
export function goneBy(outcome: Outcome, word: DeliveryWord | undefined): GoneBy | undefined {
  // Stryker disable next-line ConditionalExpression: only the types need the first part
  if (outcome.kind === "refused" && outcome.status === 410) return "status";
  return word === "disable" ? "word" : undefined;
}

function retryOrFail(judged: Judged, retryAfterMs?: number): Verdict {
  const { attempt, retrySchedule, test, terms, now, random } = judged;
  if (test || terms?.retry === false) return { state: "failed", because: "not-retried" };
  const delay = retryDelay(retrySchedule, attempt, random, retryAfterMs);
  return delay === undefined ? { state: "failed", because: "exhausted" } : waitUntil(now + delay, judged);
}

/** A delivery that would expire before its next attempt ends at once. */
function waitUntil(dueAt: number, judged: Judged): Verdict {
  return isExpired(judged, dueAt) ? { state: "failed", because: "expired" } : { state: "waiting", dueAt };
}
