import { expect, test } from "vitest";
import { createSchedule } from "../../../../src/host/delivery/schedule.ts";
import { dueDelivery } from "../../../support/delivery.ts";

const AT = { siteNo: 1, endpointNo: 1, lane: 0 } as const;

function newSchedule() {
  return createSchedule({
    snapshots: { get: () => undefined },
    concurrency: { primary: 2, secondary: 2 },
    maxQueued: () => 10,
    maxInFlight: 100,
    serves: () => true,
    proxy: undefined,
    now: () => 1_000,
    onRateReached: () => undefined,
  });
}

test("what is in memory is sent while others are being accepted, however many have leases", () => {
  const schedule = newSchedule();
  const lane = schedule.getLane(AT);
  schedule.add(lane, dueDelivery({ id: "first" }));
  lane.reserved = 50;

  schedule.queue(lane);

  expect(schedule.takeNext()?.delivery.id).toBe("first");
});

test("a lane has no more requests in flight than slots", () => {
  const schedule = newSchedule();
  const lane = schedule.getLane(AT);
  for (const id of ["first", "second"]) schedule.start(lane, dueDelivery({ id }), 1_000);
  schedule.add(lane, dueDelivery({ id: "third" }));

  schedule.queue(lane);
  expect(schedule.takeNext()).toBeUndefined();

  schedule.end(lane, dueDelivery({ id: "first" }));
  schedule.queue(lane);
  expect(schedule.takeNext()?.delivery.id).toBe("third");
});

test("memory is crowded with as many as there may be at that time", () => {
  const schedule = newSchedule();
  const lane = schedule.getLane(AT);

  for (let count = 1; count < 10; count += 1) schedule.add(lane, dueDelivery({ id: `d${count}` }));
  expect(schedule.isCrowded()).toBe(false);

  schedule.add(lane, dueDelivery({ id: "last" }));
  expect(schedule.isCrowded()).toBe(true);
});
