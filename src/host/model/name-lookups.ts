/** Derives from the outcomes of attempts whether name servers respond. Pure. */
import type { AttemptOutcome } from "./delivery.ts";

export interface NameLookups {
  /** Number of lookups in a row without a response. */
  readonly unanswered: number;
  readonly since: number | undefined;
}

export const NAMES_ANSWERED: NameLookups = { unanswered: 0, since: undefined };

/** One lookup may get lost. */
const FAILS_AFTER = 2;
/** Age after which responses of name servers no longer count. */
const KNOWN_FOR_MS = 10 * 60_000;

export interface LookedUp {
  readonly url: string;
  readonly outcome: AttemptOutcome;
  readonly detail: string | undefined;
}

/** A name that doesn't exist was answered. */
const ANSWERED = /ENOTFOUND|NXDOMAIN|ENODATA|has no address/;
/** Beginning of a URL whose host needs no name server. */
const NEEDS_NO_LOOKUP = /^https?:\/\/(\[|[\d.]+[:/]|[\d.]+$|([^/:]+\.)?localhost([:/]|$))/;

export function afterLookup(
  before: NameLookups,
  { url, outcome, detail = "" }: LookedUp,
  now: number,
): NameLookups {
  const isDnsFailure = outcome.kind === "unreachable" && outcome.reason === "dns";
  // Fast path.
  if (before === NAMES_ANSWERED && !isDnsFailure) return before;
  if (NEEDS_NO_LOOKUP.test(url)) return before;
  if (!isDnsFailure || ANSWERED.test(detail)) return NAMES_ANSWERED;
  return { unanswered: before.unanswered + 1, since: now };
}

export function namesFail({ unanswered, since }: NameLookups, now: number): boolean {
  return unanswered >= FAILS_AFTER && since !== undefined && now - since < KNOWN_FOR_MS;
}
