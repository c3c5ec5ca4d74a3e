/** Three-valued logic (Kleene): an undecided operand makes the result undecided, unless the others decide it. Pure. */

export type Truth = "true" | "false" | "undecided";

export const toTruth = (holds: boolean): Truth => (holds ? "true" : "false");

export function not(truth: Truth): Truth {
  if (truth === "undecided") return "undecided";
  return toTruth(truth === "false");
}

/** Returns false if one is false, true if all are true or there are none. */
export function and(truths: readonly Truth[]): Truth {
  if (truths.includes("false")) return "false";
  return truths.includes("undecided") ? "undecided" : "true";
}

/** Returns true if one is true, false if all are false or there are none. */
export function or(truths: readonly Truth[]): Truth {
  if (truths.includes("true")) return "true";
  return truths.includes("undecided") ? "undecided" : "false";
}
