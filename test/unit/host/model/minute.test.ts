import { describe, expect, test } from "vitest";
import { countMinutes } from "../../../../src/host/model/minute.ts";
import { dueDelivery } from "../../../support/delivery.ts";
import { newAttempt } from "../../../support/rows.ts";
import type { AttemptRecord, Settlement } from "../../../../src/host/model/delivery.ts";

const MINUTE = 60_000;
const DELIVERED: Settlement = { state: "delivered" };
const WAITING: Settlement = { state: "waiting", dueAt: 0 };
const FAILED: Settlement = { state: "failed", because: "exhausted" };
const NOW = 99 * MINUTE;

const ACCEPTED = { kind: "accepted" } as const;
const REFUSED = { kind: "refused" } as const;
const UNREACHABLE = { kind: "unreachable", reason: "timeout" } as const;
const FORBIDDEN = { kind: "forbidden", code: "IP_DENIED" } as const;

function settled(
  attempt: Partial<AttemptRecord> | undefined,
  settlement: Settlement = DELIVERED,
  change: Parameters<typeof dueDelivery>[0] & { readonly test?: boolean } = {},
) {
  return {
    delivery: dueDelivery(change),
    attempt:
      attempt === undefined ? undefined : newAttempt({ startedAt: 7 * MINUTE, durationMs: 10, ...attempt }),
    settlement,
    test: change.test ?? false,
  };
}
const counted = (...batch: readonly ReturnType<typeof settled>[]) => countMinutes(batch, NOW);

describe("an attempt counts", () => {
  test.each([
    ["200 as ok", ACCEPTED, 200, "ok"],
    ["204 as ok", ACCEPTED, 204, "ok"],
    ["201 as accepted", ACCEPTED, 201, "accepted"],
    ["a refusal as refused", REFUSED, 503, "refused"],
    ["no answer as unreachable, whatever the reason", UNREACHABLE, undefined, "unreachable"],
    ["a forbidden address as forbidden", FORBIDDEN, undefined, "forbidden"],
  ])("%s", (_fact, outcome, status, name) => {
    expect(counted(settled({ outcome, status }, WAITING))).toEqual([
      { siteNo: 1, minute: 7, endpointNo: 1, outcome: name, count: 1, msTotal: 10, within: [1, 1, 1, 1] },
    ]);
  });

  test.each([
    [7 * MINUTE, 7],
    [8 * MINUTE - 1, 7],
    [8 * MINUTE, 8],
  ])("in the minute in which it began: %i in %i", (startedAt, minute) => {
    expect(counted(settled({ startedAt }))[0]?.minute).toBe(minute);
  });

  test.each([
    [0, [1, 1, 1, 1]],
    [50, [1, 1, 1, 1]],
    [51, [0, 1, 1, 1]],
    [200, [0, 1, 1, 1]],
    [201, [0, 0, 1, 1]],
    [1_000, [0, 0, 1, 1]],
    [1_001, [0, 0, 0, 1]],
    [5_000, [0, 0, 0, 1]],
    [5_001, [0, 0, 0, 0]],
  ])("of %i ms within %j of 50 ms, 200 ms, 1 s and 5 s", (durationMs, within) => {
    expect(counted(settled({ durationMs }))[0]?.within).toEqual(within);
  });
});

test("attempts of one endpoint, minute and outcome are added up, and others are not", () => {
  const batch = [
    settled({ durationMs: 10 }),
    settled({ durationMs: 100 }),
    settled({ durationMs: 30 }, DELIVERED, { endpointNo: 2 }),
    settled({ durationMs: 40 }, DELIVERED, { siteNo: 2 }),
    settled({ durationMs: 50, startedAt: 8 * MINUTE }),
    settled({ durationMs: 60, outcome: REFUSED, status: 404 }, WAITING),
  ];

  expect(
    counted(...batch).map(({ siteNo, minute, endpointNo, outcome, count, msTotal, within }) =>
      [siteNo, minute, endpointNo, outcome, count, msTotal, within.join("")].join(" "),
    ),
  ).toEqual([
    "1 7 1 ok 2 110 1222",
    "1 7 2 ok 1 30 1111",
    "2 7 1 ok 1 40 1111",
    "1 8 1 ok 1 50 1111",
    "1 7 1 refused 1 60 0111",
  ]);
});

describe("a delivery that failed counts as failed", () => {
  test("beside its last attempt, in the same minute", () => {
    expect(counted(settled({ outcome: REFUSED, status: 404 }, FAILED))).toMatchObject([
      { outcome: "refused", minute: 7, count: 1, msTotal: 10 },
      { outcome: "failed", minute: 7, count: 1, msTotal: 0 },
    ]);
  });

  test("now, when it failed without an attempt", () => {
    expect(counted(settled(undefined, FAILED))).toMatchObject([{ outcome: "failed", minute: 99, count: 1 }]);
  });
});

test.each([
  ["a test delivery", settled({}, FAILED, { test: true })],
  ["a delivery that was put off", settled(undefined, { state: "postponed", dueAt: 0 })],
])("%s counts for nothing", (_what, one) => {
  expect(counted(one)).toEqual([]);
});
