/** What the publisher of an event asks of its deliveries: until when, from when and how often they are sent. Pure. */
import { parseDuration } from "../../duration.ts";

/** Times in epoch ms. */
export interface EventTerms {
  /** A delivery that was not delivered by then ends as `expired`. */
  readonly expiresAt?: number;
  /** The first attempt is the only one. */
  readonly retry?: false;
  /** The first attempt is made then. */
  readonly deliverAfter?: number;
}

/** As they are asked for: `deliverAfter` may count from the acceptance of the event. */
export interface AskedTerms extends Omit<EventTerms, "deliverAfter"> {
  readonly deliverAfter?: { readonly at: number } | { readonly delayMs: number };
}

/** A delivery is planned up to this far ahead. */
export const MAX_AHEAD_MS = 7 * 86_400_000;

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
/** A whole number of one unit: the API promises no fractions, and no spaces around it. */
const DELAY = /^\d{1,9}[a-z]+$/;

/** Reads an ISO 8601 time with its offset from UTC; undefined for any other text. */
function readTime(text: unknown): number | undefined {
  if (typeof text !== "string" || !TIME.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

function readDelay(text: unknown): number | undefined {
  const ms = typeof text === "string" && DELAY.test(text) ? parseDuration(text) : undefined;
  return ms === undefined || ms > MAX_AHEAD_MS ? undefined : ms;
}

/** Fields of an event's envelope, as they were given. */
export interface TermFields {
  readonly expiresAt?: unknown;
  readonly retry?: unknown;
  readonly deliverAfter?: unknown;
}

export interface TermsReading {
  /** Undefined if nothing is asked for. */
  readonly terms: AskedTerms | undefined;
  readonly problems: readonly { readonly field: keyof TermFields; readonly detail: string }[];
}

/** Reads what is asked for. Every field that can't be read is a problem. */
export function readTerms({ expiresAt, retry, deliverAfter }: TermFields): TermsReading {
  if (expiresAt === undefined && retry === undefined && deliverAfter === undefined)
    return { terms: undefined, problems: [] };
  const end = readTime(expiresAt);
  const at = readTime(deliverAfter);
  const delayMs = readDelay(deliverAfter);
  const problems: { readonly field: keyof TermFields; readonly detail: string }[] = [];
  if (expiresAt !== undefined && end === undefined)
    problems.push({ field: "expiresAt", detail: "must be a time such as 2026-01-31T12:00:00Z" });
  if (retry !== undefined && typeof retry !== "boolean")
    problems.push({ field: "retry", detail: "must be true or false" });
  if (deliverAfter !== undefined && at === undefined && delayMs === undefined)
    problems.push({
      field: "deliverAfter",
      detail: "must be a time such as 2026-01-31T12:00:00Z, or a delay such as 15m of at most 7d",
    });
  const terms: AskedTerms = {
    ...(end === undefined ? {} : { expiresAt: end }),
    ...(retry === false ? { retry } : {}),
    ...(at === undefined ? {} : { deliverAfter: { at } }),
    ...(delayMs === undefined ? {} : { deliverAfter: { delayMs } }),
  };
  return { terms: Object.keys(terms).length === 0 ? undefined : terms, problems };
}

/** The terms of an event that is accepted at `now`; "too-far" if a delivery would be planned too far ahead. */
export function toTerms({ deliverAfter, ...terms }: AskedTerms, now: number): EventTerms | "too-far" {
  if (deliverAfter === undefined) return terms;
  const at = "at" in deliverAfter ? deliverAfter.at : now + deliverAfter.delayMs;
  return at - now > MAX_AHEAD_MS ? "too-far" : { ...terms, deliverAfter: at };
}

/**
 * Returns a note about terms that leave no time for an attempt; undefined for all others. Such an event is accepted: its publisher may
 * have been held up, and the event shows that its deliveries ended.
 */
export function describeTooLate(
  { expiresAt, deliverAfter }: EventTerms,
  acceptedAt: number,
): string | undefined {
  if (expiresAt === undefined) return undefined;
  const end = `expiresAt ${new Date(expiresAt).toISOString()}`;
  if (expiresAt <= acceptedAt)
    return `${end} had passed when the event was accepted: its deliveries end as expired, without a request.`;
  return deliverAfter !== undefined && expiresAt <= deliverAfter
    ? `${end} is not after deliverAfter ${new Date(deliverAfter).toISOString()}: its deliveries end as expired, without a request.`
    : undefined;
}

/** Returns the time before which no attempt is made; undefined if it has come. */
export function findPlannedTime(
  { terms, redelivery }: { readonly terms?: EventTerms | undefined; readonly redelivery: number },
  now: number,
): number | undefined {
  const at = terms?.deliverAfter;
  return at !== undefined && redelivery === 0 && at > now ? at : undefined;
}

/** Reports whether a delivery that is due at `at` is sent too late. A person who asks again means it whatever the time. */
export function isExpired(
  { terms, redelivery }: { readonly terms?: EventTerms | undefined; readonly redelivery: number },
  at: number,
): boolean {
  return terms?.expiresAt !== undefined && redelivery === 0 && at >= terms.expiresAt;
}
