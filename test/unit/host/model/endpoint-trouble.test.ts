import { expect, test } from "vitest";
import {
  PLACE_CURSOR,
  comparePlaces,
  formatPlace,
  parsePlace,
  troublePlace,
} from "../../../../src/host/model/endpoint-trouble.ts";
import type { Troubled } from "../../../../src/host/model/endpoint-trouble.ts";

const NOW = 10_000_000;
let number = 0;
const endpoint = (given: Partial<Troubled> = {}): Troubled => ({
  siteNo: 1,
  no: (number += 1),
  state: "healthy",
  receiverState: "active",
  pausedAt: undefined,
  goneSince: undefined,
  failingSince: undefined,
  dueAt: undefined,
  ...given,
});

test("endpoints that get nothing come first, then the longest trouble, then the lowest number", () => {
  const ordered = [
    endpoint({ state: "paused", pausedAt: 5 }),
    endpoint({ state: "paused", pausedAt: 9 }),
    endpoint({ goneSince: 7, receiverState: "inactive" }),
    endpoint({ state: "circuit-open", failingSince: 8 }),
    endpoint({ state: "failing", failingSince: 2 }),
    endpoint({ state: "failing", failingSince: 3 }),
    endpoint({ dueAt: NOW - 60_001 }),
    endpoint({ receiverState: "disabled", dueAt: NOW }),
    endpoint({ receiverState: "disabled" }),
    endpoint({ dueAt: NOW - 60_000 }),
    endpoint({}),
    endpoint({ siteNo: 2, no: 1 }),
  ];
  const placed = ordered.toReversed().map((each) => ({ each, place: troublePlace(each, NOW) }));
  placed.sort((a, b) => comparePlaces(a.place, b.place));
  expect(placed.map(({ each }) => each)).toEqual(ordered);
});

test.each<[what: string, given: Partial<Troubled>, rank: number, since: number]>([
  ["paused", { state: "paused", pausedAt: 3, goneSince: 1, failingSince: 2, dueAt: 4 }, 0, 3],
  ["gone", { state: "circuit-open", goneSince: 1, failingSince: 2, dueAt: 4 }, 1, 1],
  ["behind an open circuit", { state: "circuit-open", failingSince: 2, dueAt: 4 }, 2, 2],
  ["failing", { state: "failing", failingSince: 2, receiverState: "disabled", dueAt: 4 }, 3, 2],
  ["late by more than a minute", { dueAt: NOW - 60_001 }, 4, NOW - 60_001],
  ["disabled with deliveries that wait", { receiverState: "disabled", dueAt: 4 }, 5, 4],
  ["inactive without any", { receiverState: "inactive" }, 6, Number.MAX_SAFE_INTEGER],
  ["late by a minute", { dueAt: NOW - 60_000 }, 7, Number.MAX_SAFE_INTEGER],
  ["healthy", {}, 7, Number.MAX_SAFE_INTEGER],
  ["paused at an unknown time", { state: "paused" }, 0, Number.MAX_SAFE_INTEGER],
])("an endpoint that is %s has its rank and time", (_what, given, rank, since) => {
  expect(troublePlace({ ...endpoint(given), siteNo: 3, no: 4 }, NOW)).toEqual({
    rank,
    since,
    siteNo: 3,
    no: 4,
  });
});

test("a place is formatted and parsed, and other cursors are refused", () => {
  const place = troublePlace(endpoint({ state: "paused", pausedAt: 1_790_000_000_000 }), NOW);
  expect(parsePlace(formatPlace(place))).toEqual(place);
  const far = { rank: 7, since: 1, siteNo: 123_456_789, no: 987_654_321 };
  expect(parsePlace(formatPlace(far))).toEqual(far);
  expect(formatPlace(far)).toMatch(new RegExp(PLACE_CURSOR));
  const healthy = troublePlace(endpoint(), NOW);
  expect(parsePlace(formatPlace(healthy))).toEqual(healthy);
  for (const wrong of ["", "x", "1.2.3", "1.2.3.4.5", "-1.2.3.4", "1.2.3.99999999999", "10.2.3.4"])
    expect(parsePlace(wrong)).toBeUndefined();
});
