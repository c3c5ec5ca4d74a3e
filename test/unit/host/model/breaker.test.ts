import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../../src/egress/index.ts";
import {
  OPENS_AFTER,
  afterAttempt,
  toBreakerState,
  closedBreaker,
  toGate,
} from "../../../../src/host/model/breaker.ts";
import { standingEndpoint } from "../../../support/delivery.ts";
import type { BreakerState } from "../../../../src/host/model/endpoint.ts";

const CLOSED = closedBreaker(7, 9);
const TIMEOUT: Outcome = { kind: "unreachable", reason: "timeout", detail: "" };
const REFUSED: Outcome = { kind: "refused", status: 503 };
const FORBIDDEN: Outcome = { kind: "forbidden", code: "IP_DENIED", detail: "" };
const ACCEPTED: Outcome = { kind: "accepted", status: 200 };

/** After so many attempts that ended at `now`, none of which was the last of its delivery. */
function afterMany(state: BreakerState, outcome: Outcome, count: number, now: number): BreakerState {
  return Array.from({ length: count }).reduce<BreakerState>(
    (before) => afterAttempt(before, outcome, false, now),
    state,
  );
}

/** After probes without an answer, each as soon as the pause before it has ended. */
function afterProbes(state: BreakerState, count: number): BreakerState {
  return Array.from({ length: count }).reduce<BreakerState>(
    (before) => afterAttempt(before, TIMEOUT, false, before.openUntil ?? 0),
    state,
  );
}

test("the breaker of an endpoint that nothing is known against is closed", () => {
  expect(CLOSED).toEqual({
    siteNo: 7,
    no: 9,
    failures: 0,
    openUntil: undefined,
    opened: 0,
    failingSince: undefined,
    failedAttempts: 0,
    failedDeliveries: 0,
  });
  expect(toGate(CLOSED, 0)).toBe("closed");
});

describe("it opens", () => {
  test("after five failures in a row without an answer, not after four", () => {
    expect(OPENS_AFTER).toBe(5);
    expect(afterMany(CLOSED, TIMEOUT, 4, 1_000)).toMatchObject({
      failures: 4,
      opened: 0,
      openUntil: undefined,
    });
    expect(afterMany(CLOSED, TIMEOUT, 5, 1_000)).toMatchObject({ failures: 5, opened: 1, openUntil: 6_000 });
  });

  test.each([
    ["a refusal", REFUSED],
    ["a forbidden address", FORBIDDEN],
  ])("not for any number of failures between which there was %s", (_what, answer) => {
    const four = afterMany(CLOSED, TIMEOUT, 4, 1_000);

    expect(afterMany(afterAttempt(four, answer, false, 1_000), TIMEOUT, 4, 1_000).openUntil).toBeUndefined();
    expect(afterMany(CLOSED, answer, 100, 1_000)).toMatchObject({
      failures: 0,
      openUntil: undefined,
      opened: 0,
    });
  });

  test("once for many requests that were under way", () => {
    const opened = afterMany(CLOSED, TIMEOUT, 5, 1_000);

    expect(afterMany(opened, TIMEOUT, 15, 2_000)).toMatchObject({
      failures: 20,
      opened: 1,
      openUntil: 6_000,
    });
  });
});

describe("the pause", () => {
  test("is 5 s, and twice as long after each probe that fails, up to five minutes", () => {
    const opened = afterMany(CLOSED, TIMEOUT, 5, 1_000);
    const pauses = Array.from({ length: 13 }, (_, probes) => {
      const before = afterProbes(opened, probes);
      return (afterProbes(before, 1).openUntil ?? 0) - (before.openUntil ?? 0);
    });

    expect((opened.openUntil ?? 0) - 1_000).toBe(5_000);
    expect(pauses.slice(0, 7)).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    expect(new Set(pauses.slice(6))).toEqual(new Set([300_000]));
  });

  test("ends with the first answer, and the next one is 5 s again", () => {
    const opened = afterProbes(afterMany(CLOSED, TIMEOUT, 5, 1_000), 3);
    const answered = afterAttempt(opened, REFUSED, false, 2_000);

    expect(answered).toMatchObject({ failures: 0, opened: 0, openUntil: undefined });
    expect(afterMany(answered, TIMEOUT, 5, 3_000)).toMatchObject({ opened: 1, openUntil: 8_000 });
  });
});

describe("the gate", () => {
  const { openUntil, ...rest } = afterMany(CLOSED, TIMEOUT, 5, 1_000_000);

  test.each([
    ["open when it has just opened", 1_000_000, "open"],
    ["open a moment before the end of the pause", 1_004_999, "open"],
    ["probing at its end", 1_005_000, "probing"],
    ["probing long after it", 9_000_000, "probing"],
    ["open when the clock was set back by no more than clocks are wrong", 1_005_000 - 305_000, "open"],
    ["probing when the clock was set back by more than a pause can be long", 1_005_000 - 305_001, "probing"],
  ])("is %s", (_fact, now, gate) => {
    expect(openUntil).toBe(1_005_000);
    expect(toGate({ ...rest, openUntil }, now)).toBe(gate);
  });
});

describe("what is counted for the pause of the endpoint", () => {
  test.each([
    ["an attempt without an answer", TIMEOUT],
    ["a refusal", REFUSED],
    ["a forbidden address", FORBIDDEN],
  ])("%s: since when it fails, the attempts, and the deliveries that ended", (_what, outcome) => {
    const first = afterAttempt(CLOSED, outcome, false, 1_000);
    const second = afterAttempt(first, outcome, true, 2_000);

    expect(first).toMatchObject({ failingSince: 1_000, failedAttempts: 1, failedDeliveries: 0 });
    expect(second).toMatchObject({ failingSince: 1_000, failedAttempts: 2, failedDeliveries: 1 });
  });

  test.each([
    ["failures", afterMany(CLOSED, TIMEOUT, 1, 1_000)],
    ["refusals", afterMany(CLOSED, REFUSED, 3, 1_000)],
    ["an open breaker", afterMany(CLOSED, TIMEOUT, 5, 1_000)],
    ["a count of openings alone", { ...CLOSED, opened: 1 }],
    ["a count of failures alone", { ...CLOSED, failures: 1 }],
  ])("all of it is forgotten when something is accepted after %s", (_what, state) => {
    expect(afterAttempt(state, ACCEPTED, false, 2_000)).toEqual(CLOSED);
  });

  test("a healthy endpoint that accepts stays the same object: nothing is to be saved", () => {
    expect(afterAttempt(CLOSED, ACCEPTED, false, 2_000)).toBe(CLOSED);
  });
});

test("a saved breaker is taken over as it was, and nothing else of its endpoint", () => {
  const state = { ...afterMany(CLOSED, TIMEOUT, 6, 1_000), failedDeliveries: 2 };

  expect(toBreakerState(standingEndpoint(state))).toEqual(state);
});

test.each([
  "proxy-unreachable",
  "proxy-tls",
  "proxy-timeout",
  "proxy-auth",
  "proxy-refused",
  "proxy-protocol",
] as const)("the failure %s of the proxy changes nothing", (reason) => {
  const outcome: Outcome = { kind: "unreachable", reason, detail: "" };
  const failing = afterAttempt(CLOSED, TIMEOUT, false, 1_000);
  expect(afterAttempt(failing, outcome, true, 2_000)).toBe(failing);
});
