/** Deliveries of a simulation, and how receivers answer them. Pure, except for the chance that it is given. */
import type { Outcome } from "../../src/egress/index.ts";
import type { DueDelivery } from "../../src/host/model/delivery.ts";
import type { Random } from "../crashlab/random.ts";
import type { Cohort } from "./trace.ts";

const NO_BODY = Buffer.alloc(0);
const ACCEPTED: Outcome = { kind: "accepted", status: 204 };
const UNAVAILABLE: Outcome = { kind: "refused", status: 503 };
const AWAY: Outcome = { kind: "unreachable", reason: "connect-timeout", detail: "" };

export function respond(
  { troubles, errorShare, responseMs, responseSpread }: Cohort,
  at: number,
  random: Random,
): { readonly outcome: Outcome; readonly afterMs: number } {
  const trouble = troubles.find(({ from, until }) => from <= at && at < until);
  const chance = random.next();
  if (trouble?.kind === "away") return { outcome: AWAY, afterMs: trouble.afterMs };
  if (trouble?.kind === "unavailable") return { outcome: UNAVAILABLE, afterMs: trouble.afterMs };
  // Box and Muller: the logarithm of a response time is about normal.
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const afterMs = responseMs * Math.exp(responseSpread * normal);
  return { outcome: chance < errorShare ? UNAVAILABLE : ACCEPTED, afterMs };
}

export function createDelivery(id: number, endpointNo: number, lane: 0 | 1, dueAt: number): DueDelivery {
  return {
    siteNo: 1,
    id: String(id),
    endpointNo,
    subscriptionNo: 1,
    matched: [],
    lane,
    dueAt,
    test: false,
    lease: undefined,
    attempts: 0,
    scheduleFrom: 0,
    redelivery: 0,
    event: "",
    actor: undefined,
    body: NO_BODY,
  };
}

export const toRetry = (delivery: DueDelivery, dueAt: number): DueDelivery => ({
  ...delivery,
  dueAt,
  attempts: delivery.attempts + 1,
});
