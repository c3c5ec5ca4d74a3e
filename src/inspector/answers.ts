/** Response to senders: 204, unless a user rehearses a failure. */

export type Rule =
  | { readonly kind: "accept" }
  | {
      readonly kind: "rehearse";
      /** A status, or no answer at all: the connection is dropped. */
      readonly with: number | "drop";
      readonly delayMs: number;
      /** Number of requests that still get this response. Undefined means until it is changed. */
      readonly times: number | undefined;
    };

export interface PlannedAnswer {
  readonly with: number | "drop";
  readonly delayMs: number;
}

export interface Answers {
  readonly rule: () => Rule;
  readonly change: (rule: Rule) => void;
  /** The answer to the next request, which counts. */
  readonly next: () => PlannedAnswer;
}

export const MAX_DELAY_MS = 60_000;

const ACCEPT: PlannedAnswer = { with: 204, delayMs: 0 };

export function createAnswers(initial: Rule = { kind: "accept" }): Answers {
  let rule = initial;
  return {
    rule: () => rule,
    change: (next) => void (rule = next),
    next: () => {
      if (rule.kind === "accept") return ACCEPT;
      const { with: answer, delayMs, times } = rule;
      if (times !== undefined) rule = times > 1 ? { ...rule, times: times - 1 } : { kind: "accept" };
      return { with: answer, delayMs };
    },
  };
}

/** Reads what a person typed, "503", "drop" or "204", with its delay and number of times; undefined when it is not that. */
export function readRule(answer: string, delayMs: string, times: string): Rule | undefined {
  const status = /^[2-5]\d\d$/.test(answer) ? Number(answer) : undefined;
  const delay = delayMs === "" ? 0 : Number(delayMs);
  const count = times === "" ? undefined : Number(times);
  if (status === undefined && answer !== "drop") return undefined;
  if (!Number.isInteger(delay) || delay < 0 || delay > MAX_DELAY_MS) return undefined;
  if (count !== undefined && (!Number.isInteger(count) || count < 1)) return undefined;
  if (status === 204 && delay === 0) return { kind: "accept" };
  return { kind: "rehearse", with: status ?? "drop", delayMs: delay, times: count };
}

/** The answer in a few words: "204", "503 after 2 s", "dropped". */
export function describeAnswer({ with: answer, delayMs }: PlannedAnswer): string {
  const what = answer === "drop" ? "dropped" : String(answer);
  return delayMs === 0 ? what : `${what} after ${delayMs / 1000} s`;
}
