/** What comes of reading a value that somebody wrote. */
import type { Problem } from "../../errors.ts";

export type Reading<T> =
  | { readonly kind: "value"; readonly value: T }
  /** Every problem, each with a code and a JSON pointer. */
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

export const refuse = (problems: readonly Problem[]): Reading<never> => ({ kind: "refused", problems });
