import type { EndpointState } from "./lanes.ts";
import type { DueDelivery } from "../model/delivery.ts";

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
  /** As many attempts are under way as those who do not answer promptly may have: more of them have to wait. */
  readonly isAtLimit: () => boolean;
  /** Takes the places of those that have held them for too long. */
  readonly reclaim: (now: number) => void;
}

/** How often `reclaim` is worth a look. */
export const RECLAIM_EVERY_MS = LONGEST_MS / 2;

const PROMPT_SHARE = 1 / 4;

/** `mostUnderWay`: with and without a place. */
export function createPlaces(mostUnderWay: number = Number.POSITIVE_INFINITY): Places {
  const mostOfOthers = mostUnderWay - Math.min(MOST, Math.ceil(mostUnderWay * PROMPT_SHARE));
  let underWay = 0;

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
    hasRoom: (forPrompt) =>
      forPrompt
        ? ofPrompt < MOST && underWay < mostUnderWay
        : held.size - ofPrompt < MOST && underWay < mostOfOthers,
    isAtLimit: () => underWay >= mostOfOthers,
    take: (delivery, endpoint, now) => {
      underWay += 1;
      held.set(delivery, { endpoint, ofPrompt: endpoint.isPrompt, since: now });
      if (endpoint.isPrompt) ofPrompt += 1;
    },
    release: (delivery, endpoint) => {
      underWay -= 1;
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
