/** Problems with the values of an outgoing webhook, and the error that has all of them. */
import { CallboardError } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import { plural } from "../../../format.ts";

/** ", and 2 more problems with the webhook"; "" for the first problem alone. */
export function andMore(problems: number, subject: string): string {
  return problems === 1
    ? ""
    : `, and ${plural(problems - 1, "more problem", "more problems")} with ${subject}`;
}

/** Returns the error of at least one problem: it has the code of the first. */
export function refused(problems: readonly Problem[]): CallboardError {
  const [{ code = "BODY_SCHEMA", detail, pointer } = NO_PROBLEM] = problems;
  const more = andMore(problems.length, "the webhook");
  const message = more === "" ? detail : detail.replace(/\.$/, "") + more;
  const isSentence = /^[A-Z]/.test(message);
  return new CallboardError(code, isSentence ? message : `${pointer} ${message}`, { errors: problems });
}

const NO_PROBLEM: Problem = { pointer: "", detail: "is not usable" };

/** Runs a check that throws for the caller's mistake, and makes a problem of the mistake. */
export function tried<T>(
  pointer: string,
  check: () => T,
): { readonly value: T | undefined; readonly problems: readonly Problem[] } {
  try {
    return { value: check(), problems: [] };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return { value: undefined, problems: [{ pointer, detail: error.message, code: error.code }] };
  }
}

export const misfit = (pointer: string, detail: string): Problem => ({
  pointer,
  detail,
  code: "BODY_SCHEMA",
});
