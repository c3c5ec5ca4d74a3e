/** Outcome → verdict: what follows from an attempt. Pure. */
import { isProxyOutage } from "../../egress/outcome.ts";
import type { Outcome } from "../../egress/index.ts";
import { assertNever } from "../../errors.ts";
import { retryDelay } from "./retry-schedules.ts";
import type { RetrySchedule } from "./retry-schedules.ts";
import type { FailureReason } from "./delivery.ts";

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
      return isProxyOutage(outcome) && !judged.test
        ? { state: "waiting", dueAt: judged.now }
        : retryOrFail(judged);
    case "refused":
      if (outcome.status === 410) return { state: "failed", because: "gone" };
      return RETRYABLE.has(outcome.status) || outcome.status >= 500
        ? retryOrFail(judged, outcome.retryAfterMs)
        : { state: "failed", because: "rejected" };
    default:
      return assertNever(outcome);
  }
}

function retryOrFail({ attempt, retrySchedule, test, now, random }: Judged, retryAfterMs?: number): Verdict {
  if (test) return { state: "failed", because: "not-retried" };
  const delay = retryDelay(retrySchedule, attempt, random, retryAfterMs);
  return delay === undefined
    ? { state: "failed", because: "exhausted" }
    : { state: "waiting", dueAt: now + delay };
}
