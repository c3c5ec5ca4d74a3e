import { describe, expect, test } from "vitest";
import {
  MAX_EXAMPLES,
  NO_RESULT,
  addResults,
  ALONE,
  BESIDE_LIVE_EVENTS,
  choosePace,
  countToAdd,
  leftOutBefore,
  pauseAfter,
  planReplayed,
} from "../../../../src/host/model/replay.ts";
import type { EarlierDelivery, EventResult, LeftOutKind } from "../../../../src/host/model/replay.ts";

const earlier = (id: string, state: EarlierDelivery["state"], ...matched: number[]): EarlierDelivery => ({
  id,
  state,
  matched,
});
const wanted = (...matched: number[]) => ({ endpointNo: 1, subscriptionNo: matched[0] ?? 0, matched });

describe("an event that is left out whatever the receiver subscribes to", () => {
  test.each<[string, readonly EarlierDelivery["state"][], LeftOutKind | undefined, LeftOutKind | undefined]>([
    ["no delivery", [], undefined, undefined],
    ["a failed delivery", ["failed"], undefined, undefined],
    ["a delivered one", ["delivered"], "delivered", undefined],
    ["a failed and a delivered one", ["failed", "delivered"], "delivered", undefined],
    ["a waiting one", ["waiting"], "waiting", "waiting"],
    ["a leased one", ["failed", "leased"], "waiting", "waiting"],
    ["a delivered and a waiting one", ["delivered", "waiting"], "delivered", "waiting"],
  ])("with %s: %j → %s, with delivered events %s", (_name, states, missing, all) => {
    const past = {
      earlier: states.map((state, index) => earlier(String(index), state, 1)),
      isTest: false,
      isBodyDeleted: false,
    };
    expect(leftOutBefore(past, true)).toBe(missing);
    expect(leftOutBefore(past, false)).toBe(all);
  });

  test("a test and a deleted body are named, and a delivered event is not missing although its body is deleted", () => {
    const past = { earlier: [], isTest: true, isBodyDeleted: true };
    expect(leftOutBefore(past, true)).toBe("test");
    expect(leftOutBefore({ ...past, isTest: false }, true)).toBe("body-deleted");
    const delivered = { earlier: [earlier("a", "delivered", 1)], isTest: false, isBodyDeleted: true };
    expect(leftOutBefore(delivered, true)).toBe("delivered");
    expect(leftOutBefore(delivered, false)).toBe("body-deleted");
  });
});

describe("deliveries of a replayed event", () => {
  test("an event without a delivery gets one for each that is wanted", () => {
    expect(planReplayed([], [wanted(1), wanted(2)])).toEqual({
      reopened: [],
      created: [wanted(1), wanted(2)],
    });
  });

  test("an ended delivery serves what is wanted of the same subscription, another one the next in order", () => {
    const [a, b] = [earlier("a", "failed", 7), earlier("b", "failed", 2, 3)];
    expect(planReplayed([a, b], [wanted(3), wanted(9), wanted(10)])).toEqual({
      reopened: [
        { id: "b", wanted: wanted(3) },
        { id: "a", wanted: wanted(9) },
      ],
      created: [wanted(10)],
    });
  });

  test("more ended deliveries than wanted leave the others as they are", () => {
    const ended = [earlier("a", "failed", 1), earlier("b", "failed", 2)];
    expect(planReplayed(ended, [wanted(2)])).toEqual({
      reopened: [{ id: "b", wanted: wanted(2) }],
      created: [],
    });
  });
});

test("the result counts every event and keeps the first examples of each reason", () => {
  const out = (kind: LeftOutKind, index: number): EventResult => ({
    kind: "left-out",
    example: { event: `evt_${index}`, kind, reason: kind },
  });
  const first = addResults(NO_RESULT, [
    { kind: "sent", created: 2, redelivered: 0 },
    ...Array.from({ length: MAX_EXAMPLES + 2 }, (_, index) => out("delivered", index)),
  ]);
  const all = addResults(first, [out("test", 9), { kind: "sent", created: 0, redelivered: 1 }]);
  expect(all.counts).toEqual({
    events: MAX_EXAMPLES + 5,
    created: 2,
    redelivered: 1,
    leftOut: { delivered: MAX_EXAMPLES + 2, test: 1 },
  });
  expect(all.examples.map(({ event }) => event)).toEqual([
    "evt_0",
    "evt_1",
    "evt_2",
    "evt_3",
    "evt_4",
    "evt_9",
  ]);
});

describe("the pace", () => {
  test("beside live events a chunk adds few deliveries; five seconds after the last one it adds many", () => {
    expect([0, 4_999].map(choosePace)).toEqual([BESIDE_LIVE_EVENTS, BESIDE_LIVE_EVENTS]);
    expect([5_000, Number.POSITIVE_INFINITY].map(choosePace)).toEqual([ALONE, ALONE]);
  });

  test.each([
    [0, 10, 100],
    [900, 10, 100],
    [901, 10, 99],
    [990, 10, 10],
    [991, 0, 0],
    [1_200, 0, 0],
  ])("while %d wait, a chunk adds %d beside live events and %d alone", (waiting, beside, alone) => {
    expect(countToAdd(waiting, BESIDE_LIVE_EVENTS)).toBe(beside);
    expect(countToAdd(waiting, ALONE)).toBe(alone);
  });

  test("beside live events three quarters of the time are others', and at most 100 deliveries are added a second", () => {
    expect([
      pauseAfter(10, 0, BESIDE_LIVE_EVENTS),
      pauseAfter(10, 10, BESIDE_LIVE_EVENTS),
      pauseAfter(40, 10, BESIDE_LIVE_EVENTS),
    ]).toEqual([30, 90, 120]);
  });

  test("alone it takes half of the time, however many deliveries it adds", () => {
    expect([pauseAfter(10, 0, ALONE), pauseAfter(10, 100, ALONE)]).toEqual([10, 10]);
  });
});
