/** Outcome → verdict: what follows from an attempt. Pure, so that hours of retries are tested in microseconds. */
import type { Outcome } from "../../egress/index.ts";
import { assertNever } from "../../errors.ts";
import { retryDelay } from "./retry-schedules.ts";
import type { RetryProfile } from "./retry-schedules.ts";
import type { FailureReason } from "./delivery.ts";

export type Verdict =
  | { readonly state: "delivered" }
  | { readonly state: "waiting"; readonly dueAt: number }
  | { readonly state: "failed"; readonly because: FailureReason };

/** The answers that say "later", in every profile. Source: Atlassian's announcement of Jira's webhook retries. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 409, 425, 429]);

export interface Judged {
  /** Attempts made in the present schedule, this one included. */
  readonly attempt: number;
  readonly profile: RetryProfile;
  /** A test send is never retried. */
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
      return retryOrFail(judged);
    case "refused":
      if (outcome.status === 410) return { state: "failed", because: "gone" };
      return RETRYABLE.has(outcome.status) || outcome.status >= 500
        ? retryOrFail(judged, outcome.retryAfterMs)
        : { state: "failed", because: "rejected" };
    default:
      return assertNever(outcome);
  }
}

function retryOrFail({ attempt, profile, test, now, random }: Judged, retryAfterMs?: number): Verdict {
  if (test) return { state: "failed", because: "not-retried" };
  const delay = retryDelay(profile, attempt, random, retryAfterMs);
  return delay === undefined
    ? { state: "failed", because: "exhausted" }
    : { state: "waiting", dueAt: now + delay };
}
