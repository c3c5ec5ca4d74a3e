import { expect, test } from "vitest";
import {
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

test("a place is formatted and parsed, and other cursors are refused", () => {
  const place = troublePlace(endpoint({ state: "paused", pausedAt: 1_790_000_000_000 }), NOW);
  expect(parsePlace(formatPlace(place))).toEqual(place);
  const healthy = troublePlace(endpoint(), NOW);
  expect(parsePlace(formatPlace(healthy))).toEqual(healthy);
  for (const wrong of ["", "x", "1.2.3", "1.2.3.4.5", "-1.2.3.4", "1.2.3.99999999999", "10.2.3.4"])
    expect(parsePlace(wrong)).toBeUndefined();
});
