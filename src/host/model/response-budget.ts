/** Limits the response bytes that Callboard stores for one receiver in 24 hours. Pure. */

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Budget of one receiver: an installation or an outgoing webhook. */
export const RESPONSE_BUDGET_BYTES = 16 * 1024 * 1024;
/** Stored part of a body without budget. */
export const KEPT_BEYOND_BUDGET_BYTES = 256;

/** Stored bytes by epoch hour, for a sliding window of 24 hours. */
export type HourlyBytes = ReadonlyMap<number, number>;

export const toHour = (ms: number): number => Math.floor(ms / HOUR_MS);

/** Returns the first hour of the window that ends with `hour`. */
export const toFirstHour = (hour: number): number => hour - HOURS + 1;

export function usedBytes(stored: HourlyBytes, hour: number): number {
  let used = 0;
  for (const [at, bytes] of stored) if (at >= toFirstHour(hour)) used += bytes;
  return used;
}

export function withBytes(stored: HourlyBytes, hour: number, bytes: number): HourlyBytes {
  const kept = [...stored].filter(([at]) => at >= toFirstHour(hour));
  return new Map([...kept, [hour, (stored.get(hour) ?? 0) + bytes]]);
}

/** `size`: the body exceeds the maximum for one response. `budget`: the receiver's budget is used up. */
export type ResponseCut = false | "size" | "budget";

export interface StoredResponse {
  readonly answerHeaders: readonly (readonly [name: string, value: string])[] | undefined;
  readonly answer: Buffer | undefined;
  readonly answerCut: ResponseCut;
  /** Written by Callboard and equal for all attempts, so they are dropped first. */
  readonly requestHeaders: readonly string[];
}

export function sizeOfResponse({ answerHeaders = [], answer }: StoredResponse): number {
  return answerHeaders.reduce((sum, [name, value]) => sum + name.length + value.length, answer?.length ?? 0);
}

/** Returns the attempt with its response shortened to the remaining bytes. */
export function fitResponse<T extends StoredResponse>(attempt: T, leftBytes: number): T {
  if (sizeOfResponse(attempt) <= leftBytes) return attempt;
  return {
    ...attempt,
    requestHeaders: [],
    answerHeaders: undefined,
    answer: attempt.answer?.subarray(0, KEPT_BEYOND_BUDGET_BYTES),
    answerCut: "budget",
  };
}
