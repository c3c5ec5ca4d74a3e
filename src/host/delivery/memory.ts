import { push, shift, sizeOf } from "./lanes.ts";
import type { LaneState } from "./lanes.ts";
import type { DueDelivery } from "../model/delivery.ts";

const MOST_IN_LANE = 5_000;
const MOST_BYTES = 64 * 1024 * 1024;

export interface Memory {
  readonly hold: (lane: LaneState, delivery: DueDelivery) => void;
  /** The next of the lane, which no longer waits in memory. */
  readonly letGo: (lane: LaneState) => DueDelivery | undefined;
  /** All that waits in the lane, which claims it again later. */
  readonly empty: (lane: LaneState) => readonly DueDelivery[];
  /** Little more should be read ahead, for any lane. */
  readonly isCrowded: () => boolean;
  /** What is accepted for this lane now should wait in the table. */
  readonly isFull: (lane: LaneState) => boolean;
  readonly size: () => number;
}

/** `most` deliveries over all lanes. */
export function createMemory(most: number): Memory {
  let size = 0;
  let bytes = 0;

  function letGo(lane: LaneState): DueDelivery | undefined {
    const delivery = shift(lane);
    if (delivery === undefined) return undefined;
    size -= 1;
    bytes -= delivery.body.length;
    return delivery;
  }

  const isCrowded = (): boolean => size >= most || bytes >= MOST_BYTES;

  return {
    hold: (lane, delivery) => {
      push(lane, delivery);
      size += 1;
      bytes += delivery.body.length;
    },
    letGo,
    empty: (lane) => {
      const all: DueDelivery[] = [];
      for (let delivery = letGo(lane); delivery !== undefined; delivery = letGo(lane)) all.push(delivery);
      for (const { id } of all) lane.held.delete(id);
      if (all.length > 0) lane.backlog = true;
      return all;
    },
    isCrowded,
    isFull: (lane) => sizeOf(lane) >= MOST_IN_LANE || isCrowded(),
    size: () => size,
  };
}
