/**
 * The places for attempts under way, over all endpoints. No clock of its own.
 *
 * An attempt gives its place back when it ends, or when it has been under way for a while. Those who answer promptly have
 * places of their own, so that however many others let their requests hang, none of them waits for one of theirs.
 */
import type { DueDelivery } from "../store/deliveries.ts";
import type { EndpointState } from "./lanes.ts";

/** Places of each kind, and how long an attempt may hold one. */
const MOST = 256;
const LONGEST_MS = 250;

interface Place {
  readonly endpoint: EndpointState;
  readonly ofPrompt: boolean;
  readonly since: number;
}

export interface Places {
  readonly hasRoom: (forPrompt: boolean) => boolean;
  readonly take: (delivery: DueDelivery, endpoint: EndpointState, now: number) => void;
  /** The attempt ended. Its endpoint counts as prompt when it still held its place, and as not prompt when it did not. */
  readonly release: (delivery: DueDelivery, endpoint: EndpointState) => void;
  /** Takes the places of those that have held them for too long. */
  readonly reclaim: (now: number) => void;
}

/** How often `reclaim` is worth a look. */
export const RECLAIM_EVERY_MS = LONGEST_MS / 2;

export function createPlaces(): Places {
  /** In the order in which they were taken. */
  const held = new Map<DueDelivery, Place>();
  let ofPrompt = 0;

  function free(delivery: DueDelivery): boolean {
    const place = held.get(delivery);
    if (place === undefined) return false;
    held.delete(delivery);
    if (place.ofPrompt) ofPrompt -= 1;
    return true;
  }

  return {
    hasRoom: (forPrompt) => (forPrompt ? ofPrompt : held.size - ofPrompt) < MOST,
    take: (delivery, endpoint, now) => {
      held.set(delivery, { endpoint, ofPrompt: endpoint.isPrompt, since: now });
      if (endpoint.isPrompt) ofPrompt += 1;
    },
    release: (delivery, endpoint) => {
      endpoint.isPrompt = free(delivery);
    },
    reclaim: (now) => {
      for (const [delivery, { endpoint, since }] of held) {
        if (since > now - LONGEST_MS) return;
        free(delivery);
        endpoint.isPrompt = false;
      }
    },
  };
}
