/** What a check found: a verdict in one sentence, and what to do about it. */

export type Verdict = "ok" | "warning" | "problem";

export interface Finding {
  readonly verdict: Verdict;
  readonly detail: string;
  /** Left out where all is well. */
  readonly remedy?: string;
}

export const ok = (detail: string): readonly Finding[] => [{ verdict: "ok", detail }];

export const warning = (detail: string, remedy: string): readonly Finding[] => [
  { verdict: "warning", detail, remedy },
];

export const problem = (detail: string, remedy: string): readonly Finding[] => [
  { verdict: "problem", detail, remedy },
];
