/**
 * Decides when an endpoint counts as failing, paused or recovered. Pure. It is independent of the circuit breaker, which
 * protects a receiver for minutes and is not announced.
 */

/** Number of failed attempts in a row, for any reason, after which an endpoint counts as failing. */
export const FAILING_AFTER = 5;
/** Time without a success after which an endpoint is paused, if enough deliveries failed. */
export const PAUSES_AFTER_MS = 5 * 86_400_000;
export const PAUSES_AFTER_FAILED = 20;
/** Interval of the probes of a paused endpoint. */
export const PROBE_EVERY_MS = 3_600_000;

/** Progress of an endpoint toward a pause; 0 is none. Each stage is recorded once. */
export type FailingStage = 0 | 1 | 2 | 3;

export interface Failing {
  /** Time of the first failed attempt since the last success. Undefined if the last attempt succeeded. */
  readonly failingSince: number | undefined;
  readonly failedAttempts: number;
}

export function toFailingStage({ failingSince, failedAttempts }: Failing, now: number): FailingStage {
  const failingMs = failingSince === undefined ? 0 : now - failingSince;
  if (failingMs >= 0.9 * PAUSES_AFTER_MS) return 3;
  if (failingMs >= 0.5 * PAUSES_AFTER_MS) return 2;
  return failedAttempts >= FAILING_AFTER ? 1 : 0;
}

/** Change of an endpoint's life by an attempt. The database decides whether it applies, once for all processes. */
export type Turn =
  | { readonly kind: "failing"; readonly stage: FailingStage; readonly since: number }
  /** Applies if enough deliveries failed. */
  | { readonly kind: "paused"; readonly since: number }
  | { readonly kind: "resumed" };

export interface Attempted extends Failing {
  readonly isPaused: boolean;
  /** The stage recorded last. */
  readonly recorded: FailingStage;
  /** True if the attempt ended its delivery. */
  readonly hasEnded: boolean;
}

/** Returns the change after an attempt that ended at `now` and is counted in `attempted`. Undefined if there is none. */
export function turnAfter(attempted: Attempted, now: number): Turn | undefined {
  const { failingSince: since, isPaused, recorded, hasEnded } = attempted;
  if (since === undefined) return isPaused || recorded > 0 ? { kind: "resumed" } : undefined;
  if (isPaused) return undefined;
  if (hasEnded && now - since >= PAUSES_AFTER_MS) return { kind: "paused", since };
  const stage = toFailingStage(attempted, now);
  return stage > recorded ? { kind: "failing", stage, since } : undefined;
}

/** State of an endpoint, as shown to users. */
export type EndpointState = "healthy" | "failing" | "circuit-open" | "paused";

export interface Standing extends Failing {
  readonly pausedAt: number | undefined;
  /** True if the circuit breaker is open. */
  readonly isOpen: boolean;
}

export function toEndpointState({ pausedAt, isOpen, failingSince }: Standing): EndpointState {
  if (pausedAt !== undefined) return "paused";
  if (isOpen) return "circuit-open";
  return failingSince === undefined ? "healthy" : "failing";
}
