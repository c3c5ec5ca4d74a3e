/** The period that the delivery log's pages show: a range up to now, or one hour, in which texts in bodies are searched. Pure. */
import { parseTime } from "../../model/time-text.ts";
import { queryInvalid } from "../http/query.ts";
import { asUtc, toFieldTime } from "./form-time.ts";

const HOUR_MS = 3_600_000;

/** Ranges up to now, by their value in the address. */
const RANGES = {
  "": ["Any time", undefined],
  "1h": ["Last hour", HOUR_MS],
  "24h": ["Last 24 hours", 24 * HOUR_MS],
  "7d": ["Last 7 days", 7 * 24 * HOUR_MS],
} as const satisfies Record<string, readonly [text: string, ms: number | undefined]>;

/** The range that `hour` of the address begins. */
export const ONE_HOUR = "hour";
/** The range that a search in bodies begins with. */
export const LAST_HOUR = "1h" satisfies keyof typeof RANGES;

/** Epoch ms; both ends are given, because a search in bodies must be limited to one hour. */
interface Period {
  readonly since: number;
  readonly until: number;
}

/** The ranges of a select, with the one hour at the end. */
export const RANGE_OPTIONS: readonly { readonly value: string; readonly text: string }[] = [
  ...Object.entries(RANGES).map(([value, [text]]) => ({ value, text })),
  { value: ONE_HOUR, text: "One hour" },
];

const findRange = (query: URLSearchParams) => {
  const range = query.get("range") ?? "";
  return Object.hasOwn(RANGES, range) ? RANGES[range as keyof typeof RANGES] : undefined;
};

/**
 * Returns the query with the hour that its range means: the present one, if it names none. Without that range, the query has no hour.
 * @throws {CallboardError} QUERY_INVALID if the hour is not a time
 */
export function withHour(query: URLSearchParams, now: number): URLSearchParams {
  const set = new URLSearchParams(query);
  set.delete("hour");
  if (query.get("range") === ONE_HOUR) set.set("hour", toFieldTime(readHour(query, now)));
  return set;
}

function readHour(query: URLSearchParams, now: number): number {
  const text = query.get("hour")?.trim() ?? "";
  if (text === "") return now - (now % HOUR_MS);
  const at = parseTime(asUtc(text));
  if (at === undefined) throw queryInvalid("hour", "must be a time such as 2026-01-31T12:00, in UTC");
  return at;
}

/**
 * Returns the period of an address; undefined for any time.
 * @throws {CallboardError} QUERY_INVALID if the hour is not a time
 */
export function readPeriod(query: URLSearchParams, now: number): Period | undefined {
  if (query.get("range") === ONE_HOUR) {
    const since = readHour(query, now);
    return { since, until: since + HOUR_MS };
  }
  const ms = findRange(query)?.[1];
  return ms === undefined ? undefined : { since: now - ms, until: now };
}

/** Returns the period in words, for a chip; undefined for a range that is none. */
export function describePeriod(query: URLSearchParams, now: number): string | undefined {
  if (query.get("range") !== ONE_HOUR) return findRange(query)?.[0];
  const since = readHour(query, now);
  const [from, to] = [since, since + HOUR_MS].map((at) => toFieldTime(at).slice(0, 16).replace("T", " "));
  return `${from} to ${to?.slice(11)} UTC`;
}

/** The hours beside the one that an address is limited to, as addresses. */
interface Neighbors {
  readonly before: string;
  /** Undefined if it has not begun. */
  readonly after: string | undefined;
}

/** Undefined unless the address is limited to one hour, or to the last one. */
export function listNeighbors(path: string, query: URLSearchParams, now: number): Neighbors | undefined {
  const range = query.get("range");
  if (range !== ONE_HOUR && range !== LAST_HOUR) return undefined;
  // A field has whole seconds: the hour before the last one overlaps it rather than leave a gap.
  const since = range === ONE_HOUR ? readHour(query, now) : Math.ceil(now / 1000) * 1000 - HOUR_MS;
  const at = (hour: number) => {
    const other = new URLSearchParams(query);
    for (const name of ["cursor", "trail", "notice"]) other.delete(name);
    other.set("range", ONE_HOUR);
    other.set("hour", toFieldTime(hour));
    return `${path}?${other.toString()}`;
  };
  return {
    before: at(since - HOUR_MS),
    after: since + HOUR_MS < now ? at(since + HOUR_MS) : undefined,
  };
}
