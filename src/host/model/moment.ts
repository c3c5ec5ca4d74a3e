/**
 * Compares dates of JQL with dates of a body. A date without a time zone is that of an unknown user, so it is known only
 * within the range of all time zones. Pure; relative dates count from the given time.
 */
import { toTruth } from "./truth.ts";
import type { Truth } from "./truth.ts";

export interface Moment {
  /** Epoch ms. For a floating moment, as if in UTC. */
  readonly at: number;
  /** True for a date without a time zone. */
  readonly isFloating: boolean;
}

/** A date of JQL. A relative one is undefined without the time of the event. */
export type DateOperand = (eventAt: number | undefined) => Moment | undefined;

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { w: 168 * HOUR, d: 24 * HOUR, h: HOUR, m: 60_000 };
/** The range of time zones: UTC-12 to UTC+14. */
const WEST = 12 * HOUR;
const EAST = 14 * HOUR;

const LITERAL = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?$/;
const RELATIVE = /^([+-]?)((?:\d{1,6}[wdhm]\s*)+)$/;

/** Parses `2024-11-12`, `2024/11/12 09:30`, `-7d` or `-1w 2d`. Undefined for other texts. */
export function readDateOperand(text: string): DateOperand | undefined {
  const literal = LITERAL.exec(text.trim());
  if (literal !== null) {
    const at = toInstant(literal.slice(1).map((part: string | undefined) => Number(part ?? 0)));
    return at === undefined ? undefined : () => ({ at, isFloating: true });
  }
  const relative = RELATIVE.exec(text.trim());
  if (relative === null) return undefined;
  const [, sign, steps = ""] = relative;
  const distance = [...steps.matchAll(/(\d+)([wdhm])/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
  const offset = sign === "-" ? -distance : distance;
  return (eventAt) => (eventAt === undefined ? undefined : { at: eventAt + offset, isFloating: false });
}

/** Returns undefined for an invalid date or time. */
function toInstant([year = 0, month = 0, day = 0, hour = 0, minute = 0]: readonly number[]):
  number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
  return isReal ? date.getTime() : undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})$/;

/** Parses a date of a body: a day, an instant with a time zone, or epoch ms. */
export function readDate(value: unknown): Moment | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? { at: value, isFloating: false } : undefined;
  if (typeof value !== "string") return undefined;
  const instant = INSTANT.exec(value);
  const [, time = "", zone = ""] = instant ?? [];
  const isFloating = instant === null;
  if (isFloating && !DAY.test(value)) return undefined;
  // Jira writes the time zone without the standard's colon.
  const at = Date.parse(isFloating ? value : time + zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2"));
  return Number.isNaN(at) ? undefined : { at, isFloating };
}

export type Comparison = "=" | "<" | "<=" | ">" | ">=";

export function compareMoments(one: Moment, comparison: Comparison, other: Moment): Truth {
  const apart = one.at - other.at;
  const isSure = one.isFloating === other.isFloating;
  const least = apart - (isSure ? 0 : one.isFloating ? EAST : WEST);
  const most = apart + (isSure ? 0 : one.isFloating ? WEST : EAST);
  switch (comparison) {
    case "=":
      if (least > 0 || most < 0) return "false";
      return isSure ? "true" : "undecided";
    case "<":
      return most < 0 ? "true" : least >= 0 ? "false" : "undecided";
    case ">":
      return compareMoments(other, "<", one);
    case "<=":
      return most <= 0 ? "true" : least > 0 ? "false" : "undecided";
    case ">=":
      return compareMoments(other, "<=", one);
  }
}

/** Compares numbers, as moments are compared. */
export function compareNumbers(one: number, comparison: Comparison, other: number): Truth {
  switch (comparison) {
    case "=":
      return toTruth(one === other);
    case "<":
      return toTruth(one < other);
    case ">":
      return toTruth(one > other);
    case "<=":
      return toTruth(one <= other);
    case ">=":
      return toTruth(one >= other);
  }
}
