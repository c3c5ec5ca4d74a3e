/** The checker of the crash lab sees each kind of broken promise: one that never complains would prove nothing. */
import { describe, expect, test } from "vitest";
import { check } from "../../bench/crashlab/check.ts";
import type { Evidence } from "../../bench/crashlab/check.ts";
import { checkChanges } from "../../bench/crashlab/changes.ts";
import type { ChangesEvidence } from "../../bench/crashlab/changes.ts";
import { checkTold } from "../../bench/crashlab/told.ts";
import type { ToldEvidence } from "../../bench/crashlab/told.ts";

const EVENT = "0".repeat(32);
const DELIVERY = `${"0".repeat(31)}1`;
const ID = `dlv_1_${DELIVERY}`;

const delivery = { site_no: 1, id: DELIVERY, state: 2, because: null, attempts: 1 };
const arrival = {
  at: 1,
  addon: "one",
  deliveryId: ID,
  mark: 0,
  bodyHash: "same",
  issueId: undefined,
  sequence: undefined,
  wrongToken: undefined,
};

function evidence(change: Partial<Evidence> = {}, dump: Partial<Evidence["dump"]> = {}): Evidence {
  return {
    accepted: [{ kind: "accepted", mark: 0, at: 1, duplicate: false, deliveryIds: [ID] }],
    arrivals: [arrival],
    answers: [{ deliveryId: ID, status: 204, at: 2 }],
    fanOut: 1,
    mayRepeat: 0,
    allDelivered: true,
    ...change,
    dump: {
      events: [{ client_id: "mark-0", id: EVENT }],
      deliveries: [delivery],
      attempts: [{ delivery_id: DELIVERY, number: 1, status: 204 }],
      counted: 1,
      integrity: "ok",
      ...dump,
    },
  };
}

const listViolations = (given: Evidence) => check(given).violations.map((violation) => violation.slice(0, 2));

test("when everything went well nothing is broken", () => {
  expect(check(evidence())).toEqual({ lost: 0, duplicates: 0, violations: [] });
});

describe("broken", () => {
  test.each<[string, Evidence, string]>([
    ["an accepted event that is not stored", evidence({}, { events: [] }), "I1"],
    [
      "an event that is stored twice",
      evidence(
        {},
        {
          events: [
            { client_id: "mark-0", id: EVENT },
            { client_id: "mark-0", id: EVENT },
          ],
        },
      ),
      "I1",
    ],
    ["an event without its deliveries", evidence({ fanOut: 2 }), "I1"],
    ["a damaged file", evidence({}, { integrity: "row 1 missing" }), "I1"],
    ["a delivery that never ended", evidence({}, { deliveries: [{ ...delivery, state: 1 }] }), "I2"],
    [
      "attempts with a gap",
      evidence({}, { attempts: [{ delivery_id: DELIVERY, number: 2, status: 204 }] }),
      "I2",
    ],
    ["a request repeated without a crash", evidence({ arrivals: [arrival, arrival] }), "I3"],
    [
      "a repeated request with another body",
      evidence({ arrivals: [arrival, { ...arrival, bodyHash: "other" }], mayRepeat: 1 }),
      "I3",
    ],
    ["delivered without a good answer", evidence({ answers: [] }), "I4"],
    [
      "failed despite a good answer",
      evidence({ allDelivered: false }, { deliveries: [{ ...delivery, state: 3, because: "exhausted" }] }),
      "I4",
    ],
    ["figures that count another number of attempts", evidence({}, { counted: 2 }), "I4"],
    ["a token that does not verify", evidence({ arrivals: [{ ...arrival, wrongToken: "expired" }] }), "I8"],
  ])("%s", (_name, given, invariant) => {
    expect(listViolations(given)).toContain(invariant);
  });

  test("a lost event is counted", () => {
    expect(check(evidence({}, { events: [] })).lost).toBe(1);
  });
});

test("what a crash explains is counted and forgiven", () => {
  expect(check(evidence({ arrivals: [arrival, arrival], mayRepeat: 1 }))).toEqual({
    lost: 0,
    duplicates: 1,
    violations: [],
  });
});

describe("of operational events", () => {
  const made = { event: "endpoint.paused", endpoint: 1 };
  const told = { ...made, id: EVENT, count: 0 };
  const failed = { event: "delivery.failed", endpoint: 1, id: EVENT, count: 3 };
  const given = (change: Partial<ToldEvidence> = {}): ToldEvidence => ({
    accepted: evidence().accepted,
    dump: evidence().dump,
    transitions: [made],
    events: [told],
    failures: [],
    arrivals: [arrival],
    ...change,
  });

  test("when each transition was told once nothing is broken", () => {
    expect(checkTold(given())).toEqual({ lost: 0, duplicates: 0, violations: [] });
    const failures = [{ endpoint: 1, failed: 5, untold: 2 }];
    expect(checkTold(given({ transitions: [], events: [failed], failures }))).toEqual({
      lost: 0,
      duplicates: 0,
      violations: [],
    });
  });

  test.each<[string, Partial<ToldEvidence>, number, number]>([
    ["a transition that was not told", { transitions: [made, made] }, 1, 0],
    ["one that was told as another endpoint's", { events: [{ ...told, endpoint: 2 }] }, 1, 1],
    ["one that was told twice", { events: [told, told] }, 0, 1],
    ["an event that did not arrive", { arrivals: [] }, 1, 0],
    [
      "failed deliveries that nobody counted",
      { transitions: [], events: [failed], failures: [{ endpoint: 1, failed: 5, untold: 0 }] },
      2,
      0,
    ],
    [
      "failed deliveries that were counted twice",
      { transitions: [], events: [failed], failures: [{ endpoint: 1, failed: 3, untold: 3 }] },
      0,
      3,
    ],
  ])("%s", (_name, change, lost, duplicates) => {
    const checked = checkTold(given(change));
    expect([checked.lost, checked.duplicates]).toEqual([lost, duplicates]);
    expect(checked.violations[0]).toMatch(/^I9/);
  });
});

describe("changes of a program and their events", () => {
  const { dump, arrivals } = evidence({ arrivals: [{ ...arrival, mark: 7 }] });
  const whole: ChangesEvidence = {
    changes: [7],
    events: [{ id: EVENT, mark: 7 }],
    unread: 0,
    dump,
    arrivals,
    fanOut: 1,
  };
  const brokenBy = (change: Partial<ChangesEvidence>) => {
    const { lost, invented, violations } = checkChanges({ ...whole, ...change });
    return [lost, invented, violations.map((violation) => violation.split(":")[0])];
  };

  test.each<[string, Partial<ChangesEvidence>, number, number, readonly string[]]>([
    ["each has its event", {}, 0, 0, []],
    ["a committed change without an event", { changes: [7, 8] }, 1, 0, ["I1"]],
    ["an event without a committed change", { changes: [] }, 0, 1, ["I10"]],
    ["a request for what was rolled back", { arrivals: [arrival, ...arrivals] }, 0, 1, ["I10"]],
    ["a change with two events", { events: [...whole.events, ...whole.events] }, 0, 0, ["I10"]],
    ["a row that was not read", { unread: 1 }, 0, 0, ["I2"]],
    ["an event for too few receivers", { fanOut: 2 }, 0, 0, ["I1"]],
    ["a delivery that did not arrive", { arrivals: [] }, 0, 0, ["I2"]],
  ])("%s", (_name, change, lost, invented, violations) => {
    expect(brokenBy(change)).toEqual([lost, invented, violations]);
  });
});
