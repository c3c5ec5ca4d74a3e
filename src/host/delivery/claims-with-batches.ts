/** Claims in which the lanes of webhooks with batches go their own way. Other lanes, of which nearly all are, go as without. */
import type { DueDelivery } from "../model/delivery.ts";
import type { LaneState } from "../model/lanes.ts";
import type { BatchClaims } from "./batch-claims.ts";
import type { Claims, Demand } from "./claim.ts";

const wantsBatches = ({ endpoint }: LaneState): boolean => endpoint.batch !== undefined;
/** Also after batches are no longer wanted, those that were formed are sent as they were. */
const mayHaveBatches = ({ endpoint }: LaneState): boolean =>
  endpoint.hasBatches || endpoint.batch !== undefined;

export function withBatches(claims: Claims, batches: BatchClaims): Claims {
  async function claimEach(demand: readonly Demand[], now: number): ReturnType<Claims["claim"]> {
    const plain = demand.filter(({ lane }) => !wantsBatches(lane));
    const claimed = plain.length === 0 ? { due: [], exhausted: [] } : await claims.claim(plain, now);
    const exhausted = new Set(claimed.exhausted);
    const due: DueDelivery[] = [...claimed.due];
    for (const { lane, slots } of demand) {
      if (!mayHaveBatches(lane)) continue;
      const found = await batches.claim(lane, slots, now);
      due.push(...found.due);
      if (!found.isExhausted) exhausted.delete(lane);
      else if (wantsBatches(lane)) exhausted.add(lane);
    }
    return { due, exhausted: [...exhausted] };
  }

  return {
    ...claims,
    canLease: (lane, cap, crowded) => !wantsBatches(lane) && claims.canLease(lane, cap, crowded),
    countToClaim: (lane, cap, crowded) => {
      const count = claims.countToClaim(lane, cap, crowded);
      return mayHaveBatches(lane) ? Math.min(count, batches.countToClaim(lane)) : count;
    },
    claim: (demand, now) =>
      demand.some(({ lane }) => mayHaveBatches(lane)) ? claimEach(demand, now) : claims.claim(demand, now),
    nextDue: async (lanes, claimedAt) => {
      const next = await claims.nextDue(lanes, claimedAt);
      const ofBatches = lanes.filter(mayHaveBatches);
      return ofBatches.length === 0 ? next : [...next, ...(await batches.nextDue(ofBatches, claimedAt))];
    },
  };
}
