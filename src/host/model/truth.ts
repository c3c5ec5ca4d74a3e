/**
 * Three-valued logic (Kleene): what is undecided stays undecided, unless the rest decides without it. Pure.
 */

export type Truth = "true" | "false" | "undecided";

export const truthOf = (holds: boolean): Truth => (holds ? "true" : "false");

export function not(truth: Truth): Truth {
  if (truth === "undecided") return "undecided";
  return truthOf(truth === "false");
}

/** False as soon as one is false; true when all are, and when there are none. */
export function and(truths: readonly Truth[]): Truth {
  if (truths.includes("false")) return "false";
  return truths.includes("undecided") ? "undecided" : "true";
}

/** True as soon as one is true; false when all are false, and when there are none. */
export function or(truths: readonly Truth[]): Truth {
  if (truths.includes("true")) return "true";
  return truths.includes("undecided") ? "undecided" : "false";
}
