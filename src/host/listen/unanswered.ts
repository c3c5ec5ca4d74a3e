/** Deliveries that a listener was handed and has not answered yet: each is waited for until its time is over. */
import { unreachable } from "../../egress/outcome.ts";
import type { Failure } from "../../egress/outcome.ts";
import type { Sent } from "../model/attempt-record.ts";
import { MAX_UNANSWERED, toExchangeResult } from "../model/listener.ts";
import type { HandedOver, ListenerResponse } from "../model/listener.ts";

/** A delivery that nothing is known of. It spends no attempt. */
export const NOT_CONNECTED = unreachable("local", "The listener is not connected");

export interface Numbered {
  readonly message: HandedOver;
  /** Counts up from 1. */
  readonly sequence: number;
}

export interface Unanswered {
  readonly count: () => number;
  /** Undefined if the same attempt is waited for already. */
  readonly add: (
    message: HandedOver,
    url: string,
  ) => (Numbered & { readonly sent: Promise<Sent> }) | undefined;
  /** Lists what was handed over after the message with this number. */
  readonly listAfter: (sequence: number) => readonly Numbered[];
  /** Returns false if nothing waits for this response: it is unknown, late, or was taken before. */
  readonly answer: (response: ListenerResponse) => boolean;
  /** Waits no longer for any of them. */
  readonly giveUp: () => void;
}

export interface UnansweredParts {
  readonly requestTimeoutMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Reports whether the listener has given a sign of life after this time, by performance.now(). */
  readonly wasHeardAfter: (ms: number) => boolean;
  /** There are fewer than the most that a listener may have, after there were as many. */
  readonly onFreed: () => void;
}

interface Pending extends Numbered {
  readonly url: string;
  readonly startedAt: number;
  readonly startedMs: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (sent: Sent) => void;
}

export function createUnanswered(parts: UnansweredParts): Unanswered {
  const { requestTimeoutMs, now, wasHeardAfter, onFreed } = parts;
  const pending = new Map<string, Pending>();
  let sequence = 0;

  function take(key: string): Pending | undefined {
    const taken = pending.get(key);
    if (taken === undefined) return undefined;
    pending.delete(key);
    clearTimeout(taken.timer);
    if (pending.size === MAX_UNANSWERED - 1) onFreed();
    return taken;
  }

  function fail(key: string, outcome: Failure): void {
    const taken = take(key);
    if (taken === undefined) return;
    const { startedAt, startedMs, url } = taken;
    taken.resolve({ outcome, timing: { startedAt, durationMs: performance.now() - startedMs }, url });
  }

  /** Without a sign of life since the hand-over, the delivery is not known to have arrived. */
  function expire(key: string, startedMs: number): void {
    const seconds = requestTimeoutMs / 1_000;
    const timeout = () => unreachable("timeout", `The listener told no response within ${seconds} s`);
    fail(key, wasHeardAfter(startedMs) ? timeout() : NOT_CONNECTED);
  }

  return {
    count: () => pending.size,
    add: (message, url) => {
      const key = toKey(message);
      if (pending.has(key)) return undefined;
      const startedMs = performance.now();
      const timer = setTimeout(() => expire(key, startedMs), requestTimeoutMs).unref();
      const numbered = { message, sequence: (sequence += 1) };
      const sent = new Promise<Sent>((resolve) => {
        pending.set(key, { ...numbered, url, startedAt: now(), startedMs, timer, resolve });
      });
      return { ...numbered, sent };
    },
    listAfter: (received) => [...pending.values()].filter((each) => each.sequence > received),
    answer: (response) => {
      const taken = take(toKey(response));
      if (taken === undefined) return false;
      const { startedAt, startedMs, url } = taken;
      const measured = { startedAt, elapsedMs: performance.now() - startedMs, answeredAt: now() };
      taken.resolve({ ...toExchangeResult(response, measured), url });
      return true;
    },
    giveUp: () => {
      for (const key of [...pending.keys()]) fail(key, NOT_CONNECTED);
    },
  };
}

const toKey = ({ deliveryId, attempt }: Pick<HandedOver, "deliveryId" | "attempt">): string =>
  `${deliveryId}/${attempt}`;
