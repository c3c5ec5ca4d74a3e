import { expect, test } from "vitest";
import { afterProxyFailure, afterProxyResponse, PROXY_WORKS } from "../../../src/egress/proxy-state.ts";
import type { ProxyState } from "../../../src/egress/proxy-state.ts";

const DOWN = { reason: "proxy-unreachable", detail: "ECONNREFUSED" } as const;
const WRONG = { reason: "proxy-auth", detail: "407" } as const;

/** Fails at each time that it is tried again. */
function failTimes(times: number, from: ProxyState, at: number): Extract<ProxyState, { kind: "fails" }> {
  let state = afterProxyFailure(from, DOWN, at);
  for (let failed = 1; failed < times && state.kind === "fails"; failed += 1) {
    state = afterProxyFailure(state, DOWN, state.tryAt);
  }
  if (state.kind !== "fails") throw new Error("it works");
  return state;
}

test("a proxy that fails is tried again after 1 s, then after twice the time, up to 60 s", () => {
  const pauses = [1, 2, 3, 6, 7, 20].map((times) => {
    const { tryAt } = failTimes(times, PROXY_WORKS, 0);
    return tryAt - (times === 1 ? 0 : failTimes(times - 1, PROXY_WORKS, 0).tryAt);
  });
  expect(pauses).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
});

test("requests that fail before the next try lengthen nothing, and the latest reason is shown", () => {
  const first = failTimes(1, PROXY_WORKS, 500);
  expect(afterProxyFailure(first, WRONG, 1_499)).toEqual({ ...first, failure: WRONG });
  expect(afterProxyFailure(first, WRONG, 1_500)).toMatchObject({ since: 500, pauses: 2, tryAt: 3_500 });
});

test("a proxy that works again and fails within a minute goes on with its pauses", () => {
  const works = afterProxyResponse(failTimes(4, PROXY_WORKS, 0), 20_000);
  expect(works).toMatchObject({ kind: "works", since: 20_000 });
  expect(failTimes(1, works, 79_999).tryAt).toBe(79_999 + 16_000);
  expect(failTimes(1, works, 80_000)).toMatchObject({ since: 80_000, tryAt: 81_000 });
});

test("a response of a proxy that works changes nothing", () => {
  expect(afterProxyResponse(PROXY_WORKS, 9)).toBe(PROXY_WORKS);
});
