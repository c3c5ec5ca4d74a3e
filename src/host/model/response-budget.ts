/** How many bytes of responses a receiver can make Callboard store, in any 24 hours. Pure. */

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Of one receiver: its installation, or an outgoing webhook. */
export const RESPONSE_BUDGET_BYTES = 16 * 1024 * 1024;
/** What is kept of a body when the budget is used up. */
export const KEPT_BEYOND_BUDGET_BYTES = 256;

/** Stored bytes by hour: epoch hours, so that any 24 hours can be looked at and old ones dropped. */
export type HourlyBytes = ReadonlyMap<number, number>;

export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS);

/** The first hour that counts at that hour. */
export const firstHourOf = (hour: number): number => hour - HOURS + 1;

export function usedBytes(stored: HourlyBytes, hour: number): number {
  let used = 0;
  for (const [at, bytes] of stored) if (at >= firstHourOf(hour)) used += bytes;
  return used;
}

export function withBytes(stored: HourlyBytes, hour: number, bytes: number): HourlyBytes {
  const kept = [...stored].filter(([at]) => at >= firstHourOf(hour));
  return new Map([...kept, [hour, (stored.get(hour) ?? 0) + bytes]]);
}

/** `size`: longer than what is kept of any body. `budget`: the budget of its receiver was used up. */
export type ResponseCut = false | "size" | "budget";

export interface StoredResponse {
  readonly answerHeaders: readonly (readonly [name: string, value: string])[] | undefined;
  readonly answer: Buffer | undefined;
  readonly answerCut: ResponseCut;
  /** Ours, and the same for each attempt: goes first when there is no budget. */
  readonly requestHeaders: readonly string[];
}

export function sizeOfResponse({ answerHeaders = [], answer }: StoredResponse): number {
  return answerHeaders.reduce((sum, [name, value]) => sum + name.length + value.length, answer?.length ?? 0);
}

/** The same attempt with so much of its response as the bytes that are left allow. */
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
