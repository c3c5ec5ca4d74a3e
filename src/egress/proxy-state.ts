/** Decides whether a proxy works, and when one that doesn't is tried again. Pure. Times are on a clock that never jumps. */
import type { Outage } from "./proxy-failure.ts";

export type ProxyState =
  | { readonly kind: "works"; readonly pauses: number; readonly since: number }
  | {
      readonly kind: "fails";
      readonly failure: Outage;
      readonly since: number;
      /** Pauses that were begun, this one included. */
      readonly pauses: number;
      readonly tryAt: number;
    };

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;
/** A proxy that fails again within this time goes on with the pause it had. */
const STEADY_AFTER_MS = 60_000;

export const PROXY_WORKS: ProxyState = { kind: "works", pauses: 0, since: Number.NEGATIVE_INFINITY };

export function afterProxyFailure(state: ProxyState, failure: Outage, now: number): ProxyState {
  if (state.kind === "fails" && now < state.tryAt) return { ...state, failure };
  const isFlapping = state.kind === "works" && now - state.since < STEADY_AFTER_MS;
  const before = state.kind === "fails" || isFlapping ? state.pauses : 0;
  return {
    kind: "fails",
    failure,
    since: state.kind === "fails" ? state.since : now,
    pauses: before + 1,
    tryAt: now + Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(before, 10)),
  };
}

/** The same object if the proxy works already. */
export function afterProxyResponse(state: ProxyState, now: number): ProxyState {
  return state.kind === "works" ? state : { kind: "works", pauses: state.pauses, since: now };
}
