import { describe, expect, test } from "vitest";
import { createClaims } from "../../../../src/host/delivery/claim.ts";
import { createEndpoint, createLane } from "../../../../src/host/model/lanes.ts";
import type { LaneState } from "../../../../src/host/model/lanes.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { POSTGRES } from "../../../../src/host/store/db/dialect.ts";

const CAP = 10;

/** Nothing is asked of the database here. */
const sharedClaims = () => createClaims({ dialect: POSTGRES } as unknown as Database, 15_000);

function laneWith(endpoint: { readonly isPrompt: boolean; readonly attemptMs: number }): LaneState {
  const state = createEndpoint({ siteNo: 1, endpointNo: 1 }, undefined);
  return createLane(Object.assign(state, endpoint), 0);
}

/** Counts the leases that the lane gets while deliveries are accepted for it. */
function countLeases(lane: LaneState, isCrowded = false): number {
  const claims = sharedClaims();
  while (claims.canLease(lane, CAP, isCrowded)) lane.reserved += 1;
  return lane.reserved;
}

describe("leases of deliveries that are being accepted", () => {
  test("are as many as a prompt endpoint takes in two seconds", () => {
    expect(countLeases(laneWith({ isPrompt: true, attemptMs: 20 }))).toBe(1_000);
    expect(countLeases(laneWith({ isPrompt: true, attemptMs: 200 }))).toBe(100);
  });

  test("are never more than 5,000 of a lane, however fast it is", () => {
    expect(countLeases(laneWith({ isPrompt: true, attemptMs: 1 }))).toBe(5_000);
  });

  test("are as many as there are slots where the endpoint is slow, and where memory is full", () => {
    expect(countLeases(laneWith({ isPrompt: false, attemptMs: 20 }))).toBe(CAP);
    expect(countLeases(laneWith({ isPrompt: true, attemptMs: 20 }), true)).toBe(CAP);
  });
});

describe("a claim", () => {
  test("is for 500 at most, and for none while half of them are here", () => {
    const lane = laneWith({ isPrompt: true, attemptMs: 1 });
    const { countToClaim } = sharedClaims();

    expect(countToClaim(lane, CAP, false)).toBe(500);
    lane.inFlight = 250;
    expect(countToClaim(lane, CAP, false)).toBe(250);
    lane.inFlight = 251;
    expect(countToClaim(lane, CAP, false)).toBe(0);
  });
});

describe("deliveries in memory", () => {
  test("are as many as are settled in two seconds", () => {
    const claims = sharedClaims();

    claims.settled(1, 0);
    claims.settled(3_000, 500);

    expect(claims.maxInMemory()).toBe(12_000);
  });
});
