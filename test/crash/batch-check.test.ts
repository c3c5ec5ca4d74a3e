/** What the crash lab says of batches: it sees one that was changed, split or never sent, and lets a repetition be. */
import { expect, test } from "vitest";
import { checkBatches } from "../../bench/crashlab/batch-check.ts";
import type { StoredBatch } from "../../bench/crashlab/batch-check.ts";
import type { BatchArrival } from "../../bench/crashlab/sink.ts";

const arrival = (batchId: string, members: readonly string[], digest = batchId): BatchArrival => ({
  at: 0,
  batchId,
  members,
  digest,
});
const stored = (id: string, size: number): StoredBatch => ({ id, size, digest: id });

test.each<[string, readonly BatchArrival[], readonly StoredBatch[], number, readonly string[]]>([
  [
    "each as it was written",
    [arrival("A", ["a", "b"]), arrival("B", ["c"])],
    [stored("A", 2), stored("B", 1)],
    0,
    [],
  ],
  ["a repetition", [arrival("A", ["a"]), arrival("A", ["a"])], [stored("A", 1)], 1, []],
  [
    "other bytes",
    [arrival("A", ["a"], "other")],
    [stored("A", 1)],
    0,
    ["batch: 1 requests were not the batch that was written, e.g. A"],
  ],
  [
    "fewer deliveries",
    [arrival("A", ["a"])],
    [stored("A", 2)],
    0,
    ["batch: 1 requests were not the batch that was written, e.g. A"],
  ],
  [
    "a batch that is not stored",
    [arrival("A", ["a"])],
    [],
    0,
    ["batch: 1 requests were not the batch that was written, e.g. A"],
  ],
  [
    "a delivery in two batches",
    [arrival("A", ["a"]), arrival("B", ["a"])],
    [stored("A", 1), stored("B", 1)],
    0,
    ["batch: 1 deliveries came in more than one batch, e.g. a (A, B)"],
  ],
  [
    "a batch that never came",
    [],
    [stored("A", 1)],
    0,
    ["batch: 1 batches were written and never sent, e.g. A"],
  ],
])("%s", (_name, arrivals, batches, repeated, violations) => {
  const checked = checkBatches(arrivals, batches);
  expect([checked.repeated, checked.violations]).toEqual([repeated, violations]);
});
