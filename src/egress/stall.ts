/**
 * Time that this process lost itself, because it was stopped, its machine was paused, or its event loop was held up. Nobody
 * on the other side is to be blamed for that time: whatever ran out of it is this machine's own failure.
 */
import { type Failure, unreachable, type UnreachableReason } from "./outcome.ts";

/** A timer that is later than this shows that the process was held up; less is an ordinary busy moment. */
export const STALL_MS = 1_000;

/** After a stall, what arrived meanwhile is read first: a limit that ran out ends so much later. */
export const GRACE_MS = 1_000;

const BEAT_MS = 250;

export interface StallWatch {
  /** All the time that was lost so far, in ms; two readings tell how much was lost in between. */
  readonly lostMs: () => number;
  readonly close: () => void;
}

export function createStallWatch(now: () => number): StallWatch {
  let lost = 0;
  let beatAt = now();

  /** Whoever asks first after a stall may come before the next beat. */
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

/** What can come of lost time; what the other side said itself, such as its certificate, is its own. */
const OF_TIME: ReadonlySet<string> = new Set<UnreachableReason>([
  "timeout",
  "connect-timeout",
  "dns",
  "connection-reset",
]);

/** With less of its time lost, a request had time enough: a busy server must not retry for ever in silence. */
const SHARE_LOST = 1 / 4;

/** The failure as it is to be counted, of a request of `durationMs`, `lostMs` of which this process lost itself. */
export function withoutStall(failure: Failure, lostMs: number, durationMs: number): Failure {
  if (lostMs < STALL_MS || lostMs < durationMs * SHARE_LOST) return failure;
  if (failure.kind !== "unreachable" || !OF_TIME.has(failure.reason)) return failure;
  const seconds = (lostMs / 1000).toFixed(1);
  return unreachable("local", `This server was held up for ${seconds} s while the request was in flight`);
}

export interface Timeout {
  readonly clear: () => void;
}

/** A time limit that gives a process which was held up the time to read what arrived meanwhile. */
export function startTimeout(ms: number, expire: () => void): Timeout {
  const dueAt = performance.now() + ms;
  let timer = setTimeout(() => {
    if (performance.now() - dueAt < STALL_MS) expire();
    else timer = setTimeout(expire, GRACE_MS);
  }, ms);
  return { clear: () => clearTimeout(timer) };
}
