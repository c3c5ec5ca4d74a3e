import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../../src/egress/index.ts";
import { goneBy, judge } from "../../../../src/host/model/verdict.ts";
import type { Judged, Verdict } from "../../../../src/host/model/verdict.ts";

const NOW = 1_000_000;
const FIRST: Judged = {
  attempt: 1,
  retrySchedule: { steps: [10_000, 60_000], jitter: 0 },
  test: false,
  redelivery: 0,
  now: NOW,
  random: 0.5,
};
const after = (outcome: Outcome, change: Partial<Judged> = {}): Verdict =>
  judge(outcome, { ...FIRST, ...change });
const refused = (status: number, retryAfterMs?: number): Outcome =>
  retryAfterMs === undefined ? { kind: "refused", status } : { kind: "refused", status, retryAfterMs };
const TIMEOUT: Outcome = { kind: "unreachable", reason: "timeout", detail: "" };
const FORBIDDEN: Outcome = { kind: "forbidden", code: "IP_DENIED", detail: "" };

describe("the first attempt", () => {
  test.each([200, 204, 299])("is delivered with %i", (status) => {
    expect(after({ kind: "accepted", status })).toEqual({ state: "delivered" });
  });

  test.each([408, 409, 425, 429, 500, 501, 502, 503, 504, 599])(
    "is retried after the step with %i",
    (status) => {
      expect(after(refused(status))).toEqual({ state: "waiting", dueAt: NOW + 10_000 });
    },
  );

  test.each([
    300, 301, 302, 307, 308, 400, 401, 403, 404, 405, 406, 407, 411, 412, 413, 422, 424, 426, 428, 430, 451,
    499,
  ])("is rejected with %i", (status) => {
    expect(after(refused(status))).toEqual({ state: "failed", because: "rejected" });
  });

  test("ends as gone with 410", () => {
    expect(after(refused(410))).toEqual({ state: "failed", because: "gone" });
  });

  test("is retried after the step without an answer", () => {
    expect(after(TIMEOUT)).toEqual({ state: "waiting", dueAt: NOW + 10_000 });
  });

  test("ends as forbidden when our own rules stopped it", () => {
    expect(after(FORBIDDEN)).toEqual({ state: "failed", because: "forbidden" });
  });
});

describe("the schedule", () => {
  test.each([
    ["the second attempt waits for the second step", 2, { state: "waiting", dueAt: NOW + 60_000 }],
    ["the attempt after the last step is the last one", 3, { state: "failed", because: "exhausted" }],
  ])("%s", (_fact, attempt, verdict) => {
    expect(after(refused(503), { attempt })).toEqual(verdict);
    expect(after(TIMEOUT, { attempt })).toEqual(verdict);
  });

  test("the jitter is that of the retry schedule", () => {
    const retrySchedule = { steps: [10_000], jitter: 0.2 };

    expect(after(TIMEOUT, { retrySchedule, random: 0 })).toEqual({ state: "waiting", dueAt: NOW + 8_000 });
    expect(after(TIMEOUT, { retrySchedule, random: 1 })).toEqual({ state: "waiting", dueAt: NOW + 12_000 });
  });

  test.each([429, 503])("Retry-After of a %i is honored", (status) => {
    expect(after(refused(status, 15_000))).toEqual({ state: "waiting", dueAt: NOW + 15_000 });
  });

  test("Retry-After brings no rejected delivery back, and makes no schedule longer", () => {
    expect(after(refused(404, 15_000))).toEqual({ state: "failed", because: "rejected" });
    expect(after(refused(503, 15_000), { attempt: 3 })).toEqual({ state: "failed", because: "exhausted" });
  });
});

describe("a test delivery", () => {
  test.each([
    ["a status that is retried otherwise", refused(503), "not-retried"],
    ["no answer", TIMEOUT, "not-retried"],
    ["a status that is final in any case", refused(404), "rejected"],
    ["410", refused(410), "gone"],
    ["a forbidden address", FORBIDDEN, "forbidden"],
  ])("ends at once with %s", (_what, outcome, because) => {
    expect(after(outcome, { test: true })).toEqual({ state: "failed", because });
  });

  test("is delivered like any other", () => {
    expect(after({ kind: "accepted", status: 200 }, { test: true })).toEqual({ state: "delivered" });
  });
});

describe("a failure of the proxy", () => {
  const ofProxy = (reason: Extract<Outcome, { kind: "unreachable" }>["reason"]): Outcome => ({
    kind: "unreachable",
    reason,
    detail: "",
  });

  test.each(["proxy-unreachable", "proxy-tls", "proxy-timeout", "proxy-auth"] as const)(
    "%s leaves the delivery waiting, however many attempts it had, and ends a test",
    (reason) => {
      expect(after(ofProxy(reason), { attempt: 99 })).toEqual({ state: "waiting", dueAt: NOW });
      expect(after(ofProxy(reason), { test: true })).toEqual({ state: "failed", because: "not-retried" });
    },
  );

  test.each(["proxy-refused", "proxy-protocol"] as const)("%s is retried by the schedule", (reason) => {
    expect(after(ofProxy(reason))).toEqual({ state: "waiting", dueAt: NOW + 10_000 });
    expect(after(ofProxy(reason), { attempt: 3 })).toEqual({ state: "failed", because: "exhausted" });
  });
});

describe("the receiver's own word", () => {
  test.each([
    ["abort-message ends the delivery", 503, "abort-message", "aborted"],
    ["abort-message ends what was rejected", 400, "abort-message", "aborted"],
    ["disable ends the delivery as gone", 503, "disable", "gone"],
    ["410 is gone, whatever the word", 410, "abort-message", "gone"],
  ] as const)("%s", (_fact, status, word, because) => {
    expect(after(refused(status), { word })).toEqual({ state: "failed", because });
    expect(after(refused(status), { word, test: true })).toEqual({ state: "failed", because });
  });

  test.each(["abort-message", "disable"] as const)("%s with a 2xx is delivered", (word) => {
    expect(after({ kind: "accepted", status: 200 }, { word })).toEqual({ state: "delivered" });
  });

  test.each([
    ["410", refused(410), undefined, "status"],
    ["410 with a word", refused(410), "disable", "status"],
    ["disable", refused(500), "disable", "word"],
    ["disable with a 2xx", { kind: "accepted", status: 204 }, "disable", "word"],
    ["abort-message", refused(500), "abort-message", undefined],
    ["a 2xx", { kind: "accepted", status: 200 }, undefined, undefined],
    ["a 500", refused(500), undefined, undefined],
    ["no response", TIMEOUT, undefined, undefined],
    ["a forbidden address", FORBIDDEN, undefined, undefined],
  ] as const)("%s makes the subscription inactive: by %s", (_fact, outcome, word, by) => {
    expect(goneBy(outcome, word)).toBe(by);
  });
});

describe("an event's terms", () => {
  test("retry: false ends after the first attempt", () => {
    const terms = { retry: false } as const;
    expect(after(refused(503), { terms })).toEqual({ state: "failed", because: "not-retried" });
    expect(after(TIMEOUT, { terms })).toEqual({ state: "failed", because: "not-retried" });
    expect(after(refused(400), { terms })).toEqual({ state: "failed", because: "rejected" });
  });

  test("an end that comes before the next attempt ends the delivery at once", () => {
    const expired = { state: "failed", because: "expired" };
    expect(after(refused(503), { terms: { expiresAt: NOW + 10_000 } })).toEqual(expired);
    expect(after(TIMEOUT, { terms: { expiresAt: NOW + 10_000 } })).toEqual(expired);
    expect(after(refused(503), { terms: { expiresAt: NOW + 10_001 } })).toEqual({
      state: "waiting",
      dueAt: NOW + 10_000,
    });
    expect(after(refused(503), { terms: { expiresAt: NOW }, redelivery: 1 })).toMatchObject({
      state: "waiting",
    });
  });

  test("while the proxy fails, a delivery waits for it until its end", () => {
    const outage: Outcome = { kind: "unreachable", reason: "proxy-unreachable", detail: "" };
    expect(after(outage, { terms: { retry: false } })).toEqual({ state: "waiting", dueAt: NOW });
    expect(after(outage, { terms: { expiresAt: NOW } })).toEqual({ state: "failed", because: "expired" });
  });
});
