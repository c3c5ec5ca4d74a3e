/** `callboard db check`: looks at a database while no server runs. */
import { CHECK_STEPS, inspectDatabase } from "../../host/index.ts";
import type { CheckStep, DatabaseCheck } from "../../host/index.ts";
import { counted } from "../consent.ts";
import { loadDatabaseConfig, requireDatabase } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
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
  print(io, flags, { ok: result.problems.length === 0, ...result }, toLines(result));
  return result.problems.length === 0 ? "done" : "failed";
}

const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });

function toLines({
  product,
  pending,
  isFileChecked,
  rows,
  secrets,
  problems,
}: DatabaseCheck): readonly string[] {
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return [
    `${product}: ${problems.length === 0 ? "no problem" : counted(problems.length, "problem", "problems")}`,
    ...problems.map(({ kind, detail }) => `  ${kind}: ${detail}`),
    `  ${counted(all, "row", "rows")} in ${counted(Object.keys(rows).length, "table", "tables")}; ${counted(secrets, "secret", "secrets")} decrypted`,
    ...(isFileChecked ? [] : ["  The files of PostgreSQL are checked with pg_amcheck."]),
    ...(pending.length === 0
      ? []
      : [
          `  The schema needs ${pending.join(", ")}: relations, secrets and the audit log are checked after callboard migrate.`,
        ]),
  ];
}
