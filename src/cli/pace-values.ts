/** The options that say how a receiver is sent to, as values of the API. */
import type { Schemas } from "../client/index.ts";
import { formatDuration } from "../duration.ts";
import { describeRate } from "../host/model/pace.ts";
import { usageFailure } from "./exit.ts";
import { isMissing } from "./missing.ts";

type Pace = Schemas["Pace"];

/** Each "" takes a value away. */
export interface PaceFlags {
  /** Such as 5/second. */
  readonly rate?: string;
  readonly slots?: string;
  /** In ms. */
  readonly requestTimeout?: number | "";
  /** In ms; "none" for no retry. */
  readonly retryDelays?: readonly number[] | "none" | "";
}

/** Of an endpoint: the retry schedule of an outgoing webhook stands beside its pace. */
export interface EndpointPaceFlags extends PaceFlags {
  readonly retryProfile?: NonNullable<Pace["retryProfile"]> | "";
}

const UNIT_NAMES: Readonly<Record<string, "second" | "minute">> = {
  s: "second",
  second: "second",
  m: "minute",
  minute: "minute",
};

/** @throws CommandFailure USAGE */
function toRate(text: string): Pace["rate"] {
  const [, count = "", unit = ""] = /^(\d{1,9})\/([a-z]+)$/.exec(text) ?? [];
  const per = UNIT_NAMES[unit];
  if (per === undefined)
    throw usageFailure(
      `--rate ${JSON.stringify(text)} is not a rate`,
      "For example: --rate 5/second, or --rate 90/minute",
    );
  return { count: Number(count), per };
}

/** @throws CommandFailure USAGE */
function toSlots(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw usageFailure(
      `--slots ${JSON.stringify(text)} is not a number of requests`,
      "For example: --slots 4",
    );
  return Number(text);
}

const toDelays = (delays: readonly number[] | "none"): number[] => (delays === "none" ? [] : [...delays]);

const unlessEmpty = <T, Value>(given: T | "", read: (given: T) => Value): Value | null =>
  given === "" ? null : read(given);

/**
 * The pace after the options, of which those that are not given leave it as it was. Undefined if none is given.
 *
 * @throws CommandFailure USAGE
 */
export function toPace(
  { rate, slots, requestTimeout, retryDelays, retryProfile }: EndpointPaceFlags,
  before: Pace | null,
): Partial<Pace> | undefined {
  const given: Partial<Pace> = {
    ...(rate === undefined ? {} : { rate: unlessEmpty(rate, toRate) }),
    ...(slots === undefined ? {} : { slots: unlessEmpty(slots, toSlots) }),
    ...(requestTimeout === undefined ? {} : { timeoutMs: unlessEmpty(requestTimeout, (ms) => ms) }),
    ...(retryProfile === undefined ? {} : { retryProfile: retryProfile === "" ? null : retryProfile }),
    ...(retryDelays === undefined ? {} : { retryDelaysMs: unlessEmpty(retryDelays, toDelays) }),
  };
  if (Object.keys(given).length === 0) return undefined;
  // The new one of the two takes the place of the other.
  return {
    ...before,
    ...(given.retryProfile ? { retryDelaysMs: null } : {}),
    ...(given.retryDelaysMs ? { retryProfile: null } : {}),
    ...given,
  };
}

/** The rows of a pace that say something: name and value. */
export function paceRows(pace: Pace | null): readonly (readonly [string, string])[] {
  if (isMissing(pace)) return [];
  const { rate, slots, timeoutMs, retryProfile, retryDelaysMs } = pace;
  return [
    ...(isMissing(rate) ? [] : [["rate", describeRate(rate)] as const]),
    ...(isMissing(slots) ? [] : [["slots", String(slots)] as const]),
    ...(isMissing(timeoutMs) ? [] : [["request timeout", formatDuration(timeoutMs)] as const]),
    ...(isMissing(retryProfile) ? [] : [["retry schedule", retryProfile] as const]),
    ...(isMissing(retryDelaysMs)
      ? []
      : [
          [
            "retry delays",
            retryDelaysMs.length === 0 ? "none" : retryDelaysMs.map(formatDuration).join(", "),
          ] as const,
        ]),
  ];
}
