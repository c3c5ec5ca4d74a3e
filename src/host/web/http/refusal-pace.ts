/**
 * Slows down who is refused again and again: beyond so many refusals in a second, each further one waits before it is sent.
 * A refusal costs little, but who sends one request after the other without a break takes the time of everybody else, and a
 * client that waits for its responses can't. What is accepted never waits.
 */
import { steadyNow } from "../../../steady.ts";
import type { Now } from "../../../steady.ts";
import { toLimitKey } from "../../model/addresses.ts";
import { highestLevel } from "../../model/highest-level.ts";
import type { Limit } from "../../model/limits.ts";

const SECOND_MS = 1_000;
const MAX_PER_SECOND = 50;
const PAUSE_MS = 200;
const MAX_CLIENTS = 10_000;

export interface RefusalPace {
  readonly limit: Limit;
  /** Counts a refusal of the client at this address; milliseconds to wait before it is sent, nearly always 0. */
  readonly pauseFor: (address: string) => number;
}

export function createRefusalPace(now: Now = steadyNow): RefusalPace {
  const refusals = new Map<string, number>();
  let since = now();

  function startAnew(): void {
    if (now() - since < SECOND_MS && refusals.size < MAX_CLIENTS) return;
    refusals.clear();
    since = now();
  }

  return {
    limit: {
      name: "Refused requests in a second",
      default: MAX_PER_SECOND,
      max: MAX_PER_SECOND,
      unit: "requests",
      per: "client",
      refusal: `the same response, ${PAUSE_MS} ms later`,
      level: () => {
        startAnew();
        return highestLevel(refusals);
      },
    },
    pauseFor: (address) => {
      startAnew();
      const client = toLimitKey(address);
      const count = (refusals.get(client) ?? 0) + 1;
      refusals.set(client, count);
      return count > MAX_PER_SECOND ? PAUSE_MS : 0;
    },
  };
}
