import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Claims } from "../../../../src/host/delivery/claim.ts";
import { createClaimLoop } from "../../../../src/host/delivery/claim-loop.ts";
import type { ClaimLoopParts } from "../../../../src/host/delivery/claim-loop.ts";
import { createEndpoint, createLane } from "../../../../src/host/model/lanes.ts";
import type { LaneState } from "../../../../src/host/model/lanes.ts";
import { silentLogger } from "../../../../src/logger.ts";

/** Claims once for a lane, with nothing that it could send. Resolves to the times for which the lane asks for another claim. */
async function claimNothing(
  lane: LaneState,
  found: Awaited<ReturnType<Claims["claim"]>>,
  duringClaim: () => void = () => undefined,
): Promise<readonly number[]> {
  const wakes: number[] = [];
  const claims: Pick<Claims, "shared" | "claim" | "nextDue"> = {
    shared: false,
    claim: () => {
      duringClaim();
      return Promise.resolve(found);
    },
    nextDue: () => Promise.resolve([]),
  };
  const loop = createClaimLoop({
    claims,
    schedule: { getGate: () => "closed", getLane: () => lane, add: () => undefined },
    now: () => 1_000,
    logger: silentLogger,
    observer: { claimed: () => undefined },
    countToClaim: () => 10,
    onFed: () => undefined,
    wakeAt: (at: number) => void wakes.push(at),
    wakeFor: () => Promise.resolve(),
  } as unknown as ClaimLoopParts);
  loop.start();
  loop.add(lane);
  while (loop.isClaiming()) await turn();
  return wakes;
}
const newLane = (): LaneState => createLane(createEndpoint({ siteNo: 1, endpointNo: 1 }, undefined), 0);

test("a lane that got nothing though the table has more claims again soon", async () => {
  expect(await claimNothing(newLane(), { due: [], exhausted: [] })).toEqual([1_020]);
});

test("a lane whose attempts are under way claims again when one ends, and no sooner", async () => {
  const lane = newLane();
  expect(await claimNothing(lane, { due: [], exhausted: [] }, () => void (lane.inFlight = 1))).toEqual([]);
  expect(lane.backlog).toBe(true);
});

test("a lane of which the table has no more waits until something is due", async () => {
  const lane = newLane();
  expect(await claimNothing(lane, { due: [], exhausted: [lane] })).toEqual([]);
});
