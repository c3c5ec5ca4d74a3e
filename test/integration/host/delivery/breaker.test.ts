import { afterEach, describe, expect, test } from "vitest";
import { afterAttempt, closedBreaker, toGate } from "../../../../src/host/model/breaker.ts";
import { startReceiver } from "../../../support/http-receiver.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";
import type { BreakerState } from "../../../../src/host/model/endpoint.ts";

const CLOSED = closedBreaker(1, 1);
const TIMEOUT = { kind: "unreachable", reason: "timeout", detail: "" } as const;

function afterTimeouts(state: BreakerState, count: number, now: number): BreakerState {
  return Array.from({ length: count }).reduce<BreakerState>(
    (before) => afterAttempt(before, TIMEOUT, false, now),
    state,
  );
}

describe("the pause of a breaker", () => {
  test("is five seconds, however many requests were under way when it opened", () => {
    expect(afterTimeouts(CLOSED, 20, 1_000)).toMatchObject({ opened: 1, openUntil: 6_000, failures: 20 });
  });

  test("doubles with each probe that fails", () => {
    const opened = afterTimeouts(CLOSED, 5, 1_000);

    const again = afterTimeouts(opened, 1, 6_000);

    expect(again).toMatchObject({ opened: 2, openUntil: 16_000 });
  });

  test("ends with the first answer", () => {
    const opened = afterTimeouts(CLOSED, 5, 1_000);

    expect(afterAttempt(opened, { kind: "refused", status: 500 }, false, 2_000)).toMatchObject({
      opened: 0,
      openUntil: undefined,
    });
  });
});

test("a breaker that is open for longer than any pause lasts was opened before the clock was set back", () => {
  const opened = afterTimeouts(CLOSED, 5, 7_200_000);

  expect([7_200_000, 0].map((now) => toGate(opened, now))).toEqual(["open", "probing"]);
});

describe("what waits behind an open breaker", () => {
  const open: { stop: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.stop();
  });

  test("goes out after the pause, although no new event comes", async () => {
    let isWell = false;
    const receiver = await startReceiver((_request, response) => {
      if (isWell) response.writeHead(204).end();
      else setTimeout(() => response.destroy(), 100);
    });
    open.push({ stop: receiver.close });
    const bench = await startBench("sqlite::memory:", {
      // The first to fail are due again before the breaker lets anything through.
      findRetrySchedule: () => ({ steps: [2_000, 50, 50], jitter: 0 }),
      concurrency: { primary: 3, secondary: 1 },
    });
    open.push(bench);
    await bench.addAddon("one", receiver.url);

    await Promise.all(Array.from({ length: 8 }, () => bench.post()));
    await waitFor(() => {
      expect(bench.engine.breakers()[0]?.openUntil).toBeDefined();
      expect(bench.engine.status().inFlight).toBe(0);
    });
    isWell = true;

    await waitFor(async () => {
      const states = (await bench.deliveries()).map((row) => row["state"]);
      expect(new Set(states)).toEqual(new Set([2]));
    }, 15_000);
  });
});
