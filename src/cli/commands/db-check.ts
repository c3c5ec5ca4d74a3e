/** `callboard db check`: looks at a database while no server runs. */
import { CHECK_STEPS, inspectDatabase } from "../../host/index.ts";
import type { CheckStep } from "../../host/index.ts";
import { loadDatabaseConfig, requireDatabase } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
import { describeDatabaseCheck } from "../database-text.ts";
import type { Ending } from "../exit.ts";
import { interruptible } from "../interruptible.ts";
import { print } from "../io.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";

const STEPS: Readonly<Record<CheckStep, string>> = {
  integrity: "the file",
  rows: "the rows",
  relations: "the relations between tables",
  secrets: "the secrets",
  audit: "the audit log",
};

/** Fails if there is a problem. */
export async function runDatabaseCheck(
  io: Io,
  flags: DatabaseFlags & { readonly json?: boolean },
): Promise<Ending> {
  const config = loadDatabaseConfig(io, flags);
  requireDatabase(config.databaseUrl);
  const tell = createProgress(io, flags, "Checking");
  const onStep = (step: CheckStep) => tell(CHECK_STEPS.indexOf(step) / CHECK_STEPS.length, () => STEPS[step]);
  // Nothing is written, so there is nothing to end in order.
  const result = await interruptible(io, "The check was interrupted; it changes nothing", (signal) =>
    Promise.race([inspectDatabase(config, onStep), rejectOn(signal)]),
  );
  print(io, flags, { ok: result.problems.length === 0, ...result }, describeDatabaseCheck(result));
  return result.problems.length === 0 ? "done" : "failed";
}

const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
