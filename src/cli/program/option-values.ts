/** Options that are durations and times. Every command accepts and refuses them in the same way. */
import { InvalidArgumentError } from "commander";
import { formatDuration, parseDuration, parseSchedule } from "../../duration.ts";

const DAY_MS = 86_400_000;
/** 100 years, so that the year of a time that is counted from now has four digits. */
const MAX_DURATION_MS = 36_500 * DAY_MS;
const DURATION_FORM = "a number with its unit (ms, s, m, h or d)";
/** ECMAScript reads a date as UTC, and a time without an offset in the time zone of the machine. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
const TIME_FORM = "a time such as 2026-01-31T12:00:00Z";

interface DurationLimits {
  readonly example: string;
  readonly minMs?: number;
  readonly maxMs?: number;
}

/** Returns a parser of a duration, which gives milliseconds and refuses any other text. */
export function duration({ example, minMs = 0, maxMs = MAX_DURATION_MS }: DurationLimits) {
  return (text: string): number => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
    throw refused(`a duration${describeRange(minMs, maxMs)}: ${DURATION_FORM}, such as ${example}`);
  };
}

function describeRange(minMs: number, maxMs: number): string {
  const min = minMs === 0 ? "" : ` from ${formatDuration(minMs)}`;
  return maxMs === MAX_DURATION_MS ? min : `${min} up to ${formatDuration(maxMs)}`;
}

/** Parses the age at which something is deleted, to ms. */
export const retention = duration({ example: "30d" });

/** Returns a parser of delays with commas between them, or of one of the names, which stays as it is. */
export function delaysOr<Name extends string>(...names: readonly Name[]) {
  return (text: string): Name | readonly number[] => {
    const name = names.find((each) => each === text);
    const delays = name ?? parseSchedule(text);
    if (delays !== undefined) return delays;
    throw refused(
      `${names.join(", ")}, or durations with commas between them: each ${DURATION_FORM}, such as 5s,1m,1h`,
    );
  };
}

/** Returns a parser that keeps "", which takes a value away. */
export const orEmpty =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value | "" =>
    text === "" ? "" : parse(text);

/** Parses a time, or a duration before now, to ISO 8601. */
export function pastTime(text: string): string {
  const time = parseTime(text, -1);
  if (time !== undefined) return time;
  throw refused(`${TIME_FORM}, or a duration such as 1h for an hour ago`);
}

/** Parses a time, or a duration from now, to ISO 8601. */
export function futureTime(text: string): string {
  const time = parseTime(text, 1);
  if (time !== undefined) return time;
  throw refused(`${TIME_FORM}, or a duration such as 90d for 90 days from now`);
}

/** Parses a time to ISO 8601, or a delay, which stays a duration: its server counts it. */
export function timeOrDelay(text: string): string {
  const delayMs = parseDuration(text);
  if (delayMs !== undefined && delayMs <= MAX_DURATION_MS) return formatDuration(delayMs);
  const at = parseMoment(text);
  if (at !== undefined) return at;
  throw refused(`${TIME_FORM}, or a delay such as 15m`);
}

/** Parses a time to ISO 8601. */
export function time(text: string): string {
  const at = parseMoment(text);
  if (at !== undefined) return at;
  throw refused(TIME_FORM);
}

/** Parses a time, or a number of seconds, to seconds since 1970. */
export function timeOrSeconds(text: string): number {
  if (/^\d{1,11}$/.test(text)) return Number(text);
  const at = parseMoment(text);
  if (at !== undefined) return Math.floor(Date.parse(at) / 1000);
  throw refused(`${TIME_FORM}, or a number of seconds since 1970`);
}

/** Parses a number of events and a duration: "50,2s". */
export function batch(text: string): { readonly max: number; readonly withinMs: number } {
  const [, max = "", within = ""] = /^(\d{1,6}),(.+)$/.exec(text) ?? [];
  const withinMs = parseDuration(within);
  if (withinMs !== undefined) return { max: Number(max), withinMs };
  throw refused(
    `the most events of a request, and a duration for which they gather: ${DURATION_FORM}, such as 50,2s`,
  );
}

/** Parses "jira:issue_created=90d", once for each event type; "" is none. */
export const eventAges = (text: string, before: readonly EventAge[] = []): readonly EventAge[] =>
  text === "" ? before : [...before, eventAge(text)];

/** An event type, and the duration for which its events are kept. */
export interface EventAge {
  readonly event: string;
  readonly ms: number;
}

function eventAge(text: string): EventAge {
  const at = text.lastIndexOf("=");
  const ms = at > 0 ? parseDuration(text.slice(at + 1)) : undefined;
  if (ms !== undefined) return { event: text.slice(0, at), ms };
  throw refused(`an event type and a duration: ${DURATION_FORM}, such as jira:issue_created=90d`);
}

/** Parses a time, or a duration before or after now, to ISO 8601. */
function parseTime(text: string, direction: 1 | -1): string | undefined {
  const ms = parseDuration(text);
  if (ms === undefined) return parseMoment(text);
  return ms > MAX_DURATION_MS ? undefined : new Date(Date.now() + direction * ms).toISOString();
}

/** Parses a time to ISO 8601. Returns undefined for a duration, too. */
function parseMoment(text: string): string | undefined {
  const at = Date.parse(ISO_TIME.test(text) ? text : "");
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

const refused = (form: string): InvalidArgumentError => new InvalidArgumentError(`It must be ${form}.`);
