/**
 * The pace of a receiver: how often, how many at once, for how long and how often again it is sent to. Set by an administrator, on an
 * outgoing webhook or on an add-on's endpoint; what is left out is as the server has it. Pure.
 */
import type { Problem } from "../../errors.ts";
import { isObject } from "../../json/object.ts";
import { isRetrySchedule } from "./retry-schedules.ts";
import type { RetryScheduleName } from "./retry-schedules.ts";

export const RATE_UNITS = ["second", "minute"] as const;

/** At most `count` attempts in each second or minute, evenly spread. */
export interface Rate {
  readonly count: number;
  readonly per: (typeof RATE_UNITS)[number];
}

export interface Pace {
  readonly rate?: Rate;
  /** Maximum number of requests in flight, both lanes together, in each process that delivers. */
  readonly slots?: number;
  /** Limit of a request, in milliseconds, where it is shorter than the server's. */
  readonly timeoutMs?: number;
  readonly retryProfile?: RetryScheduleName;
  /** Delays before the retries, in milliseconds; none for a single attempt. Not beside `retryProfile`. */
  readonly retryDelaysMs?: readonly number[];
}

export const MAX_RATE = 10_000;
export const MAX_SLOTS = 1_000;
export const MIN_TIMEOUT_MS = 100;
export const MAX_TIMEOUT_MS = 600_000;
export const MAX_RETRIES = 20;
export const MIN_RETRY_DELAY_MS = 100;
export const MAX_RETRY_DELAY_MS = 86_400_000;

export type PaceReading =
  | { readonly kind: "pace"; readonly pace: Pace | undefined }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

const MEMBERS: ReadonlySet<string> = new Set(["rate", "slots", "timeoutMs", "retryProfile", "retryDelaysMs"]);
const RATE_MEMBERS: ReadonlySet<string> = new Set(["count", "per"]);

/**
 * Reads a pace from JSON; a member that is null is left out, and a pace without members is undefined. A refusal has every problem,
 * each with the code PACE and its JSON pointer below `pointer`.
 */
export function readPace(given: unknown, pointer = ""): PaceReading {
  if (given === undefined || given === null) return { kind: "pace", pace: undefined };
  if (!isObject(given)) return { kind: "refused", problems: [problem(pointer, "must be an object")] };
  const members = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const { rate, slots, timeoutMs, retryProfile, retryDelaysMs } = members;
  const problems = [
    ...unknownMembers(members, MEMBERS, pointer),
    ...rateProblems(rate, `${pointer}/rate`),
    ...rangeProblems(slots, `${pointer}/slots`, [1, MAX_SLOTS]),
    ...rangeProblems(timeoutMs, `${pointer}/timeoutMs`, [MIN_TIMEOUT_MS, MAX_TIMEOUT_MS]),
    ...profileProblems(retryProfile, `${pointer}/retryProfile`),
    ...delayProblems(retryDelaysMs, `${pointer}/retryDelaysMs`),
    ...(retryProfile === undefined || retryDelaysMs === undefined
      ? []
      : [problem(`${pointer}/retryDelaysMs`, "must be left out beside retryProfile")]),
  ];
  if (problems.length > 0) return { kind: "refused", problems };
  return { kind: "pace", pace: Object.keys(members).length === 0 ? undefined : members };
}

const problem = (pointer: string, detail: string): Problem => ({ pointer, detail, code: "PACE" });

function unknownMembers(members: object, known: ReadonlySet<string>, pointer: string): readonly Problem[] {
  return Object.keys(members).some((name) => !known.has(name))
    ? [problem(pointer, `must have no other members than ${[...known].join(", ")}`)]
    : [];
}

function rateProblems(rate: unknown, pointer: string): readonly Problem[] {
  if (rate === undefined) return [];
  if (!isObject(rate)) return [problem(pointer, "must be an object with count and per")];
  const { count, per } = rate;
  return [
    ...unknownMembers(rate, RATE_MEMBERS, pointer),
    ...(isWithin(count, [1, MAX_RATE])
      ? []
      : [problem(`${pointer}/count`, `must be a whole number from 1 to ${MAX_RATE}`)]),
    ...(RATE_UNITS.some((unit) => unit === per)
      ? []
      : [problem(`${pointer}/per`, `must be ${RATE_UNITS.join(" or ")}`)]),
  ];
}

type Range = readonly [least: number, most: number];

const isWithin = (value: unknown, [least, most]: Range): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

function rangeProblems(value: unknown, pointer: string, range: Range): readonly Problem[] {
  if (value === undefined || isWithin(value, range)) return [];
  return [problem(pointer, `must be a whole number from ${range.join(" to ")}`)];
}

function profileProblems(name: unknown, pointer: string): readonly Problem[] {
  if (name === undefined || (typeof name === "string" && isRetrySchedule(name))) return [];
  return [problem(pointer, "is not the name of a retry schedule")];
}

function delayProblems(delays: unknown, pointer: string): readonly Problem[] {
  if (delays === undefined) return [];
  if (!Array.isArray(delays) || delays.length > MAX_RETRIES)
    return [problem(pointer, `must be a list of at most ${MAX_RETRIES} delays in milliseconds`)];
  return delays.flatMap((delay: unknown, index) =>
    isWithin(delay, [MIN_RETRY_DELAY_MS, MAX_RETRY_DELAY_MS])
      ? []
      : [
          problem(
            `${pointer}/${index}`,
            `must be a whole number from ${MIN_RETRY_DELAY_MS} to ${MAX_RETRY_DELAY_MS}`,
          ),
        ],
  );
}

const UNIT_MS = { second: 1_000, minute: 60_000 } as const satisfies Record<Rate["per"], number>;

/** Returns the time between two attempts of a rate, in milliseconds. */
export const toIntervalMs = ({ count, per }: Rate): number => UNIT_MS[per] / count;

/** Returns "5 per second". */
export const describeRate = ({ count, per }: Rate): string => `${count.toLocaleString("en-US")} per ${per}`;
