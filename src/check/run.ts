/** Makes the checks, one after the other in the order of the table. */
import { CallboardError, getMessage } from "../errors.ts";
import { ATTACK_CHECKS } from "./attacks/attack.ts";
import { CHECKS } from "./checks.ts";
import type { CheckId, Severity } from "./checks.ts";
import { CHANGE_CHECKS, LIFECYCLE_CHECKS } from "./contract/lifecycle.ts";
import { DESCRIPTOR_CHECKS, WEBHOOK_CHECKS } from "./contract/webhooks.ts";
import { Blocked, NotApplicable } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Stage } from "./stage.ts";

const MAKE: Readonly<Record<CheckId, (stage: Stage) => Promise<Outcome>>> = {
  ...DESCRIPTOR_CHECKS,
  ...LIFECYCLE_CHECKS,
  ...WEBHOOK_CHECKS,
  ...CHANGE_CHECKS,
  ...ATTACK_CHECKS,
};

export interface CheckResult {
  readonly id: CheckId;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** Makes one check. What the add-on does is its outcome; what Callboard does wrong is thrown. */
export async function runCheck(id: CheckId, stage: Stage): Promise<CheckResult> {
  const startedAt = performance.now();
  const { severity } = CHECKS[id];
  const outcome = await MAKE[id](stage).catch(toOutcome);
  return {
    id,
    severity,
    outcome: outcome.state === "failed" && severity === "minor" ? { ...outcome, state: "warned" } : outcome,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

function toOutcome(error: unknown): Outcome {
  if (error instanceof NotApplicable) return { state: "skipped", reason: error.message };
  if (error instanceof Blocked) return { state: "blocked", reason: error.message };
  // The descriptor is refused: its own check says why.
  if (error instanceof CallboardError) return { state: "blocked", reason: getMessage(error) };
  throw error;
}

/** True if every check that applies was made and passed; warnings don't count. */
export function hasPassed(results: readonly CheckResult[]): boolean {
  return results.every(({ outcome }) => outcome.state !== "failed" && outcome.state !== "blocked");
}
