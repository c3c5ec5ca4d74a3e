/**
 * Slots for requests: as many for endpoints that respond promptly as for all others, so that receivers that hang take none from
 * those that respond. A request that takes too long loses its slot and goes on without one. Pure.
 */
import type { EndpointState } from "./lanes.ts";
import type { DueDelivery } from "./delivery.ts";

/** Slots of each kind that a process has. */
export const SLOTS_OF_A_KIND = 256;
/** Time for which an attempt keeps its slot. */
const MAX_HELD_MS = 250;
/** Interval of {@link SlotPool.reclaim}. */
export const RECLAIM_EVERY_MS = MAX_HELD_MS / 2;
/** Share of the limit that is kept for prompt endpoints. */
const PROMPT_SHARE = 1 / 4;

interface Slot {
  readonly endpoint: EndpointState;
  readonly isPrompt: boolean;
  readonly since: number;
}

export interface SlotPool {
  readonly hasFreeSlot: (isPrompt: boolean) => boolean;
  readonly acquire: (delivery: DueDelivery, endpoint: EndpointState, now: number) => void;
  /** The attempt ended. Its endpoint counts as prompt exactly if the attempt still had its slot. */
  readonly release: (delivery: DueDelivery, endpoint: EndpointState) => void;
  /** Reports whether as many attempts are in flight as endpoints that aren't prompt may have. */
  readonly isAtLimit: () => boolean;
  /** Takes the slots of attempts that have had them for too long. Returns their number. */
  readonly reclaim: (now: number) => number;
  /** Attempts that have a slot. */
  readonly held: () => number;
  /** Attempts in flight, with and without a slot. */
  readonly inFlight: () => number;
}

/** Creates a pool for at most `maxInFlight` attempts, with and without a slot. */
export function createSlotPool(
  maxInFlight: number = Number.POSITIVE_INFINITY,
  slotsOfAKind: number = SLOTS_OF_A_KIND,
): SlotPool {
  const maxOfOthers = maxInFlight - Math.min(slotsOfAKind, Math.ceil(maxInFlight * PROMPT_SHARE));
  let inFlight = 0;
  /** In the order in which they were acquired. */
  const slots = new Map<DueDelivery, Slot>();
  let prompt = 0;

  function free(delivery: DueDelivery): boolean {
    const slot = slots.get(delivery);
    if (slot === undefined) return false;
    slots.delete(delivery);
    if (slot.isPrompt) prompt -= 1;
    return true;
  }

  return {
    hasFreeSlot: (isPrompt) =>
      isPrompt
        ? prompt < slotsOfAKind && inFlight < maxInFlight
        : slots.size - prompt < slotsOfAKind && inFlight < maxOfOthers,
    isAtLimit: () => inFlight >= maxOfOthers,
    acquire: (delivery, endpoint, now) => {
      inFlight += 1;
      slots.set(delivery, { endpoint, isPrompt: endpoint.isPrompt, since: now });
      if (endpoint.isPrompt) prompt += 1;
    },
    release: (delivery, endpoint) => {
      inFlight -= 1;
      endpoint.isPrompt = free(delivery);
    },
    reclaim: (now) => {
      const before = slots.size;
      for (const [delivery, { endpoint, since }] of slots) {
        if (since > now - MAX_HELD_MS) break;
        free(delivery);
        endpoint.isPrompt = false;
      }
      return before - slots.size;
    },
    held: () => slots.size,
    inFlight: () => inFlight,
  };
}
