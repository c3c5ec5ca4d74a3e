import { describe, expect, test } from "vitest";
import {
  PAUSES_AFTER_MS,
  toFailingStage,
  toEndpointState,
  turnAfter,
} from "../../../../src/host/model/endpoint-life.ts";
import type { Attempted, Standing } from "../../../../src/host/model/endpoint-life.ts";

const NOW = 10 * PAUSES_AFTER_MS;
const HEALTHY: Attempted = {
  failingSince: undefined,
  failedAttempts: 0,
  isPaused: false,
  recorded: 0,
  hasEnded: false,
};
const failingFor = (ms: number, change: Partial<Attempted> = {}): Attempted => ({
  ...HEALTHY,
  failingSince: NOW - ms,
  failedAttempts: 5,
  ...change,
});

test.each([
  ["an endpoint that was healthy and is", HEALTHY, undefined],
  ["the fourth failure in a row", failingFor(0, { failedAttempts: 4 }), undefined],
  ["the fifth", failingFor(0), { kind: "failing", stage: 1 }],
  ["the sixth", failingFor(1_000, { failedAttempts: 6, recorded: 1 }), undefined],
  ["a moment before half the time", failingFor(0.5 * PAUSES_AFTER_MS - 1, { recorded: 1 }), undefined],
  ["half the time", failingFor(0.5 * PAUSES_AFTER_MS, { recorded: 1 }), { kind: "failing", stage: 2 }],
  ["nine tenths of it", failingFor(0.9 * PAUSES_AFTER_MS, { recorded: 2 }), { kind: "failing", stage: 3 }],
  ["all of it, with a delivery that goes on", failingFor(PAUSES_AFTER_MS, { recorded: 3 }), undefined],
  [
    "all of it, with a delivery that ended",
    failingFor(PAUSES_AFTER_MS, { recorded: 3, hasEnded: true }),
    { kind: "paused" },
  ],
  [
    "a paused one that fails on",
    failingFor(2 * PAUSES_AFTER_MS, { isPaused: true, hasEnded: true, recorded: 3 }),
    undefined,
  ],
  ["a paused one that accepts", { ...HEALTHY, isPaused: true }, { kind: "resumed" }],
  ["a failing one that accepts", { ...HEALTHY, recorded: 1 }, { kind: "resumed" }],
] as const)("%s", (_name, attempted, turn) => {
  const made = turnAfter(attempted, NOW);
  if (turn === undefined) expect(made).toBeUndefined();
  else expect(made).toMatchObject(turn);
});

test("an endpoint with rare failures is announced by time, not by the number of attempts", () => {
  expect(toFailingStage({ failingSince: NOW - 0.5 * PAUSES_AFTER_MS, failedAttempts: 2 }, NOW)).toBe(2);
});

describe("state of an endpoint", () => {
  const standing: Standing = {
    failingSince: undefined,
    failedAttempts: 0,
    pausedAt: undefined,
    isOpen: false,
  };
  test.each([
    ["healthy", {}],
    ["failing", { failingSince: 1 }],
    ["circuit-open", { failingSince: 1, isOpen: true }],
    ["paused", { failingSince: 1, isOpen: true, pausedAt: 2 }],
  ] as const)("%s", (word, change) => {
    expect(toEndpointState({ ...standing, ...change })).toBe(word);
  });
});
