/** Checks that a batch was always sent as it was written: the same deliveries, the same bytes, whichever process sent it. Pure. */
import type { BatchArrival } from "./sink.ts";

export interface StoredBatch {
  /** As receivers know it. */
  readonly id: string;
  /** Deliveries of it. */
  readonly size: number;
  /** SHA-256 of the body, in hexadecimal. */
  readonly digest: string;
}

export interface BatchesChecked {
  readonly batches: number;
  /** Requests beyond the first of each batch. */
  readonly repeated: number;
  readonly violations: readonly string[];
}

export function checkBatches(
  arrivals: readonly BatchArrival[],
  stored: readonly StoredBatch[],
): BatchesChecked {
  const written = new Map(stored.map((batch) => [batch.id, batch]));
  const arrived = new Set(arrivals.map(({ batchId }) => batchId));
  const batchByDelivery = new Map<string, string>();
  const moved: string[] = [];
  for (const { batchId, members } of arrivals) {
    for (const member of members) {
      const before = batchByDelivery.get(member);
      if (before !== undefined && before !== batchId) moved.push(`${member} (${before}, ${batchId})`);
      batchByDelivery.set(member, batchId);
    }
  }
  const others = arrivals.filter(({ batchId, members, digest }) => {
    const batch = written.get(batchId);
    return batch?.digest !== digest || batch.size !== members.length;
  });
  const unsent = stored.filter(({ id }) => !arrived.has(id));
  const say = (wrong: readonly string[], what: string): readonly string[] =>
    wrong.length === 0 ? [] : [`batch: ${wrong.length} ${what}, e.g. ${wrong[0] ?? ""}`];
  return {
    batches: arrived.size,
    repeated: arrivals.length - arrived.size,
    violations: [
      ...say(
        others.map(({ batchId }) => batchId),
        "requests were not the batch that was written",
      ),
      ...say(moved, "deliveries came in more than one batch"),
      ...say(
        unsent.map(({ id }) => id),
        "batches were written and never sent",
      ),
    ],
  };
}
