/**
 * Measures time lost by this process: it was stopped, its machine was paused, or its event loop was blocked. Failures in that
 * time don't count against the receiver.
 */
import { type Failure, unreachable, type UnreachableReason } from "./outcome.ts";

/** Delay of a timer that counts as a stall. Shorter delays are normal load. */
export const STALL_MS = 1_000;

/** Extension of a time limit after a stall, so that responses that arrived meanwhile are read. */
export const GRACE_MS = 1_000;

const BEAT_MS = 250;

export interface StallWatch {
  /** Total lost time in ms. The difference of two readings is the loss in between. */
  readonly lostMs: () => number;
  readonly close: () => void;
}

export function createStallWatch(now: () => number): StallWatch {
  let lost = 0;
  let beatAt = now();

  /** Callers after a stall can come before the next beat, so they call it too. */
  function beat(): void {
    const at = now();
    const late = at - beatAt - BEAT_MS;
    if (late >= STALL_MS) lost += late;
    beatAt = at;
  }

  const timer = setInterval(beat, BEAT_MS).unref();
  return {
    lostMs: () => {
      beat();
      return lost;
    },
    close: () => clearInterval(timer),
  };
}

/** Reasons that lost time can cause. Others, such as a certificate, come from the other side. */
const OF_TIME: ReadonlySet<string> = new Set<UnreachableReason>([
  "timeout",
  "connect-timeout",
  "dns",
  "connection-reset",
]);

/** Below this share of lost time, the request had enough time. So a permanently busy server still counts its failures. */
const SHARE_LOST = 1 / 4;

/** Returns the failure, or a "local" one if this process lost too much of the request's time. */
export function withoutStall(failure: Failure, lostMs: number, durationMs: number): Failure {
  if (lostMs < STALL_MS || lostMs < durationMs * SHARE_LOST) return failure;
  if (failure.kind !== "unreachable" || !OF_TIME.has(failure.reason)) return failure;
  const seconds = (lostMs / 1000).toFixed(1);
  return unreachable("local", `This server was held up for ${seconds} s while the request was in flight`);
}

export interface Timeout {
  readonly clear: () => void;
}

/** Starts a time limit that is extended by {@link GRACE_MS} after a stall. */
export function startTimeout(ms: number, expire: () => void): Timeout {
  const dueAt = performance.now() + ms;
  let timer = setTimeout(() => {
    if (performance.now() - dueAt < STALL_MS) expire();
    else timer = setTimeout(expire, GRACE_MS);
  }, ms);
  return { clear: () => clearTimeout(timer) };
}
