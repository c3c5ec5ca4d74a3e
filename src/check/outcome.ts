/** The outcome of a check, and what ends one early. */
import type { Exchange } from "./exchange.ts";

export type Outcome =
  | { readonly state: "passed"; readonly remarks: readonly string[] }
  /** `warned`: a minor check that failed; it doesn't fail the run. */
  | {
      readonly state: "failed" | "warned";
      readonly reason: string;
      readonly evidence: readonly Exchange[];
    }
  /** Doesn't apply to this add-on. */
  | { readonly state: "skipped"; readonly reason: string }
  /** Applies, and could not be made, so nothing is known. It fails the run. */
  | { readonly state: "blocked"; readonly reason: string };

export const passed = (...remarks: readonly string[]): Outcome => ({ state: "passed", remarks });

export const failed = (reason: string, ...evidence: readonly Exchange[]): Outcome => ({
  state: "failed",
  reason,
  evidence,
});

/** Ends a check that doesn't apply to the add-on. */
export class NotApplicable extends Error {
  override readonly name = "NotApplicable";
}

/** Ends a check that can't be made, because something before it failed, or time or requests ran out. */
export class Blocked extends Error {
  override readonly name = "Blocked";
}

/** Ends the run: nothing could be checked. `kind` is that of the command's exit code. */
export class CheckProblem extends Error {
  override readonly name = "CheckProblem";
  readonly kind: "failed" | "usage" | "unreachable" | "notFound" | "refused";
  readonly code: string;
  readonly hint: string | undefined;

  constructor(kind: CheckProblem["kind"], code: string, message: string, hint?: string) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.hint = hint;
  }
}
