/**
 * Named moments of a crash, recognised from outside by what the product and the add-ons see, so that the code under test
 * needs no switch for them.
 */
import type { Lab } from "./lab.ts";
import type { Load } from "./load.ts";

export const KILL_POINTS = [
  "random",
  "accepting",
  "committed-unanswered",
  "sending",
  "answered-unsettled",
  "mid-fan-out",
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** Calls `strike` at a moment of this kind, at the earliest in the next turn. Returns how to disarm it. */
export function armKill(point: KillPoint, lab: Lab, load: Load, strike: () => void): () => void {
  switch (point) {
    case "random": {
      const soon = setImmediate(strike);
      return () => clearImmediate(soon);
    }
    case "accepting":
      return load.onSending(strike);
    case "committed-unanswered":
      // Nothing is sent before its commit: an event that arrives and was not answered to the product is between the two.
      return lab.sink.onArrival(({ mark }) => {
        if (!load.accepted.has(mark)) strike();
      });
    case "sending":
      return lab.sink.onArrival(strike);
    case "answered-unsettled":
      return lab.sink.onAnswer(strike);
    case "mid-fan-out": {
      // The first of its event's requests that arrives here: the others are still to come.
      const begun = new Set<number>(lab.sink.arrivals.map(({ mark }) => mark));
      return lab.sink.onArrival(({ mark }) => {
        if (!begun.has(mark)) strike();
        begun.add(mark);
      });
    }
  }
}
