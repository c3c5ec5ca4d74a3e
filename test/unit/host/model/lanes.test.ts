import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../../src/egress/index.ts";
import {
  averageAfter,
  countStarted,
  createEndpoint,
  createLane,
  createLaneRotation,
  followRegistry,
  push,
  shift,
  countQueued,
  isTracked,
  isBeingAttempted,
  untrack,
  windowAfter,
} from "../../../../src/host/model/lanes.ts";
import type { LaneState } from "../../../../src/host/model/lanes.ts";
import { dueDelivery, createSite, standingEndpoint } from "../../../support/delivery.ts";

const AT = { siteNo: 1, endpointNo: 1 };
const first = (id: string) => dueDelivery({ id });
const retry = (id: string) => dueDelivery({ id, attempts: 1 });

function createFilledLane(lane: 0 | 1, deliveries: readonly ReturnType<typeof dueDelivery>[]): LaneState {
  const state = createLane(createEndpoint(AT, undefined), lane);
  for (const delivery of deliveries) push(state, delivery);
  return state;
}

describe("a lane", () => {
  test("gives first attempts before retries, and each kind in its order", () => {
    const lane = createFilledLane(0, [retry("r1"), first("f1"), retry("r2"), first("f2")]);

    expect(countQueued(lane)).toBe(4);
    expect([1, 2, 3, 4, 5].map(() => shift(lane)?.id)).toEqual(["f1", "f2", "r1", "r2", undefined]);
    expect(countQueued(lane)).toBe(0);
  });

  test("gives every eighth from the end, so that no retry waits for ever where new deliveries never end", () => {
    const lane = createFilledLane(0, [retry("r1"), retry("r2"), retry("r3")]);
    const taken: string[] = [];
    for (let turn = 0; turn < 24; turn++) {
      push(lane, first("f"));
      taken.push(shift(lane)?.id ?? "nothing");
    }

    const seven = Array.from({ length: 7 }, () => "f");
    expect(taken).toEqual([...seven, "r1", ...seven, "r2", ...seven, "r3"]);
  });

  test("gives the next first attempt when it has no retry, also in the turn of one", () => {
    const lane = createFilledLane(
      0,
      Array.from({ length: 9 }, (_, no) => first(`f${no}`)),
    );

    expect(Array.from({ length: 10 }, () => shift(lane)?.id)).toEqual([
      ...Array.from({ length: 9 }, (_, no) => `f${no}`),
      undefined,
    ]);
  });

  test("takes a redelivery for a first attempt, whatever was attempted before", () => {
    const again = dueDelivery({ id: "again", attempts: 6, scheduleFrom: 6, redelivery: 1 });
    const later = dueDelivery({ id: "later", attempts: 7, scheduleFrom: 6, redelivery: 1 });

    expect(shift(createFilledLane(0, [later, again]))?.id).toBe("again");
  });

  test("holds what waits in it and what was taken from it, until that is settled", () => {
    const lane = createFilledLane(0, [first("f1")]);

    shift(lane);

    expect(lane.trackedIds).toEqual(new Set(["f1"]));
  });

  test("is attempting what was taken from it and is not settled, alone or in a batch", () => {
    const members = [first("m1"), first("m2")];
    const batch = { ...first("m1"), batch: { id: "b1", members } };
    const lane = createFilledLane(0, [batch, first("f1"), retry("r1")]);
    const ids = ["m1", "m2", "f1", "r1", "other"];
    const listBeingAttempted = () => ids.filter((id) => isBeingAttempted(lane, id));

    expect(listBeingAttempted()).toEqual([]);
    shift(lane);
    expect(listBeingAttempted()).toEqual(["m1", "m2"]);
    shift(lane);
    expect(listBeingAttempted()).toEqual(["m1", "m2", "f1"]);
    shift(lane);
    expect(listBeingAttempted()).toEqual(["m1", "m2", "f1", "r1"]);
    lane.trackedIds.delete("m2");
    expect(listBeingAttempted()).toEqual(["m1", "f1", "r1"]);
  });

  test("has a batch as long as it has one of its deliveries", () => {
    const batch = { ...first("m1"), batch: { id: "b1", members: [first("m1"), first("m2")] } };
    const lane = createFilledLane(0, [batch]);
    const other = { ...first("m3"), batch: { id: "b2", members: [first("m3"), first("m2")] } };
    const have = () => [batch, other, first("m1"), first("m3")].map((each) => isTracked(lane, each));

    expect(have()).toEqual([true, true, true, false]);
    untrack(lane, first("m2"));
    expect(have()).toEqual([true, false, true, false]);
    untrack(lane, batch);
    expect(have()).toEqual([false, false, false, false]);
  });

  test("begins with nothing", () => {
    const lane = createLane(createEndpoint(AT, undefined), 1);

    expect(lane).toMatchObject({
      lane: 1,
      inFlight: 0,
      reserved: 0,
      backlog: false,
      nextDueAt: Infinity,
      probeAt: undefined,
      isQueued: false,
    });
  });
});

describe("an endpoint", () => {
  test("that is not known yet has a closed breaker, and may have five requests under way", () => {
    expect(createEndpoint(AT, undefined)).toMatchObject({
      siteNo: 1,
      no: 1,
      breaker: { siteNo: 1, no: 1, failures: 0, openUntil: undefined },
      recorded: 0,
      inFlight: 0,
      isPrompt: false,
      attemptMs: 0,
      window: 5,
    });
  });

  test("that was saved goes on where it was", () => {
    const site = createSite({ endpoints: [{ failures: 6, opened: 1, openUntil: 9_000, failingStage: 2 }] });

    expect(createEndpoint(AT, site)).toMatchObject({
      breaker: { failures: 6, opened: 1, openUntil: 9_000 },
      recorded: 2,
      site,
      saved: standingEndpoint({ failures: 6, opened: 1, openUntil: 9_000, failingStage: 2 }),
    });
  });
});

describe("the window of requests under way", () => {
  const ACCEPTED: Outcome = { kind: "accepted", status: 200 };
  const REFUSED: Outcome = { kind: "refused", status: 503 };
  const TIMEOUT: Outcome = { kind: "unreachable", reason: "timeout", detail: "" };

  test.each([
    ["opens by one with each answer", 5, ACCEPTED, 20, 6],
    ["opens with a refusal too: somebody is there", 5, REFUSED, 20, 6],
    ["opens up to the slots of the lane", 20, ACCEPTED, 20, 20],
    ["is five at least, however few slots there are", 5, ACCEPTED, 2, 5],
    ["closes to five without an answer", 20, TIMEOUT, 20, 5],
  ])("%s", (_fact, window, outcome, mostSlots, after) => {
    expect(windowAfter(window, outcome, mostSlots)).toBe(after);
  });

  test("a failure of the proxy leaves the window as it is", () => {
    expect(windowAfter(12, { kind: "unreachable", reason: "proxy-refused", detail: "" }, 20)).toBe(12);
  });
});

test("the average of the attempts' times follows the newest by a tenth", () => {
  expect(averageAfter(100, 200)).toBe(110);
  expect(averageAfter(100, 100)).toBe(100);
  expect(averageAfter(0, 50)).toBe(5);
});

describe("turns", () => {
  /** A lane that stands in line again after each of its turns, for as long as it has something. */
  function takeTurns(lanes: Readonly<Record<string, LaneState>>, count: number): string {
    const turns = createLaneRotation();
    for (const lane of Object.values(lanes)) turns.add(lane);
    const taken = Array.from({ length: count }, () => {
      const lane = turns.next();
      if (lane === undefined) return "-";
      shift(lane);
      turns.add(lane);
      return Object.entries(lanes).find(([, each]) => each === lane)?.[0] ?? "?";
    });
    return taken.join("");
  }
  const many = (make: (id: string) => ReturnType<typeof dueDelivery>) =>
    Array.from({ length: 20 }, (_, index) => make(String(index)));

  test("go to primary first attempts, then to secondary ones, then to retries", () => {
    const lanes = {
      r: createFilledLane(0, [retry("1")]),
      s: createFilledLane(1, [first("2")]),
      p: createFilledLane(0, [first("3"), first("4")]),
      q: createFilledLane(1, [retry("5")]),
    };

    expect(takeTurns(lanes, 6)).toBe("ppsrq-");
  });

  test("go round among lanes of one kind", () => {
    const lanes = {
      a: createFilledLane(0, many(first)),
      b: createFilledLane(0, many(first)),
      c: createFilledLane(0, many(first)),
    };

    expect(takeTurns(lanes, 7)).toBe("abcabca");
  });

  test("every eighth is given from the end, so that no line starves", () => {
    const lanes = {
      p: createFilledLane(0, many(first)),
      s: createFilledLane(1, many(first)),
      r: createFilledLane(0, many(retry)),
    };

    expect(takeTurns(lanes, 24)).toBe("ppppppprppppppprppppppsr");
  });

  test("are for lanes that have something, each in line once", () => {
    const turns = createLaneRotation();
    const empty = createFilledLane(0, []);
    const lane = createFilledLane(0, [first("1")]);

    turns.add(empty);
    turns.add(lane);
    turns.add(lane);

    expect([turns.next(), turns.next()]).toEqual([lane, undefined]);
    expect([empty.isQueued, lane.isQueued]).toEqual([false, false]);
    turns.add(lane);
    expect(lane.isQueued).toBe(true);
    expect(turns.next()).toBe(lane);
  });
});

describe("an endpoint follows the registry", () => {
  const PACE = { rate: { count: 5, per: "second" }, slots: 2 } as const;
  const paced = createSite({ endpoints: [{ pace: PACE }] });

  test("it has the pace of its settings from the start, and none without settings", () => {
    expect(createEndpoint(AT, paced)).toMatchObject({ pace: PACE, rate: { intervalMs: 200 } });
    expect(createEndpoint(AT, createSite())).toMatchObject({ pace: undefined, rate: undefined });
    expect(createEndpoint({ ...AT, endpointNo: 9 }, paced)).toMatchObject({
      saved: undefined,
      pace: undefined,
    });
    expect(createEndpoint(AT, undefined)).toMatchObject({ saved: undefined, pace: undefined });
  });

  test("a changed pace replaces it; the same one keeps the attempts that were given out", () => {
    const endpoint = createEndpoint(AT, createSite());
    followRegistry(endpoint, paced);
    const { rate } = endpoint;
    expect(endpoint).toMatchObject({ site: paced, pace: PACE, rate: { intervalMs: 200 } });
    followRegistry(endpoint, paced);
    expect(endpoint.rate).toBe(rate);
    followRegistry(endpoint, createSite({ endpoints: [{ pace: { slots: 1 } }] }));
    expect(endpoint).toMatchObject({ pace: { slots: 1 }, rate: undefined });
    followRegistry(endpoint, undefined);
    expect(endpoint).toMatchObject({ site: undefined, saved: undefined, pace: undefined });
  });

  test("after a resume its circuit is closed, and nothing was announced", () => {
    const failing = createSite({
      endpoints: [{ failures: 7, opened: 2, openUntil: 9_000, failingStage: 2 }],
    });
    const endpoint = createEndpoint(AT, failing);
    followRegistry(endpoint, failing);
    expect(endpoint).toMatchObject({ recorded: 2, breaker: { failures: 7, opened: 2 } });
    followRegistry(endpoint, createSite({ endpoints: [{ failures: 7, failingStage: 2, resumedAt: 5 }] }));
    expect(endpoint).toMatchObject({
      recorded: 0,
      breaker: { failures: 0, opened: 0, openUntil: undefined },
    });
  });
});

test("started requests are those in flight and those that are promised, in both lanes", () => {
  const lanes = ([0, 1] as const).map((lane) => createFilledLane(lane, []));
  lanes.forEach((lane, index) => Object.assign(lane, { inFlight: index + 1, reserved: 10 }));
  expect(countStarted(lanes)).toBe(23);
});
