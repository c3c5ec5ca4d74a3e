/**
 * The life of an endpoint at which nothing gets through: failing, paused, and back. Pure: how it stands in, what is to be
 * recorded out. The breaker is another matter: it protects a receiver for minutes, and nobody is told.
 */

/** Failed attempts in a row, whatever they failed with, after which an endpoint counts as failing. */
export const FAILING_AFTER = 5;
/** An endpoint that failed for so long, and with so many deliveries, is paused. */
export const PAUSES_AFTER_MS = 5 * 86_400_000;
export const PAUSES_AFTER_FAILED = 20;
/** While it is paused, one attempt is made in this time. */
export const PROBE_EVERY_MS = 3_600_000;

/** How far an endpoint is on its way to a pause; 0 is not at all. Each stage is recorded once. */
export type FailingStage = 0 | 1 | 2 | 3;

export interface Failing {
  /** When the first attempt failed of those that failed since anything was accepted; undefined when the last one was accepted. */
  readonly failingSince: number | undefined;
  readonly failedAttempts: number;
}

export function stageOf({ failingSince, failedAttempts }: Failing, now: number): FailingStage {
  const failingMs = failingSince === undefined ? 0 : now - failingSince;
  if (failingMs >= 0.9 * PAUSES_AFTER_MS) return 3;
  if (failingMs >= 0.5 * PAUSES_AFTER_MS) return 2;
  return failedAttempts >= FAILING_AFTER ? 1 : 0;
}

/** What an attempt changes for its endpoint beside the breaker; whether it does is for the database to say, once for all processes. */
export type Turn =
  | { readonly kind: "failing"; readonly stage: FailingStage; readonly since: number }
  /** If as many deliveries failed as it takes. */
  | { readonly kind: "paused"; readonly since: number }
  | { readonly kind: "resumed" };

export interface Attempted extends Failing {
  readonly isPaused: boolean;
  /** The stage that was recorded last. */
  readonly recorded: FailingStage;
  /** The delivery ended with this attempt. */
  readonly hasEnded: boolean;
}

/** After an attempt that ended at `now` and is counted in `attempted` already. Undefined when nothing is to be recorded. */
export function turnAfter(attempted: Attempted, now: number): Turn | undefined {
  const { failingSince: since, isPaused, recorded, hasEnded } = attempted;
  if (since === undefined) return isPaused || recorded > 0 ? { kind: "resumed" } : undefined;
  if (isPaused) return undefined;
  if (hasEnded && now - since >= PAUSES_AFTER_MS) return { kind: "paused", since };
  const stage = stageOf(attempted, now);
  return stage > recorded ? { kind: "failing", stage, since } : undefined;
}

/** How an endpoint stands, in one word for people. */
export type EndpointState = "healthy" | "failing" | "circuit-open" | "paused";

export interface Standing extends Failing {
  readonly pausedAt: number | undefined;
  /** The breaker lets nothing through. */
  readonly isOpen: boolean;
}

export function stateOf({ pausedAt, isOpen, failingSince }: Standing): EndpointState {
  if (pausedAt !== undefined) return "paused";
  if (isOpen) return "circuit-open";
  return failingSince === undefined ? "healthy" : "failing";
}
