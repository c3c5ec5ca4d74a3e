/** The fields of a receiver's pace in a form, which are read back as the value that `readPace` checks. Pure. */
import { formatDuration, parseDuration, parseSchedule } from "../../../duration.ts";
import { describeRate } from "../../model/pace.ts";
import type { Pace } from "../../model/pace.ts";
import { RETRY_SCHEDULES } from "../../model/retry-schedules.ts";

/** Values of the fields, as they were typed; "" for what is as the server has it. */
export interface PaceFields {
  readonly rateCount: string;
  readonly ratePer: string;
  readonly slots: string;
  /** A duration such as "10s". */
  readonly timeout: string;
  readonly retryProfile: string;
  /** Durations such as "5s, 1m", or "none". */
  readonly retryDelays: string;
}

export const RETRY_PROFILES = Object.keys(RETRY_SCHEDULES);

export const paceFields = (pace: Pace | undefined): PaceFields => ({
  rateCount: pace?.rate === undefined ? "" : String(pace.rate.count),
  ratePer: pace?.rate?.per ?? "second",
  slots: pace?.slots === undefined ? "" : String(pace.slots),
  timeout: pace?.timeoutMs === undefined ? "" : formatDuration(pace.timeoutMs),
  retryProfile: pace?.retryProfile ?? "",
  retryDelays: pace?.retryDelaysMs === undefined ? "" : formatDelays(pace.retryDelaysMs),
});

/** The values of a pace, by the names of their fields. */
export function listPace(pace: Pace | undefined): readonly (readonly [name: string, value: string])[] {
  const { timeout, retryProfile, retryDelays, slots } = paceFields(pace);
  const rate = pace?.rate === undefined ? "" : describeRate(pace.rate);
  const values = [
    ["Rate", rate],
    ["Requests at the same time", slots],
    ["Request timeout", timeout],
    ["Retry schedule", retryProfile],
    ["Own retry delays", retryDelays],
  ] as const;
  return values.filter(([, value]) => value !== "");
}

export function readPaceFields(form: URLSearchParams): PaceFields {
  const text = (name: string) => form.get(name)?.trim() ?? "";
  return {
    rateCount: text("rateCount"),
    ratePer: text("ratePer"),
    slots: text("slots"),
    timeout: text("timeout"),
    retryProfile: text("retryProfile"),
    retryDelays: text("retryDelays"),
  };
}

/** Text that is no number or duration stays text, which `readPace` refuses at its place. */
export function toPace({
  rateCount,
  ratePer,
  slots,
  timeout,
  retryProfile,
  retryDelays,
}: PaceFields): object {
  return {
    ...(rateCount === "" ? {} : { rate: { count: toNumber(rateCount), per: ratePer } }),
    ...(slots === "" ? {} : { slots: toNumber(slots) }),
    ...(timeout === "" ? {} : { timeoutMs: parseDuration(timeout) ?? timeout }),
    ...(retryProfile === "" ? {} : { retryProfile }),
    ...(retryDelays === "" ? {} : { retryDelaysMs: toDelays(retryDelays) }),
  };
}

const toNumber = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text);

const NO_RETRY = "none";

const toDelays = (text: string): readonly number[] | string =>
  text === NO_RETRY ? [] : (parseSchedule(text) ?? text);

const formatDelays = (delays: readonly number[]): string =>
  delays.length === 0 ? NO_RETRY : delays.map(formatDuration).join(", ");
