/** Derives from the outcomes of attempts whether name servers respond. Pure. */

export interface NameLookups {
  /** Number of lookups in a row without a response. */
  readonly unanswered: number;
  readonly since: number | undefined;
}

export const NAMES_ANSWERED: NameLookups = { unanswered: 0, since: undefined };

/** A single lookup can get lost. */
const FAILS_AFTER = 2;
/** Older responses prove nothing about the present. */
const KNOWN_FOR_MS = 10 * 60_000;

export interface LookedUp {
  readonly url: string;
  /** As recorded: "unreachable:dns". */
  readonly outcome: string;
  readonly detail: string | undefined;
}

/** A name server responded that the name doesn't exist. */
const ANSWERED = /ENOTFOUND|NXDOMAIN|ENODATA|has no address/;
/** Beginning of a URL whose host needs no name server. */
const NEEDS_NO_LOOKUP = /^https?:\/\/(\[|[\d.]+[:/]|[\d.]+$|([^/:]+\.)?localhost([:/]|$))/;

export function afterLookup(
  before: NameLookups,
  { url, outcome, detail = "" }: LookedUp,
  now: number,
): NameLookups {
  // The usual case on the hot path.
  if (before === NAMES_ANSWERED && outcome !== "unreachable:dns") return before;
  if (NEEDS_NO_LOOKUP.test(url)) return before;
  if (outcome !== "unreachable:dns" || ANSWERED.test(detail)) return NAMES_ANSWERED;
  return { unanswered: before.unanswered + 1, since: now };
}

export function namesFail({ unanswered, since }: NameLookups, now: number): boolean {
  return unanswered >= FAILS_AFTER && since !== undefined && now - since < KNOWN_FOR_MS;
}
