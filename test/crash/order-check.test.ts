/** What the crash lab says of an order: it sees an inversion, a gap and a missing number, and lets a repetition be. */
import { expect, test } from "vitest";
import { checkOrder } from "../../bench/crashlab/order-check.ts";
import type { StoredPlace } from "../../bench/crashlab/order-check.ts";
import type { Arrival } from "../../bench/crashlab/sink.ts";

const arrival = (deliveryId: string, sequence: number | undefined, issueId = "1"): Arrival => ({
  at: 0,
  addon: "one",
  deliveryId,
  mark: 0,
  issueId,
  sequence,
  bodyHash: "",
  wrongToken: undefined,
});
const stored = (...sequences: readonly number[]): readonly StoredPlace[] =>
  sequences.map((sequence) => ({ endpoint_no: 1, order_key: "e1 1", sequence }));

test.each<[string, readonly Arrival[], readonly StoredPlace[], number, readonly string[]]>([
  ["in order", [arrival("a", 1), arrival("b", 2)], stored(1, 2), 0, []],
  ["other keys at once", [arrival("a", 2), arrival("b", 1, "2"), arrival("c", 3)], stored(2, 1, 3), 0, []],
  ["a repetition", [arrival("a", 1), arrival("b", 2), arrival("a", 1)], stored(2, 1), 0, []],
  [
    "an inversion",
    [arrival("b", 2), arrival("a", 1)],
    stored(1, 2),
    1,
    ["order: 1 deliveries arrived after a later one of their key, e.g. a (one 1, number 1)"],
  ],
  [
    "two inversions behind the same delivery",
    [arrival("c", 3), arrival("a", 1), arrival("b", 2)],
    stored(1, 2, 3),
    2,
    ["order: 2 deliveries arrived after a later one of their key, e.g. a (one 1, number 1)"],
  ],
  [
    "a number twice",
    [arrival("a", 1), arrival("b", 1)],
    stored(1, 1),
    1,
    [
      "order: 1 deliveries arrived after a later one of their key, e.g. b (one 1, number 1)",
      "order: 1 keys have numbers with gaps, e.g. 1 e1 1",
    ],
  ],
  ["no number", [arrival("a", undefined)], [], 0, ["order: 1 deliveries arrived without a number, e.g. a"]],
  ["a gap", [arrival("a", 1)], stored(1, 3), 0, ["order: 1 keys have numbers with gaps, e.g. 1 e1 1"]],
])("%s", (_name, arrivals, places, inversions, violations) => {
  const checked = checkOrder(arrivals, places);
  expect([checked.inversions, checked.violations]).toEqual([inversions, violations]);
});
