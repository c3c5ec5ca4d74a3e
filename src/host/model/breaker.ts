/**
 * The circuit breaker of an endpoint. Pure: state and outcome in, state out.
 *
 * It opens after five failures in a row without an answer and lets one probe through after 5 s × 2ⁿ, up to five minutes. A
 * receiver that responds, with any status, is available. A failure of the proxy says nothing about the receiver.
 */
import { isBeforeReceiver } from "../../egress/outcome.ts";
import type { Outcome } from "../../egress/index.ts";
import type { BreakerState } from "./endpoint.ts";

export const OPENS_AFTER = 5;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 5 * 60_000;
/** Maximum error of a process about the database's time. */
const CLOCK_SLACK_MS = 5_000;

/** After an attempt that ended at `now`; `failed` says that its delivery ended with it. The same object when nothing changed. */
export function afterAttempt(
  state: BreakerState,
  outcome: Outcome,
  failed: boolean,
  now: number,
): BreakerState {
  if (isBeforeReceiver(outcome)) return state;
  if (outcome.kind === "accepted") return isHealthy(state) ? state : closedBreaker(state.siteNo, state.no);
  const answered = outcome.kind === "refused" || outcome.kind === "forbidden";
  const failures = answered ? 0 : state.failures + 1;
  // Failures while the circuit is open belong to earlier requests and don't lengthen the pause.
  const staysOpen = !answered && toGate(state, now) === "open";
  const opens = failures >= OPENS_AFTER && !staysOpen;
  return {
    ...state,
    failures,
    opened: opens ? state.opened + 1 : answered ? 0 : state.opened,
    openUntil: opens ? now + pauseMs(state.opened) : staysOpen ? state.openUntil : undefined,
    failingSince: state.failingSince ?? now,
    failedAttempts: state.failedAttempts + 1,
    failedDeliveries: state.failedDeliveries + (failed ? 1 : 0),
  };
}

function pauseMs(opened: number): number {
  return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(opened, 10));
}

function isHealthy(state: BreakerState): boolean {
  return state.failures === 0 && state.opened === 0 && state.failingSince === undefined;
}

/** The breaker of an endpoint that nothing is known against. */
export function closedBreaker(siteNo: number, no: number): BreakerState {
  return {
    siteNo,
    no,
    failures: 0,
    openUntil: undefined,
    opened: 0,
    failingSince: undefined,
    failedAttempts: 0,
    failedDeliveries: 0,
  };
}

/** The breaker as it was saved. */
export function toBreakerState(saved: BreakerState): BreakerState {
  const { siteNo, no, failures, openUntil, opened, failingSince, failedAttempts, failedDeliveries } = saved;
  return { siteNo, no, failures, openUntil, opened, failingSince, failedAttempts, failedDeliveries };
}

export type Gate = "closed" | "open" | "probing";

/** `probing`: open, but due for one attempt that decides. */
export function toGate(state: Pick<BreakerState, "openUntil">, now: number): Gate {
  if (state.openUntil === undefined) return "closed";
  // Further away than any pause is long: it was written before the clock was set back.
  const isOpen = state.openUntil > now && state.openUntil - now <= MAX_PAUSE_MS + CLOCK_SLACK_MS;
  return isOpen ? "open" : "probing";
}
